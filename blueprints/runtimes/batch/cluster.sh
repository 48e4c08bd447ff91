# Runs in the container of every node.
#
#   cluster.sh head|worker ADDRESS UNTIL COMMAND..   of the head, second at which all have to be
#                                                    there; the head runs the command then

role=$1 head_address=$2 until=$3
shift 3
export RAY_USAGE_STATS_ENABLED=0

# Seconds that are left, at least one.
left() {
  local seconds=$((until - $(date +%s)))
  echo $((seconds > 0 ? seconds : 1))
}

if [ "$role" = worker ]; then
  until timeout 3 bash -c 'exec 3<>"/dev/tcp/$1/$2"' - "$head_address" "$gather_port" 2>/dev/null; do
    if [ "$(date +%s)" -ge "$until" ]; then
      echo "no Ray head at $head_address in time" >&2
      exit 1
    fi
    sleep 1
  done
  exec ray start --address="$head_address:$gather_port" --node-ip-address="$VLLM_HOST_IP" \
    --num-gpus="$devices" --disable-usage-stats --block
fi

ray start --head --port="$gather_port" --node-ip-address="$head_address" \
  --num-gpus="$devices" --include-dashboard=false --disable-usage-stats
export RAY_ADDRESS="$head_address:$gather_port"

if ! timeout "$(left)" python3 - "$nodes" <<'END'
import sys
import time

import ray

ray.init(address="auto", log_to_driver=False)
while sum(bool(node["Alive"]) for node in ray.nodes()) < int(sys.argv[1]):
    time.sleep(1)
END
then
  echo "not all $nodes nodes came in time" >&2
  exit 1
fi
exec "$@"
