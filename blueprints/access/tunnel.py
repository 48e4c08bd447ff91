"""One user's way to a server of a compute node: an SSH tunnel through the login node."""

from blueprints.access.reached import Reached
from blueprints.runtimes.writing.shell import quote

_TUNNEL = """\
#!/usr/bin/env bash
# Makes NAME of a compute node answer at this machine, as long as it runs: tunnel.sh [NODE [PORT]]
#
#   NODE   where the server runs; without it the one that your own job has written down
#   PORT   of this machine, default SERVED
#
# Then: ./ask.sh http://127.0.0.1:PORT/v1
set -euo pipefail

name=NAME
login=LOGIN
served=SERVED

fail() {
  printf '%s: %s\\n' "$name" "$1" >&2
  exit 1
}

node=${1:-}
port=${2:-$served}
if [ -z "$node" ]; then
  # shellcheck disable=SC2016 # the login node puts it in
  node=$(ssh -- "$login" 'cat "${XDG_STATE_HOME:-$HOME/.local/state}"/tutela/'"$name"/endpoint) ||
    fail "no job of yours serves it at $login; say the node"
  node=${node#http://}
  node=${node%:*}
fi
[[ $node =~ ^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$ ]] || fail 'that is no name of a node'
[[ $port =~ ^[1-9][0-9]{0,4}$ ]] || fail 'that is no port'

printf '%s: http://127.0.0.1:%s/v1, until this ends\\n' "$name" "$port" >&2
# Only this machine may use it, and it ends when the way is broken.
exec ssh -N -T -o ExitOnForwardFailure=yes -o ServerAliveInterval=30 -o ServerAliveCountMax=3 \\
  -L "127.0.0.1:$port:$node:$served" -- "$login"
"""


def tunnel(one: Reached, login: str) -> bytes:
    """``tunnel.sh`` of a service; ``login`` is the node that SSH reaches."""
    text = _TUNNEL.replace("NAME", quote(one.name)).replace("LOGIN", quote(login))
    return text.replace("SERVED", str(one.service.port)).encode()
