"""What the files of a batch job say of their service.

Every fact that stands in several places has to be the same in all of them; where it is not, all
that was found becomes its value, which then differs from any that could be meant.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from blueprints.runtimes.podman.read import SWITCHES, run_facts
from blueprints.runtimes.reading import host
from blueprints.runtimes.reading.run import Run, only, run
from blueprints.runtimes.reading.shell import Command, Values, parse
from blueprints.runtimes.runtime import ReadError
from blueprints.service.facts import Facts

JOB, NODE, CLUSTER = "job.sh", "node.sh", "cluster.sh"

_OWN: Final = ("folder", "role", "head_address", "until", "rank", "own_address")
"""Variables of ``node.sh`` that each node knows only when it runs."""
_ADDRESS: Final = "VLLM_HOST_IP"
_IN_CONTAINER: Final = "/tutela/cluster.sh"
_FACTS: Final = {
    "name": "name",
    "port": "port",
    "health": "probe.path",
    "start_seconds": "probe.start-seconds",
    "period_seconds": "probe.period-seconds",
    "processors": "processors",
    "nodes": "nodes",
}


def known(name: str) -> str:
    """Stands for the value of a variable that only a node knows; no script can hold this text."""
    return f"\0{name}"


@dataclass(frozen=True)
class Kind:
    """One scheduler: what the lines say that it reads, as facts; None for what is no fact."""

    prefix: str
    """Of its lines."""
    directive: Callable[[str], Iterable[tuple[str, str] | None]]
    """From one line to facts; raises ValueError for one that means something unknown."""


class _Found:
    """Facts with all that was said of each."""

    def __init__(self) -> None:
        self.said: dict[str, dict[str, str]] = {}

    def add(self, fact: str, value: str, where: str) -> None:
        self.said.setdefault(fact, {})[where] = value

    def facts(self) -> Facts:
        return dict(self._facts())

    def _facts(self) -> Iterator[tuple[str, str]]:
        for fact, said in self.said.items():
            if len(set(said.values())) == 1:
                yield fact, next(iter(said.values()))
            else:
                yield fact, ", ".join(f"{value} in {where}" for where, value in said.items())


def read(files: Mapping[str, bytes], kind: Kind) -> Facts:
    """Its facts; see :data:`blueprints.runtimes.runtime.Reader`."""
    found = _Found()
    job = host.text(files, JOB)
    for line, text in _directives(job.decode(errors="replace"), kind.prefix):
        try:
            for one in kind.directive(text):
                if one is not None:
                    found.add(*one, f"line {line}")
        except ValueError as error:
            raise ReadError(f"{JOB}:{line}: {error}") from error
    values = Values.of(parse(job, JOB), JOB)
    for name, fact in _FACTS.items():
        found.add(fact, _value(values, name), JOB)
    gather, arguments = _node(files, found)
    found.add("gather", gather, NODE)
    if gather != "alone":
        found.add("gather-seconds", _value(values, "gather_seconds"), JOB)
        _together(files, values, gather, arguments, found)
    return found.facts()


def _directives(text: str, prefix: str) -> Iterator[tuple[int, str]]:
    """Lines for the scheduler, which reads them up to the first command."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(prefix):
            yield number, line.removeprefix(prefix).strip()
        elif line and not line.startswith("#"):
            return


def _value(values: Values, name: str) -> str:
    value = values.known.get(name)
    if not isinstance(value, str):
        raise ReadError(f"{values.file}:1: {name} is not said")
    return value


def _node(files: Mapping[str, bytes], found: _Found) -> tuple[str, Sequence[str]]:
    """How nodes come together, and what the engine is told of it."""
    commands = parse(host.text(files, NODE), NODE)
    values = Values.of(commands, NODE)
    for name in _OWN:
        values.known[name] = known(name)
    values.known["headless"] = (known("headless"),)
    one, facts = _container(commands, values)
    for fact, value in facts.items():
        # The job has all processors and all memory of its nodes.
        if fact not in ("memory", "processors"):
            found.add(fact, value, NODE)
    for name in ("name", "processors", "memory"):
        found.add(name, _value(values, name), NODE)
    if interface := _value(values, "interface"):
        found.add("interface", interface, NODE)
    words = [value for fact, value in sorted(facts.items(), key=_number) if fact[:5] == "argv."]
    return _gather(one, words, found)


def _number(fact: tuple[str, str]) -> int:
    name, _, number = fact[0].partition(".")
    return int(number) if name == "argv" else -1


def _container(commands: Sequence[Command], values: Values) -> tuple[Run, dict[str, str]]:
    secrets = host.secrets(commands, values)
    one = run(only(commands, "podman", "run", NODE), values, SWITCHES, NODE)
    mount = f"--volume={known('folder')}/{CLUSTER}:{_IN_CONTAINER}:ro"
    also = [mount] if ("--volume", mount.partition("=")[2]) in one.options else []
    facts = dict(run_facts(one, secrets, NODE, also))
    if facts.get(f"env.{_ADDRESS}") == known("own_address"):
        del facts[f"env.{_ADDRESS}"]
    return one, facts


def _gather(one: Run, words: list[str], found: _Found) -> tuple[str, Sequence[str]]:
    """Takes what is no part of the service's command off it, and puts the rest into facts."""
    before = ["bash", _IN_CONTAINER, *map(known, ("role", "head_address", "until"))]
    if words[: len(before)] == before:
        how, rest, own = "ray", words[len(before) :], []
    elif known("headless") in words:
        how, rest, own = "engine", words[:-5], words[-5:]
    else:
        how, rest, own = "alone", words, []
    for number in range(len(words)):
        del found.said[f"argv.{number}"]
    for number, word in enumerate(rest):
        found.add(f"argv.{number}", word, NODE)
    return how, own


def _together(
    files: Mapping[str, bytes], job: Values, how: str, own: Sequence[str], found: _Found
) -> None:
    """That several nodes are told the same of each other."""
    port = _value(job, "gather_port")
    if how == "ray":
        values = Values.of(parse(host.text(files, CLUSTER), CLUSTER), CLUSTER)
        found.add("nodes", _value(values, "nodes"), CLUSTER)
        found.add("devices", _value(values, "devices"), CLUSTER)
        if _value(values, "gather_port") != port:
            raise ReadError(f"{CLUSTER}:1: its port is not the one that job.sh waits for: {port}")
        return
    nodes = own[0].removeprefix("--nnodes=")
    found.add("nodes", nodes, NODE)
    meant = [
        f"--nnodes={nodes}",
        f"--node-rank={known('rank')}",
        f"--master-addr={known('head_address')}",
        f"--master-port={port}",
        known("headless"),
    ]
    if list(own) != meant:
        raise ReadError(f"{NODE}:1: nodes are told other things of each other than job.sh knows")
