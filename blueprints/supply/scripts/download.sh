# Gets all of a model's repository at one revision: download.sh FOLDER URL REVISION
#
# In a container with git and git-lfs. A token comes from the variable HF_TOKEN by a credential
# helper: it is in no argument, no URL and no file. Goes on where an earlier run was cut off.
main() {
  set -eu
  umask 022
  folder=$1 url=$2 revision=$3
  export GIT_TERMINAL_PROMPT=0 GIT_LFS_SKIP_SMUDGE=1
  # The folder is the host's, and belongs to whoever runs this there.
  export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="$folder"
  mkdir -p -- "$folder"
  cd -- "$folder"
  if [ "$(cat .git/tutela-complete 2>/dev/null)" = "$revision" ]; then
    printf '%s: is there at %s\n' "$folder" "$revision" >&2
    return
  fi
  [ -d .git ] || git init --quiet .
  git remote add origin "$url" 2>/dev/null || git remote set-url origin "$url"
  # shellcheck disable=SC2016 # git runs it, with the variable that is there then
  git config credential.helper \
    '!f() { [ "$1" = get ] && [ -n "${HF_TOKEN:-}" ] && printf "username=token\npassword=%s\n" "$HF_TOKEN"; }; f'
  if ! git cat-file -e "$revision^{commit}" 2>/dev/null; then
    # Not every server hands out a commit by itself.
    git fetch --quiet --depth=1 origin "$revision" 2>/dev/null || git fetch --quiet origin
  fi
  git lfs install --local --skip-smudge >/dev/null
  git checkout --quiet --detach "$revision"
  git lfs fetch origin "$revision"
  git lfs fsck
  git lfs checkout
  if [ -n "$(git status --porcelain --untracked-files=no)" ]; then
    printf '%s: is not what %s has\n' "$folder" "$revision" >&2
    return 1
  fi
  # Everything large lies in the folder now; what is left there would be a second copy.
  rm -rf .git/lfs/objects
  printf '%s\n' "$revision" >.git/tutela-complete
  git ls-files | grep -Eiq '(^|/)(licen[sc]e|use_policy|notice|copying)([._-][^/]*)?$' ||
    printf '%s: no text of a licence lies with it\n' "$folder" >&2
}
main "$@" </dev/null
