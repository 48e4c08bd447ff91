#!/usr/bin/env bash
# Makes pods one Ray cluster. Nobody but them reaches its ports (network-policy.yaml).
#
#   cluster.sh head NODES SECONDS COMMAND..    the command starts once as many nodes are there
#   cluster.sh worker HEAD SECONDS             one of the other nodes; ends when Ray ends
#
# What is not there within so many seconds ends the container, and with it the whole group.
set -euo pipefail

port=6379
options=(--node-ip-address="$VLLM_HOST_IP" --disable-usage-stats)

if [ "$1" = worker ]; then
  end=$((SECONDS + $3))
  # shellcheck disable=SC2016 # the inner shell puts them in
  until timeout 3 bash -c 'exec 3<>"/dev/tcp/$1/$2"' - "$2" "$port" 2>/dev/null; do
    if [ "$SECONDS" -ge "$end" ]; then
      printf 'no Ray head at %s in time\n' "$2" >&2
      exit 1
    fi
    sleep 1
  done
  exec ray start --address="$2:$port" "${options[@]}" --block
fi

nodes=$2 seconds=$3
shift 3
ray start --head --port="$port" --include-dashboard=false "${options[@]}"
timeout "$seconds" python3 - "$VLLM_HOST_IP:$port" "$nodes" <<'END' || {
import sys
import time

import ray

address, nodes = sys.argv[1:]
ray.init(address=address, log_to_driver=False)
while sum(bool(node["Alive"]) for node in ray.nodes()) < int(nodes):
    time.sleep(1)
END
  printf 'not all %s nodes came in time\n' "$nodes" >&2
  exit 1
}
export RAY_ADDRESS="$VLLM_HOST_IP:$port"
exec "$@"
