# Steps of Slurm: the head on the first node, where this script runs; workers on all others.

mapfile -t hosts <<<"$(scontrol show hostnames "$SLURM_JOB_NODELIST")"
head=${hosts[0]}
workers=$((nodes - 1))
job=$SLURM_JOB_ID
every=(--ntasks-per-node=1 --cpus-per-task="$processors" --kill-on-bad-exit=1 --label)
on_head=(srun --nodes=1 --ntasks=1 --nodelist="$head" "${every[@]}")
on_workers=(srun --nodes="$workers" --ntasks="$workers" --exclude="$head" "${every[@]}")

step() {
  "$@" </dev/null &
  pids+=("$!")
}

# srun hands a signal on to its tasks.
end_steps() {
  local pid
  for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null; done
}

# Of steps alone; this script is none.
kill_steps() { scancel --signal=KILL "$job"; }

submit_next() { sbatch --parsable --dependency="afterany:$job" --chdir="$folder" job.sh keep; }

drop_next() { scancel "$1"; }
