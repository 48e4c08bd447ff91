#!/usr/bin/env bash
# Makes one SquashFS file of each engine's image, for nodes that mount files: flatten.sh
#
# With Podman, which pulls by digest, and enroot, which flattens what it pulled. Files that are
# there stay as they are: their names hold the digest.
set -euo pipefail
umask 022

machine=MACHINE
if [ "$(uname -m)" != "$machine" ]; then
  printf 'these images are for %s, and this node is %s\n' "$machine" "$(uname -m)" >&2
  exit 1
fi

flatten() { # image, file
  local partial
  if [ -e "$2" ]; then
    printf '%s: is there\n' "$2" >&2
    return
  fi
  mkdir -p -- "${2%/*}"
  partial=$(mktemp -d -- "${2%/*}/.making.XXXXXX")
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf -- ${partial@Q}" EXIT
  podman pull --quiet "$1" >/dev/null
  enroot import --output "$partial/image.sqsh" "podman://$1"
  mv -n -- "$partial/image.sqsh" "$2"
  rm -rf -- "$partial"
  trap - EXIT
  printf '%s: made\n' "$2" >&2
}

