"""What the files of a batch job say of their service.

Every fact that stands in several places has to be the same in all of them; where it is not, all
that was found becomes its value, which then differs from any that could be meant.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from blueprints.runtimes.apptainer.read import exec_facts
from blueprints.runtimes.podman.read import FIXED, GROUPS
from blueprints.runtimes.reading import container, host
from blueprints.runtimes.reading.commands import Command
from blueprints.runtimes.reading.run import only, run
from blueprints.runtimes.reading.shell import parse
from blueprints.runtimes.reading.values import Values
from blueprints.runtimes.runtime import ReadError
from blueprints.service.facts import Facts

JOB, NODE, CLUSTER, IMAGE = "job.sh", "node.sh", "cluster.sh", "image.sh"

_OWN: Final = ("folder", "role", "head_address", "until", "rank", "own_address", "scratch", "token")
"""Variables of ``node.sh`` that each node knows only when it runs."""
_OF_JOB: Final = ("head", "workers")
"""Variables of ``job.sh`` that depend on the nodes that it got."""
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


_BOUND: Final = (
    {f"--volume={known('folder')}/{CLUSTER}:{_IN_CONTAINER}:ro"},
    {
        f"--bind={known('folder')}/{CLUSTER}:{_IN_CONTAINER}:ro",
        f"--bind={known('scratch')}:/tmp",
    },
)
"""How ``cluster.sh`` gets into a container: with Podman, with Apptainer."""


@dataclass(frozen=True)
class Kind:
    """One scheduler: what the lines say that it reads, as facts; None for what is no fact."""

    prefix: str
    """Of its lines."""
    directive: Callable[[str], Iterable[tuple[str, str] | None]]
    """From one line to facts; raises ValueError for one that means something unknown."""
    steps: Mapping[str, Collection[str]]
    """The lists of ``job.sh`` that start a node, and the words that each has to hold."""


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
    commands = parse(job, JOB)
    values = Values.of(commands, JOB)
    for name, fact in _FACTS.items():
        found.add(fact, _value(values, name), JOB)
    for where, missing in _steps(commands, values, kind.steps):
        found.add("gather", f"{where} without {missing}", JOB)
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


def _steps(
    commands: Sequence[Command], values: Values, meant: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, str]]:
    """Words that are missing where nodes are started, with the list that they are missing in."""
    inner = Values(values.file, {**values.known, **{name: known(name) for name in _OF_JOB}})
    for command in commands:
        for one in command.assignments:
            if not command.within and one.name in ("every", *meant):
                inner.assign(one)
    for name, words in meant.items():
        said = inner.known.get(name, ())
        yield from ((name, word) for word in words if word not in said)


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
    facts = _container(files, commands, values)
    words = [facts.pop(f"argv.{number}") for number in range(_count(facts))]
    how, command, own = _gather(words)
    if how != "alone" and facts.pop(f"env.{_ADDRESS}", None) != known("own_address"):
        found.add(f"env.{_ADDRESS}", "not the address of the node", NODE)
    if how == "ray" and not _bound(facts):
        found.add("gather", f"without {CLUSTER}", "the container")
    if how == "ray" and not _guarded(facts, commands, values):
        found.add("gather", "a cluster that anybody may join", "the container")
    for number, word in enumerate(command):
        found.add(f"argv.{number}", word, NODE)
    for fact, value in facts.items():
        # The job has all processors and all memory of its nodes.
        if fact not in ("memory", "processors"):
            found.add(fact, value, "the container")
    for name in ("name", "processors", "memory"):
        found.add(name, _value(values, name), NODE)
    if interface := _value(values, "interface"):
        found.add("interface", interface, NODE)
    return how, own


def _bound(facts: dict[str, str]) -> bool:
    """Takes the options off that give a container ``cluster.sh``, if all of them are there."""
    for options in _BOUND:
        names = {f"option.{one}" for one in options}
        if all(facts.get(name) == "given" for name in names):
            for name in names:
                del facts[name]
            return True
    return False


def _guarded(facts: dict[str, str], commands: Sequence[Command], values: Values) -> bool:
    """Takes the variables off by which Ray lets only this job's nodes join, if they are there."""
    meant = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": known("token")}
    exported = {
        text.partition("=")[0]: text.partition("=")[2]
        for command in commands
        if command.program == "export" and not command.within
        for text in values.words(command)[1:]
    }
    for name, value in meant.items():
        # Podman hands on what is exported; Apptainer's own variables were read already.
        handed = facts.pop(f"secret.{name}", None)
        given = exported.get(name) if handed == "" else facts.pop(f"env.{name}", None)
        if given != value:
            return False
    return True


def _count(facts: Mapping[str, str]) -> int:
    return sum(fact.startswith("argv.") for fact in facts)


def _container(
    files: Mapping[str, bytes], commands: Sequence[Command], values: Values
) -> dict[str, str]:
    if any(one.program == "apptainer" for one in commands):
        made = Values.of(parse(host.text(files, IMAGE), IMAGE), IMAGE)
        facts = dict(exec_facts(commands, values, made, NODE))
        if facts.pop("option.--pid", None) != "given":
            facts["option.--pid"] = "missing"
        return facts
    secrets = host.secrets(commands, values)
    one = run(only(commands, "podman", "run", NODE), values, container.SWITCHES, NODE)
    return dict(container.run_facts(one, secrets, NODE, FIXED, GROUPS))


def _gather(words: list[str]) -> tuple[str, list[str], list[str]]:
    """How nodes come together, the service's command, and what is no part of it."""
    before = ["bash", _IN_CONTAINER, *map(known, ("role", "head_address", "until"))]
    if words[: len(before)] == before:
        return "ray", words[len(before) :], []
    if known("headless") in words:
        return "engine", words[:-5], words[-5:]
    return "alone", words, []


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
