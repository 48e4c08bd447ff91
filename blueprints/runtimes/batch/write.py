"""``job.sh``, which a scheduler runs, ``node.sh`` for each node, ``cluster.sh`` in containers.

What is written here are the names at the beginning of each file and the container's command; the
rest of the files lies beside this module and is the same for every service.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from blueprints.engine.blueprint import File
from blueprints.runtimes.apptainer import image
from blueprints.runtimes.apptainer.write import PREFIX, before_lines, exec_words
from blueprints.runtimes.podman.write import run_words
from blueprints.runtimes.writing import host
from blueprints.runtimes.writing.shell import Shell, call, quote, quoted
from blueprints.service.service import Gather, Service
from blueprints.service.site import Scheduler, Site

PORTS: Final[dict[Gather, int]] = {"ray": 6379, "engine": 29500}
"""Of the head, where the others find it; what Ray and torch.distributed take by default."""
MISSED: Final = 6
"""Answers that may be missing one after the other before a server is ended."""
RESTARTS: Final = 3
"""Of one job; one that was ready for an hour does not count."""
GRACE: Final = 60
"""Seconds for a step to end by itself."""
LEAD: Final = 300
"""Seconds before the end of a job's time at which it makes way."""
ADDRESS: Final = "VLLM_HOST_IP"
"""The variable by which the engine and Ray know the address of their node."""
CLUSTER: Final = "/tutela/cluster.sh"
"""Where ``cluster.sh`` lies in a container."""

_HERE = Path(__file__).parent
CANNOT: Final[Mapping[str, str]] = {
    "shared-memory": "containers of Apptainer have the host's own /dev/shm, whatever its size"
}

_UNUSED = "# shellcheck disable=SC2034,SC2329 # not every service needs all names"
_MARK = "# -- the container --\n"


@dataclass(frozen=True)
class Kind:
    """One scheduler, as far as its jobs differ from those of others."""

    directives: Sequence[str]
    """Lines of comment at the top of ``job.sh`` that the scheduler reads."""
    steps: Path
    """Shell functions that start and end what runs on nodes."""
    task: Shell
    """Which of the workers it is, from 0, where a step runs."""


def files(service: Service, site: Site, kind: Kind) -> Iterator[File]:
    """All files of a service's job."""
    yield File("job.sh", _job(service, site, kind).encode(), executable=True)
    yield File("node.sh", _node(service, site, kind.task).encode(), executable=True)
    if service.gather == "ray":
        yield File("cluster.sh", _cluster(service).encode(), executable=True)
    if site.scheduler.container == "apptainer":
        yield File("image.sh", image.script(service, site), executable=True)


def limit(scheduler: Scheduler) -> int:
    """Seconds after which a job makes way for the next."""
    return scheduler.hours * 3600 - LEAD


def _job(service: Service, site: Site, kind: Kind) -> str:
    names: dict[str, str | int] = {
        "name": service.name,
        "port": service.port,
        "health": service.probe.path,
        "start_seconds": service.probe.start_seconds,
        "period_seconds": service.probe.period_seconds,
        "missed_most": MISSED,
        "restarts_most": RESTARTS,
        "grace_seconds": GRACE,
        "limit_seconds": limit(site.scheduler),
        "processors": service.processors,
        "nodes": service.nodes,
    }
    there: Sequence[Shell] = ()
    if service.nodes > 1:
        names |= {
            "gather_seconds": service.gather_seconds,
            "gather_port": PORTS[service.gather],
        }
        there = {
            "ray": (Shell("head_listens"),),
            "engine": (Shell("started"), Shell("0")),
        }[service.gather]
    else:
        names |= {"gather_seconds": 0, "gather_port": 0}
    return "\n".join(
        (
            "#!/usr/bin/env bash",
            *kind.directives,
            f"# Serves {service.name}. Submit it from its own folder.",
            _UNUSED,
            "set -uo pipefail",
            "umask 077",
            "",
            _names(names),
            f"head_is_there=({' '.join(there)})",
            "",
            kind.steps.read_text(encoding="utf-8"),
            (_HERE / "job.sh").read_text(encoding="utf-8"),
        )
    )


def _node(service: Service, site: Site, task: Shell) -> str:
    names: dict[str, str | int] = {
        "name": service.name,
        "interface": service.interface or "",
        "processors": service.processors,
        "memory": service.memory,
    }
    begin, end = (_HERE / "node.sh").read_text(encoding="utf-8").split(_MARK)
    return "\n".join(
        (
            "#!/usr/bin/env bash",
            f"# The container of one node of {service.name}; job.sh starts it.",
            _UNUSED,
            "set -euo pipefail",
            "umask 077",
            "",
            _names(names),
            f"task={task}",
            "",
            "fail() {",
            '  printf \'%s: %s\\n\' "$name" "$1" >&2',
            "  exit 1",
            "}",
            "",
            begin + _container(service, site) + end,
        )
    )


def _container(service: Service, site: Site) -> str:
    """Lines that start it and leave it running behind them."""
    command = _command(service)
    several, ray = service.nodes > 1, service.gather == "ray"
    before = host.folders(service)
    extra: list[Shell] = []
    if site.scheduler.container == "apptainer":
        # What the engine has started ends with it, even where nobody else ends it.
        extra = [Shell("--pid")]
        before += before_lines(service, site)
        if several:
            before += f'export {PREFIX}{ADDRESS}="$own_address"\n'
        if ray:
            before += f"{_SCRATCH}{_JOIN.replace('PREFIX', PREFIX)}"
            mount = Shell(f'--bind="$folder/cluster.sh":{CLUSTER}:ro')
            extra += [mount, Shell('--bind="$scratch":/tmp')]
        words = exec_words(service, site, extra=extra, command=command)
    else:
        before += host.secrets(service)
        before += _PODMAN.replace("IMAGE", quote(service.image.reference))
        if several:
            extra = [Shell(f'--env={ADDRESS}="$own_address"')]
        if ray:
            before += f"\n{_JOIN.replace('PREFIX', '')}"
            extra += [Shell("--env=RAY_AUTH_MODE"), Shell("--env=RAY_AUTH_TOKEN")]
            extra += [Shell(f'--volume="$folder/cluster.sh":{CLUSTER}:ro')]
        words = run_words(service, site, extra=extra, command=command)
    return f'{before}touch "$run/$rank"\n{call(words)} &\n'


_JOIN = """\
token=$(<"$run/token")
export PREFIXRAY_AUTH_MODE=token
export PREFIXRAY_AUTH_TOKEN="$token"
"""
_PODMAN = """
stop_container() { podman rm --force --ignore --time=30 "$name"; }

# What a job that was killed has left here.
stop_container
podman pull --quiet IMAGE &
wait "$!"
"""
_SCRATCH = """
# Ray's files of this node; the container's own /tmp holds some megabytes.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"""


def _command(service: Service) -> list[Shell]:
    command = quoted(service.command)
    if service.gather == "ray":
        before = ("bash", CLUSTER, '"$role"', '"$head_address"', '"$until"')
        return [*map(Shell, before), *command]
    if service.gather == "engine":
        after = (
            f"--nnodes={service.nodes}",
            '--node-rank="$rank"',
            '--master-addr="$head_address"',
            f"--master-port={PORTS['engine']}",
            '"${headless[@]}"',
        )
        return [*command, *map(Shell, after)]
    return command


def _cluster(service: Service) -> str:
    return "\n".join(
        (
            "#!/usr/bin/env bash",
            f"# Makes the nodes of {service.name} one Ray cluster.",
            _UNUSED,
            "set -euo pipefail",
            "",
            _names(
                {
                    "nodes": service.nodes,
                    "devices": service.devices,
                    "gather_port": PORTS["ray"],
                }
            ),
            "",
            (_HERE / "cluster.sh").read_text(encoding="utf-8"),
        )
    )


def _names(values: dict[str, str | int]) -> str:
    return "\n".join(f"{name}={quote(str(value))}" for name, value in values.items())
