#!/bin/sh
# Makes Git, groups, secrets and ArgoCD as this repository says, one project after the other.
#
#   tofu/reconcile.sh plan  [PROJECT..]    shows what would change; changes nothing
#   tofu/reconcile.sh apply [PROJECT..]    does it; a plan that deletes is refused, unless the
#                                          project is named in APPROVED_DELETIONS
#   tofu/reconcile.sh remove PROJECT..     takes projects that are over out of Git (archived), groups,
#                                          secret store and ArgoCD, approved in the same way; before
#                                          they are taken out of spec.yaml. Data and namespace stay.
#
# TOFU                 the program (default: tofu)
# APPROVED_DELETIONS   projects, separated by blanks, whose deletions somebody has read
# Credentials come from the environment; see the README.
# Exit: 0 done, 1 a project failed, 2 usage, 3 a plan deletes and nobody approved it.
set -eu

tofu=${TOFU:-tofu}
verb=${1:-}
destroy=
case $verb in
  plan | apply) shift ;;
  remove)
    shift
    destroy=-destroy
    ;;
  *) verb= ;;
esac
if [ -z "$verb" ] || { [ "$verb" = remove ] && [ "$#" -eq 0 ]; }; then
  echo "usage: tofu/reconcile.sh plan|apply [PROJECT..] | remove PROJECT.." >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/projects"
[ "$#" -gt 0 ] || set -- *

plans=$(mktemp -d)
trap 'rm -rf "$plans"' EXIT
status=0

approved() {
  for one in ${APPROVED_DELETIONS:-}; do
    [ "$one" != "$1" ] || return 0
  done
  return 1
}

for project in "$@"; do
  if [ ! -f "$project/terraform.tf" ]; then
    echo "reconcile: there is no project $project" >&2
    status=1
    continue
  fi
  echo "== $project"
  if ! "$tofu" -chdir="$project" init -input=false -no-color >"$plans/log" 2>&1 ||
    ! "$tofu" -chdir="$project" plan ${destroy:+"$destroy"} -input=false -no-color -lock-timeout=5m \
      -out="$plans/plan" >"$plans/shown" 2>"$plans/log"; then
    cat "$plans/log" >&2
    echo "reconcile: $project failed" >&2
    status=1
    continue
  fi
  cat "$plans/shown"
  # People come and go; everything else that goes needs somebody who has read it.
  gone=$(grep -E '^ +# .* (will|must) be (destroyed|replaced)' "$plans/shown" || true)
  [ "$verb" = remove ] || gone=$(printf '%s\n' "$gone" |
    grep -v -E '(github_team_members|keycloak_group_memberships)\.' || true)
  if [ -n "$gone" ] && ! approved "$project"; then
    echo "reconcile: the plan of $project deletes; read it, then name it in APPROVED_DELETIONS:" >&2
    echo "$gone" >&2
    [ "$status" -ne 0 ] || status=3
    continue
  fi
  if [ "$verb" != plan ] &&
    ! "$tofu" -chdir="$project" apply -input=false -no-color "$plans/plan"; then
    echo "reconcile: $project failed" >&2
    status=1
  fi
done
exit "$status"
