# Gets a mirrored model from a store: fetch.sh SOURCE FOLDER REVISION
#
# In a container with the AWS command line. Every file is compared with the mirror's record; the
# record itself is put down last, so that whoever sees it finds all of the weights. Goes on where an
# earlier run was cut off.
main() {
  set -euo pipefail
  export LC_ALL=C
  local source=$1 folder=$2 revision=$3 record flat path sum said=0
  record=$(aws s3 cp --only-show-errors "$source/tutela.mirror.json" -)
  flat=${record//$'\n'/ }
  case "$flat" in
    *"\"revision\": \"$revision\""* | *"\"revision\":\"$revision\""*) ;;
    *)
      printf '%s: is not mirrored at %s\n' "$source" "$revision" >&2
      return 1
      ;;
  esac
  mkdir -p -- "$folder"
  if [ "$(cat -- "$folder/tutela.mirror.json" 2>/dev/null)" = "$record" ]; then
    printf '%s: is there at %s\n' "$folder" "$revision" >&2
    return
  fi
  rm -f -- "$folder/tutela.mirror.json"
  aws s3 sync "$source" "$folder" --only-show-errors --exclude tutela.mirror.json
  while IFS= read -r path; do
    sum=${path%\"}
    sum=${sum##*\"}
    path=${path#*:}
    path=${path#*\"}
    path=${path%%\"*}
    if [ "$(sha256sum <"$folder/$path")" != "$sum  -" ]; then
      printf '%s/%s: is not what was mirrored\n' "$folder" "$path" >&2
      return 1
    fi
    said=$((said + 1))
  done < <(grep -Eo \
    '"path": *"[^"\\]*", *"bytes": *[0-9]+, *"sha256": *"[0-9a-f]{64}"' <<<"$flat")
  if [ "$said" -eq 0 ] || [ "$said" -ne "$(grep -o '"sha256":' <<<"$flat" | wc -l)" ]; then
    printf '%s: names files that this does not read\n' "$source/tutela.mirror.json" >&2
    return 1
  fi
  printf '%s\n' "$record" >"$folder/.tutela.mirror.json"
  mv -- "$folder/.tutela.mirror.json" "$folder/tutela.mirror.json"
  printf '%s: %s files are as they were mirrored\n' "$folder" "$said" >&2
}
main "$@" </dev/null
