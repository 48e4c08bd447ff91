"""A container that nobody asks whether it works, or asks in a way that harms.

Looks at every container that is meant to go on: it needs a readiness and a liveness probe; one that
loads a model or migrates a database (its liveness probe would kill it meanwhile) a startup probe.
A probe needs a way to ask (HTTP path and port, command, socket), a liveness probe must be more
patient than the readiness probe, and jobs have none.

Without readiness a Service sends people to a model that is still loading; without liveness a
program that hangs hangs for ever.

Add the probes; the numbers have to give the program the time that it needs.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import mapping, number, sequence, text
from blueprints.check.cluster.workload import Container, Workload
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "probes"
LEVEL = Level.WARNING

_WAYS = ("httpGet", "tcpSocket", "exec", "grpc")
_LEAST_SECONDS = 2
_LEAST_START = 60
_ALL = ("startupProbe", "readinessProbe", "livenessProbe")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Missing, empty and impatient probes."""
    for workload in cluster.of(repo, settings).workloads:
        for container in workload.containers:
            if workload.is_job or not container.runs_on or "workerTemplate" in workload.template:
                continue
            yield from _container(workload, container)


def _container(workload: Workload, container: Container) -> Iterator[Finding]:
    item, who = workload.object, f"{workload.object}: container {container.name}"
    for name in _ALL:
        probe = mapping(container.data, name)
        where = (*container.path, name)
        ways = [way for way in _WAYS if way in probe]
        if not probe:
            yield found(ID, LEVEL, item, where, f"{who} has no {name}")
        elif len(ways) != 1:
            yield found(ID, LEVEL, item, where, f"{who}: {name} must ask in exactly one way")
        elif ways == ["httpGet"] and not text(probe, "httpGet", "path").startswith("/"):
            yield found(ID, LEVEL, item, where, f"{who}: {name} asks for no path")
        elif ways == ["exec"] and not sequence(probe, "exec", "command"):
            yield found(ID, LEVEL, item, where, f"{who}: {name} runs no command")
        if probe and _number(probe, "timeoutSeconds", 1) < _LEAST_SECONDS:
            message = f"{who}: {name} waits {_number(probe, 'timeoutSeconds', 1)} s for an answer"
            yield found(ID, LEVEL, item, where, message, "set timeoutSeconds to 2 or more")
        if probe and _number(probe, "timeoutSeconds", 1) > _number(probe, "periodSeconds", 10):
            yield found(ID, LEVEL, item, where, f"{who}: {name} asks again before its time is out")
    ready, alive = (
        mapping(container.data, "readinessProbe"),
        mapping(container.data, "livenessProbe"),
    )
    if ready and alive and _patience(alive) < 3 * _patience(ready):
        message = f"{who} is killed {_patience(alive)} s after it fails, soon after it is taken out"
        hint = "give the liveness probe three times the patience of the readiness probe"
        yield found(ID, LEVEL, item, (*container.path, "livenessProbe"), message, hint)
    start = mapping(container.data, "startupProbe")
    if start and _patience(start) < _LEAST_START:
        message = f"{who} has {_patience(start)} s to start"
        hint = f"give the startup probe {_LEAST_START} s or more"
        yield found(ID, LEVEL, item, (*container.path, "startupProbe"), message, hint)


def _number(probe: object, field: str, default: int) -> int:
    value = number(probe, field)
    return default if value is None else value


def _patience(probe: object) -> int:
    """Seconds until a probe that always fails has its effect."""
    return _number(probe, "periodSeconds", 10) * _number(probe, "failureThreshold", 3)
