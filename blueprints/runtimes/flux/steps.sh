# Jobs of the Flux instance that this job is: the head on rank 0, where this script runs; workers
# on all others.

job=$(flux getattr jobid)
head=$(uname -n)
workers=$((nodes - 1))
every=(--exclusive --setopt=gpu-affinity=off --setopt=cpu-affinity=off)
on_head=(flux submit --nodes=1 --ntasks=1 --requires=rank:0 "${every[@]}")
on_workers=(flux submit --nodes="$workers" --ntasks="$workers" --requires=-rank:0 "${every[@]}")

step() {
  local id
  id=$("$@") || id=
  ids+=("$id")
  flux job attach --label-io "$id" </dev/null &
  pids+=("$!")
}

# One that still waits for its nodes cannot be sent a signal.
end_steps() {
  local id
  for id in "${ids[@]}"; do
    flux job kill --signal=TERM "$id" 2>/dev/null || flux cancel "$id"
  done
}

kill_steps() {
  local id
  for id in "${ids[@]}"; do flux cancel "$id"; done
}

submit_next() { flux --parent batch --dependency="afterany:$job" --cwd="$folder" job.sh keep; }

drop_next() { flux --parent cancel "$1"; }
