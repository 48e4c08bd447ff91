here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
token=${1:?protection/apply.sh FILE, which holds a token}
test -r "$token"

# METHOD PATH [BODY]: the answer; fails for any but 2xx.
call() {
  local words=(--fail-with-body --silent --show-error --proto "=https" --request "$1")
  if [ "$#" -gt 2 ]; then
    words+=(--header 'Content-Type: application/json' --data-binary "@$3")
  fi
  curl "${words[@]}" --config <(printf 'header = "Authorization: Bearer %s"\n' "$(<"$token")") "$api$2"
}
