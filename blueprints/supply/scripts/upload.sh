# Mirrors a downloaded model to a store: upload.sh FOLDER TARGET REVISION RECORD PATTERN..
#
# In a container with the AWS command line. Sends what is not there, reads all of it back, and
# leaves tutela.mirror.json last. RECORD is the beginning of that file; files that match a PATTERN
# stay where they are.
main() {
  set -euo pipefail
  export LC_ALL=C
  local folder=$1 target=$2 revision=$3 record=$4
  shift 4
  local path pattern here there lines="" listed="" exclude=() files=()
  cd -- "$folder"
  if [ "$(cat .git/tutela-complete 2>/dev/null)" != "$revision" ]; then
    printf '%s: is not downloaded at %s\n' "$folder" "$revision" >&2
    return 1
  fi
  for pattern; do
    exclude+=(--exclude "$pattern")
  done
  shopt -s globstar dotglob nullglob
  for path in **; do
    [ -f "$path" ] || continue
    for pattern; do
      # shellcheck disable=SC2053 # it is a pattern
      [[ $path == $pattern ]] && continue 2
    done
    case "$path" in
      *[!A-Za-z0-9._/+@=,\ -]*)
        printf '%s: has a name that this does not write down: %q; tutela model mirror does\n' \
          "$folder" "$path" >&2
        return 1
        ;;
    esac
    files+=("$path")
  done
  if [ "${#files[@]}" -eq 0 ]; then
    printf '%s: holds nothing\n' "$folder" >&2
    return 1
  fi
  aws s3 sync . "$target" --only-show-errors "${exclude[@]}"
  while IFS= read -r path; do
    here=$(sha256sum <"$path")
    there=$(aws s3 cp --only-show-errors "$target/$path" - | sha256sum)
    if [ "$here" != "$there" ]; then
      printf '%s/%s: is not what was sent\n' "$target" "$path" >&2
      return 1
    fi
    here=${here%% *}
    lines+="$here  $path"$'\n'
    listed+="${listed:+,}"$'\n'"  {\"path\": \"$path\", \"bytes\": $(stat -L -c %s -- "$path"),"
    listed+=" \"sha256\": \"$here\"}"
  done < <(printf '%s\n' "${files[@]}" | sort)
  here=$(printf '%s' "$lines" | sha256sum)
  printf '%s, "at": "%s", "files": [%s], "digest": "sha256:%s"}\n' \
    "${record%\}}" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$listed" "${here%% *}" |
    aws s3 cp --only-show-errors - "$target/tutela.mirror.json"
  printf '%s: %s files mirrored and read back\n' "$target" "${#files[@]}" >&2
}
main "$@" </dev/null
