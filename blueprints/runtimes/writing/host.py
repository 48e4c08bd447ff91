"""A script that runs one server on the node where it is called, and ends when the server ends."""

from collections.abc import Iterable

from blueprints.runtimes.writing.shell import Shell, call, quote
from blueprints.service.service import Service, secret_file

HEAD = """#!/usr/bin/env bash
# {title}
set -euo pipefail
umask 077

name={name}
port={port}
probe_path={path}
start_seconds={start}
period_seconds={period}

fail() {{
  printf '%s: %s\\n' "$name" "$1" >&2
  exit 1
}}

command -v curl >/dev/null || fail 'there is no curl on this node'
if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
  fail "something answers at port $port already"
fi
"""

EXPORT = """
# Values come from a file of NAME=value lines that nobody else may read. They never stand in an
# argument; no line of the file is evaluated.
secrets="${XDG_CONFIG_HOME:-$HOME/.config}/tutela/"FILE
secret() { # its variable, its key in the secret store
  local line
  if [ ! -f "$secrets" ]; then
    fail "there is no $secrets; put $1=.. there, its value is under $2 in the secret store"
  fi
  [ -O "$secrets" ] || fail "$secrets is not yours"
  case "$(stat -L -c %a -- "$secrets")" in
    400 | 600) ;;
    *) fail "others may read $secrets; chmod 600 it" ;;
  esac
  while IFS= read -r line || [ -n "$line" ]; do
    case "$line" in
      "$1="?*)
        export "PREFIX$1=${line#*=}"
        return
        ;;
    esac
  done < "$secrets"
  fail "$secrets has no $1; its value is under $2 in the secret store"
}
"""

START = """
# A process group of its own, so that all of it can be ended.
set -m
CALL </dev/null &
server=$!
set +m

# shellcheck disable=SC2329 # traps call it
stop() {
  kill -0 "$server" 2>/dev/null || return 0
STOP
}
trap stop EXIT
trap 'stop; exit 143' HUP INT TERM

ended() {
  local code=0
  wait "$server" || code=$?
  trap - EXIT
  exit "$code"
}

# Weights of hundreds of gigabytes are read before the first answer.
deadline=$((SECONDS + start_seconds))
until curl --noproxy '*' --silent --fail --max-time 5 --output /dev/null \\
  "http://127.0.0.1:$port$probe_path"; do
  kill -0 "$server" 2>/dev/null || ended
  [ "$SECONDS" -lt "$deadline" ] || fail "no answer at port $port in $start_seconds seconds"
  sleep "$period_seconds" &
  wait "$!"
done
printf '%s: answers at port %s\\n' "$name" "$port" >&2
ended
"""


def head(service: Service, title: str) -> str:
    """The beginning of a script: what it is about, by name."""
    return HEAD.format(
        title=title,
        name=quote(service.name),
        port=service.port,
        path=quote(service.probe.path),
        start=service.probe.start_seconds,
        period=service.probe.period_seconds,
    )


def secrets(service: Service, prefix: str = "") -> str:
    """Lines that export each secret variable from the host's file; "" if there is none.

    They need ``fail`` of :data:`HEAD`. ``prefix`` goes before the variable's name.
    """
    if not service.secrets:
        return ""
    text = EXPORT.replace("FILE", quote(secret_file(service))).replace("PREFIX", prefix)
    return text + "".join(
        f"secret {quote(name)} {quote(key)}\n" for name, key in service.secrets.items()
    )


def folders(service: Service) -> str:
    """Lines that make the folders that the server writes into, and miss the others in time."""
    lines = [""]
    for one in service.mounts:
        host = quote(one.host)
        if one.read_only:
            lines.append(f"[ -e {host} ] || fail {quote(f'there is no {one.host}')}")
        else:
            lines.append(f"mkdir -p -- {host}")
    return "".join(f"{line}\n" for line in lines)


def script(service: Service, title: str, before: str, words: Iterable[Shell], stop: str) -> bytes:
    """The whole script: ``before`` the server starts, then ``words`` until it ends.

    ``stop``: lines of a function that ends it within a bound, whatever it does; its process group
    is ``-$server``.
    """
    body = "".join(f"  {line}\n" for line in stop.splitlines()).rstrip("\n")
    start = START.replace("STOP", body).replace("CALL", call(words))
    return (head(service, title) + folders(service) + before + start).encode()
