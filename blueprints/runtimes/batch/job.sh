# Brings the nodes of this job together, waits until the server answers, and watches it.
#
#   job.sh        one start; whatever ends the server ends the job
#   job.sh keep   starts it again a few times; the next job is queued as soon as it answers

mode=${1:-once}
folder=$PWD
state=${XDG_STATE_HOME:-$HOME/.local/state}/tutela/$name

pids=()      # one for each running step
ids=()       # of the scheduler, where it has its own
run=         # folder where nodes say that they start
next=        # job that follows this one
ending=      # why this job ends: limit or stopped
restarts=0
ready_at=

say() { printf '%(%FT%T%z)T %s: %s\n' -1 "$name" "$*" >&2; }

die() {
  say "$*"
  exit 1
}

alive() {
  local pid
  for pid in "${pids[@]}"; do
    kill -0 "$pid" 2>/dev/null || return 1
  done
}

any_alive() {
  local pid
  for pid in "${pids[@]}"; do
    if kill -0 "$pid" 2>/dev/null; then return; fi
  done
  return 1
}

# await SECONDS WHAT COMMAND..: until the command holds, as long as every step lives.
await() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    [ -z "$ending" ] || return 1
    alive || {
      say "a node has ended, and there is no $what"
      return 1
    }
    [ "$SECONDS" -lt "$end" ] || {
      say "no $what in time"
      return 1
    }
    sleep 1
  done
}

started() { [ -e "$run/$1" ]; }

all_started() {
  local rank=0
  while [ "$rank" -lt "$nodes" ]; do
    started "$rank" || return 1
    rank=$((rank + 1))
  done
}

# shellcheck disable=SC2016 # the inner shell puts them in
head_listens() {
  timeout 3 bash -c 'exec 3<>"/dev/tcp/$1/$2"' - "$head_address" "$gather_port" 2>/dev/null
}

healthy() {
  curl --silent --fail --output /dev/null --max-time 5 --noproxy '*' \
    "http://$head_address:$port$health"
}

follow() {
  [ "$mode" = keep ] && [ -z "$next" ] || return 0
  next=$(submit_next) || next=
  if [ -n "$next" ]; then say "job $next follows"; else say "the next job cannot be queued yet"; fi
}

ready() {
  ready_at=$SECONDS
  printf 'http://%s:%s\n' "$head_address" "$port" >"$state/endpoint.new" &&
    mv "$state/endpoint.new" "$state/endpoint"
  say "answers at http://$head_address:$port"
  follow
}

watch() {
  local missed=0 tick
  while :; do
    tick=0
    while [ "$tick" -lt "$period_seconds" ]; do
      if [ "$SECONDS" -ge "$limit_seconds" ]; then ending=limit; fi
      [ -z "$ending" ] || return 0
      alive || {
        say "a node has ended"
        return 0
      }
      sleep 1
      tick=$((tick + 1))
    done
    if healthy; then missed=0; else missed=$((missed + 1)); fi
    [ "$missed" -lt "$missed_most" ] || {
      say "has not answered $missed times"
      return 1
    }
  done
}

serve() {
  local until
  ready_at=
  until=$(($(date +%s) + gather_seconds))
  run=$state/$job.$restarts
  mkdir -p "$run" || die "cannot write to $state"
  # Only this job's nodes may join it; whoever could would run programs here.
  head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$run/token"
  head_address=$(bash "$folder/node.sh" address) || die "this node has no address"
  step "${on_head[@]}" bash "$folder/node.sh" head "$head_address" "$until" "$run"
  if [ "$nodes" -gt 1 ]; then
    await $((until - $(date +%s))) "head on $head" "${head_is_there[@]}" || return 1
    step "${on_workers[@]}" bash "$folder/node.sh" worker "$head_address" "$until" "$run"
    await $((until - $(date +%s))) "start on all $nodes nodes" all_started || return 1
  fi
  await "$start_seconds" "answer of $health" healthy || return 1
  ready
  watch
}

# Every step is asked to end, then made to, and waited for. Returns the first code other than 0 of
# those that had ended before.
stop() {
  local pid code=0 end=$((SECONDS + grace_seconds))
  rm -f "$state/endpoint"
  for pid in "${pids[@]}"; do
    if [ "$code" -eq 0 ] && ! kill -0 "$pid" 2>/dev/null; then
      wait "$pid"
      code=$?
    fi
  done
  if any_alive; then end_steps; fi
  while any_alive && [ "$SECONDS" -lt "$end" ]; do sleep 1; done
  if any_alive; then
    kill_steps
    sleep 5
    for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null; done
  fi
  for pid in "${pids[@]}"; do wait "$pid"; done
  pids=() ids=()
  [ -z "$run" ] || rm -rf "$run"
  return "$code"
}

trap 'ending=limit' USR1
trap 'ending=stopped' TERM INT HUP
trap stop EXIT

[ -f "$folder/node.sh" ] || die "submit from the folder of job.sh, with node.sh beside it"
case $mode in
  once | keep) ;;
  *) die "job.sh takes nothing, or keep" ;;
esac
mkdir -p "$state" || die "cannot write to $state"
rm -f "$state/endpoint"

while :; do
  serve
  served=$?
  stop
  code=$?
  [ -z "$ending" ] || break
  [ "$code" -ne 0 ] || code=$served
  [ "$mode" = keep ] || exit "$code"
  if [ -n "$ready_at" ] && [ $((SECONDS - ready_at)) -ge 3600 ]; then restarts=0; fi
  if [ "$restarts" -ge "$restarts_most" ]; then
    [ -z "$next" ] || drop_next "$next"
    say "has ended $((restarts + 1)) times: a person has to look"
    exit $((code ? code : 1))
  fi
  restarts=$((restarts + 1))
  say "starts again ($restarts of $restarts_most)"
done

case $ending in
  limit)
    say "the time limit is near"
    # One that never answered would not do so next time.
    [ -z "$ready_at" ] || follow
    exit 0
    ;;
  stopped)
    say "was stopped"
    [ -z "$next" ] || drop_next "$next"
    exit 143
    ;;
esac
