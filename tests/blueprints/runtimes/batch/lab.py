"""Nodes, schedulers and containers that are small programs, and a job that runs among them.

A container's command really runs, on this machine, with nothing of its environment but what the
container was given. Each program writes down how it was called. What happens is said by files:

    behave    what the engine does: serve, crash (answers once, then ends), end (never answers),
              load (never answers, and goes on)
    absent    names of nodes on which nothing ever starts
    late      names of nodes that wait for their image until this file is gone

The first node is n0. Sleeping takes a twentieth of the time that was asked for.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from blueprints.runtimes.registry import runtime
from blueprints.service.service import Probe, Service
from blueprints.service.site import Site
from tests.blueprints.runtimes.example import placed, site
from tests.blueprints.runtimes.stubs import Call, Stubs, secret_file

_SLEEP = 'exec /bin/sleep "$(awk "BEGIN {print $1 / 20}")"'
_TIMEOUT = """
if [ "$2" = bash ]; then [ -e "$STUBS/listens" ]; exit; fi
shift
exec "$@"
"""
"""Whether a Ray head listens is a file here; the rest takes its time."""
_CURL = '[ -e "$STUBS/ready" ]'
_SCONTROL = 'for number in {0..3}; do echo "n$number"; done'
_IP = """
case "$*" in
  *"addr show dev lo") echo "1: lo    inet 192.0.2.7/8 scope host lo" ;;
  *"route get"*) echo "192.0.2.1 dev eth0 src 192.0.2.7 uid 0" ;;
esac
"""
_UNAME = 'if [ "$1" = -m ]; then echo x86_64; else echo "${NODE:-n0}"; fi'
_TASKS = """
tasks() {
  local count=$1 first=$2 number pids=() code=0 one
  shift 2
  trap 'kill -TERM "${pids[@]}" 2>/dev/null' TERM
  for ((number = 0; number < count; number++)); do
    NODE=n$((first + number))
    export NODE SLURM_PROCID=$number FLUX_TASK_RANK=$number
    if grep -qsx "$NODE" "$STUBS/absent"; then
      /bin/sleep 60 &
    else
      "$@" &
    fi
    pids+=("$!")
  done
  while :; do
    wait -n
    one=$?
    [ "$one" -ne 127 ] || break
    if [ "$one" -ne 0 ]; then
      code=$one
      kill -TERM "${pids[@]}" 2>/dev/null
    fi
  done
  return "$code"
}
"""
_SRUN = (
    _TASKS
    + """
count=1 first=0
while [[ $1 == -* ]]; do
  case $1 in
    --ntasks=*) count=${1#*=} ;;
    --exclude=n0) first=1 ;;
  esac
  shift
done
tasks "$count" "$first" "$@"
"""
)
_FLUX = (
    _TASKS
    + """
case "$1 $2" in
  "getattr jobid") echo f17 ;;
  "--parent batch") echo f18 ;;
  "job attach")
    while [ ! -e "$STUBS/job.$4.code" ]; do /bin/sleep 0.05; done
    exit "$(cat "$STUBS/job.$4.code")"
    ;;
  "job kill")
    if grep -qs n1 "$STUBS/absent"; then exit 1; fi
    kill -TERM "$(cat "$STUBS/job.$4")"
    ;;
  "cancel "*) kill -TERM "$(cat "$STUBS/job.$2")" ;;
  "submit "*)
    shift
    count=1 first=0 id=f$$
    while [[ $1 == -* ]]; do
      case $1 in
        --ntasks=*) count=${1#*=} ;;
        --requires=-rank:0) first=1 ;;
      esac
      shift
    done
    {
      tasks "$count" "$first" "$@"
      echo "$?" >"$STUBS/job.$id.new"
      mv "$STUBS/job.$id.new" "$STUBS/job.$id.code"
    } >/dev/null 2>>"$STUBS/errors" </dev/null &
    echo "$!" >"$STUBS/job.$id"
    echo "$id"
    ;;
esac
"""
)
_INSIDE = """
NODE=${NODE:-$SLURMD_NODENAME}
exec env -i PATH="$INSIDE" STUBS="$STUBS" INSIDE="$INSIDE" NODE="$NODE" "${given[@]}" "${words[@]}"
"""
_PODMAN = (
    """
NODE=${NODE:-$SLURMD_NODENAME}
case $1 in
  run) ;;
  rm)
    if [ -e "$STUBS/container.$NODE" ]; then kill -TERM "$(cat "$STUBS/container.$NODE")"; fi
    rm -f "$STUBS/container.$NODE"
    exit 0
    ;;
  pull)
    while grep -qsx "$NODE" "$STUBS/absent" "$STUBS/late"; do /bin/sleep 0.1; done
    exit 0
    ;;
esac
shift
given=() entrypoint= cluster=
while [[ $1 == -* ]]; do
  case $1 in
    --env=*=*) given+=("${1#--env=}") ;;
    --env=*) name=${1#--env=} given+=("$name=${!name}") ;;
    --entrypoint=*) entrypoint=${1#*=} ;;
    --volume=*:/tutela/cluster.sh:ro) cluster=${1#*=} cluster=${cluster%%:*} ;;
  esac
  shift
done
shift
words=("$entrypoint" "$@")
if [ -n "$cluster" ]; then words[1]=$cluster; fi
echo "$$" >"$STUBS/container.$NODE"
"""
    + _INSIDE
)
_APPTAINER = (
    """
shift
given=() cluster=
while [[ $1 == -* ]]; do
  case $1 in
    --home=*) given+=("HOME=${1#*=}") ;;
    --bind=*:/tutela/cluster.sh:ro) cluster=${1#*=} cluster=${cluster%%:*} ;;
  esac
  shift
done
shift
words=("$@")
if [ -n "$cluster" ]; then words[1]=$cluster; fi
for name in $(compgen -e APPTAINERENV_); do given+=("${name#APPTAINERENV_}=${!name}"); done
"""
    + _INSIDE
)
_RAY = """
trap 'exit 0' TERM
case $2 in
  --head) touch "$STUBS/listens" ;;
  *) touch "$STUBS/joined.$NODE" ;;
esac
while :; do /bin/sleep 0.05; done
"""
_PYTHON = """
while [ "$(ls -d "$STUBS"/joined.* 2>/dev/null | wc -l)" -lt $(($3 - 1)) ]; do /bin/sleep 0.05; done
"""
_VLLM = """
trap 'exit 0' TERM
case " $* " in
  *" --headless "*) while :; do /bin/sleep 0.05; done ;;
esac
case $(cat "$STUBS/behave" 2>/dev/null) in
  end) exit 5 ;;
  load) while :; do /bin/sleep 0.05; done ;;
  crash)
    touch "$STUBS/ready"
    /bin/sleep 0.3
    rm -f "$STUBS/ready"
    exit 3
    ;;
esac
touch "$STUBS/ready"
while :; do /bin/sleep 0.05; done
"""


class Lab:
    """A folder of programs, a render, and what came of running it."""

    def __init__(
        self, folder: Path, *, real: Collection[str] = (), inside: Path | None = None
    ) -> None:
        """``real``: programs that are not replaced. ``inside``: more programs of the image."""
        self.folder = folder
        self.render = folder / "a model's render $(id)"
        self.render.mkdir()
        self.inside = inside
        self.stubs = Stubs(folder / "stubs")
        self.calls = self.stubs.folder / "calls"
        of_image = {"vllm": _VLLM, "ray": _RAY, "python3": _PYTHON}
        outside = {
            "srun": _SRUN,
            "sbatch": "echo 18",
            "scancel": "",
            "scontrol": _SCONTROL,
            "flux": _FLUX,
            "podman": _PODMAN,
            "apptainer": _APPTAINER,
            "curl": _CURL,
            "sleep": _SLEEP,
            "timeout": _TIMEOUT,
            "ip": _IP,
            "uname": _UNAME,
        }
        for name, body in {**outside, **of_image}.items():
            if name not in real:
                self.stubs.add(name, body)
        self.job: subprocess.Popen[str] | None = None

    def say(self, name: str, text: str) -> None:
        """Let a file say what happens."""
        (self.calls / name).write_text(text)

    def place(
        self, name: str, container: str, port: int = 8000, **changes: Any
    ) -> tuple[Service, Site]:
        """Render a service for a scheduler, its folders below this one."""
        service = placed(
            self.folder,
            port,
            **{
                "processors": 1,
                "memory": 0,
                "interface": None,
                "probe": Probe("/health", 600, 1),
                "gather_seconds": 600,
                **changes,
            },
        )
        where = site(
            folders={"models": "/m", "cache": "/c", "images": str(self.folder / "images")},
            scheduler={"type": name, "container": container, "hours": 1},
        )
        for file in runtime(name).write(service, where):
            (self.render / file.path).write_bytes(file.content)
        secret_file(self.stubs, service.name, {"VLLM_API_KEY": "a=b $(id) 'c'"})
        (self.folder / "images").mkdir()
        stem = f"vllm-openai-{service.image.digest.removeprefix('sha256:')}"
        (self.folder / "images" / f"{stem}.sif").touch()
        return service, where

    def start(self, *words: str) -> None:
        """Run ``job.sh`` as the scheduler does on the first node."""
        environment = self.environment() | {"SLURM_JOB_ID": "17", "SLURM_JOB_NODELIST": "n[0-3]"}
        self.job = subprocess.Popen(
            ["bash", "job.sh", *words],
            cwd=self.render,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def environment(self) -> dict[str, str]:
        """What whoever submits a job has."""
        path = f"{self.stubs.folder}/bin:/usr/bin:/bin"
        return {
            "PATH": path,
            "INSIDE": f"{self.inside}:{path}" if self.inside else path,
            "HOME": str(self.stubs.folder / "home"),
            "STUBS": str(self.calls),
        }

    def run(self, words: Sequence[str], seconds: float) -> "subprocess.CompletedProcess[str]":
        """A program of somebody else on the same machine."""
        return subprocess.run(
            words,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    @staticmethod
    def listens(port: int) -> bool:
        """Whether somebody takes connections at a port of this machine."""
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", port)) == 0

    def signal(self, number: signal.Signals) -> None:
        """What a scheduler sends to the job's script alone."""
        assert self.job is not None
        self.job.send_signal(number)

    def ready(self, times: int = 1) -> None:
        """Read what the job says until it says that the server answers."""
        assert self.job is not None
        assert self.job.stderr is not None
        said = ""
        for _ in range(times):
            while "answers at" not in (line := self.job.stderr.readline()):
                assert line, f"the job ended before its server answered: {said}"
                said += line

    def called(self, name: str) -> int:
        """How often a program has written down all of a call."""
        files = self.calls.glob(f"{name}.*/environ")
        return sum(file.stat().st_size > 0 for file in files)

    def whole(self, name: str) -> Sequence[Call]:
        """Calls of a program, as soon as none of them is still being written down."""
        self.until(lambda: self.called(name) == len(list(self.calls.glob(f"{name}.*"))))
        return self.stubs.calls(name)

    def until(self, wanted: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until something is so."""
        end = time.monotonic() + seconds
        while not wanted():
            assert time.monotonic() < end
            time.sleep(0.05)

    def end(self, seconds: float = 30) -> tuple[int, str]:
        """The job's code, and what it still said; nothing of it runs any more."""
        assert self.job is not None
        _, said = self.job.communicate(timeout=seconds)
        return self.job.returncode, said

    def left(self) -> Sequence[str]:
        """What of the job still runs: command lines."""
        return list(self._left().values())

    def kill(self) -> None:
        """End all of it."""
        for process in self._left():
            with suppress(ProcessLookupError):  # it may end by itself meanwhile
                os.kill(process, signal.SIGKILL)

    def _left(self) -> Mapping[int, str]:
        mark = f"STUBS={self.calls}".encode()
        found = {}
        for process in Path("/proc").iterdir():
            try:
                if process.name.isdigit() and mark in (process / "environ").read_bytes():
                    words = (process / "cmdline").read_text().replace("\0", " ")
                    found[int(process.name)] = words
            except OSError:
                continue
        return found

    def __enter__(self) -> "Lab":
        return self

    def __exit__(self, *_: object) -> None:
        if self.job is not None and self.job.poll() is None:
            os.killpg(self.job.pid, signal.SIGKILL)
        if self.job is not None:
            self.job.communicate()


def option(call: Call, name: str) -> str | None:
    """The value of an option of a call."""
    found = [one.partition("=")[2] for one in call.arguments if one.startswith(f"{name}=")]
    return found[0] if found else None


def own(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables of a container's process, without those of the programs here."""
    names = ("PATH", "STUBS", "INSIDE", "NODE", "PWD", "SHLVL", "_", "OLDPWD")
    return {name: value for name, value in environment.items() if name not in names}
