# cluster.sh head|worker ADDRESS UNTIL COMMAND..
#
# Runs in the container of every node: the address is the head's, and at second UNTIL all nodes
# have to be there. Only then the head runs the command. Ends when that, or Ray on this node, ends.

role=$1 head_address=$2 until=$3
shift 3
export RAY_USAGE_STATS_ENABLED=0
started=()

late() { [ "$(date +%s)" -ge "$until" ]; }

# Seconds that are left, at least one.
left() {
  local seconds=$((until - $(date +%s)))
  echo $((seconds > 0 ? seconds : 1))
}

# shellcheck disable=SC2016 # the inner shell puts them in
listens() {
  timeout 3 bash -c 'exec 3<>"/dev/tcp/$1/$2"' - "$head_address" "$gather_port" 2>/dev/null
}

start() {
  "$@" &
  started+=("$!")
}

leave() {
  trap '' TERM INT
  [ "${#started[@]}" -eq 0 ] || kill -TERM "${started[@]}" 2>/dev/null || true
  wait
}
trap leave EXIT
trap 'exit 143' TERM INT

fail() {
  printf '%s: %s\n' "$role" "$1" >&2
  exit 1
}

gathered() {
  local counting
  timeout "$(left)" python3 - "$head_address:$gather_port" "$nodes" <<'END' &
import sys
import time

import ray

address, nodes = sys.argv[1:]
ray.init(address=address, log_to_driver=False)
while sum(bool(node["Alive"]) for node in ray.nodes()) < int(nodes):
    time.sleep(1)
END
  counting=$!
  started+=("$counting")
  wait "$counting"
}

options=(--num-gpus="$devices" --disable-usage-stats --block)
if [ "$role" = worker ]; then
  until listens; do
    late && fail "no Ray head at $head_address:$gather_port in time"
    sleep 1
  done
  start ray start --address="$head_address:$gather_port" --node-ip-address="$VLLM_HOST_IP" \
    "${options[@]}"
else
  start ray start --head --port="$gather_port" --node-ip-address="$head_address" \
    --include-dashboard=false "${options[@]}"
  ray=$!
  until listens && gathered; do
    kill -0 "$ray" 2>/dev/null || fail "Ray has ended"
    late && fail "not all $nodes nodes came in time"
    sleep 1
  done
  export RAY_ADDRESS="$head_address:$gather_port"
  start "$@"
fi
code=0
wait -n || code=$?
exit "$code"
