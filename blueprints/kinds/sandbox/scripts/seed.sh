#!/bin/sh
# Gives a project's new repository its first commit; a repository that has any is left alone.
#
# SEED_URL      the repository
# SEED_FOLDER   what goes into it
# SEED_BRANCH   the branch that ArgoCD reads
# SEED_SERVER   github or gitea: whose token, GITHUB_TOKEN or GITEA_TOKEN, may push
# The token is never an argument and never in an address.
set -eu

: "${SEED_URL:?}" "${SEED_FOLDER:?}" "${SEED_BRANCH:?}"
export GIT_TERMINAL_PROMPT=0 GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null

case ${SEED_SERVER:-} in
  github) SEED_TOKEN=${GITHUB_TOKEN:-} ;;
  gitea) SEED_TOKEN=${GITEA_TOKEN:-} ;;
  *) SEED_TOKEN= ;;
esac
export SEED_TOKEN

# shellcheck disable=SC2016 # git's own shell puts the token in, from the environment
helper='!f() { test "$1" = get && printf "username=git\npassword=%s\n" "$SEED_TOKEN"; }; f'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Nothing but an empty answer of a repository that answers means that it is empty.
if ! git -c credential.helper="$helper" ls-remote "$SEED_URL" >"$work/refs"; then
  echo "seed: $SEED_URL does not answer" >&2
  exit 1
fi
if [ -s "$work/refs" ]; then
  echo "seed: $SEED_URL has commits, left alone"
  exit 0
fi

git init --quiet --template= --initial-branch="$SEED_BRANCH" "$work/tree"
cp -R "$SEED_FOLDER/." "$work/tree/"
cd "$work/tree"
git add --all --force .
git -c user.name=platform -c user.email=platform@localhost -c commit.gpgSign=false \
  commit --quiet --message "First day"
# Without force: whoever pushed in between keeps what they have.
git -c credential.helper="$helper" push --quiet "$SEED_URL" "HEAD:refs/heads/$SEED_BRANCH"
echo "seed: $SEED_URL has its first commit"
