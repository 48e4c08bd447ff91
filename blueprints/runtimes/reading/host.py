"""What scripts say that run one server on one node, whatever starts the container."""

from collections.abc import Iterator, Mapping, Sequence

from blueprints.runtimes.reading.commands import Command
from blueprints.runtimes.reading.values import Values
from blueprints.runtimes.runtime import ReadError

SCRIPT = "serve.sh"

_FACTS = {
    "port": "port",
    "probe_path": "probe.path",
    "start_seconds": "probe.start-seconds",
    "period_seconds": "probe.period-seconds",
}


def text(files: Mapping[str, bytes], name: str = SCRIPT) -> bytes:
    """A file of the render; raises :class:`ReadError` where it is missing."""
    found = files.get(name)
    if found is None:
        raise ReadError(f"{name}:1: there is no such file")
    return found


def always(command: Command, file: str) -> Command:
    """The command, if nothing decides whether it is run; else raises :class:`ReadError`."""
    if command.within:
        raise ReadError(f"{file}:{command.line}: it is run only in {command.within[-1]}")
    return command


def facts(values: Values) -> Iterator[tuple[str, str]]:
    """What stands at the top of the script, and that it is one node alone."""
    for name, fact in _FACTS.items():
        value = values.known.get(name)
        if isinstance(value, str):
            yield fact, value
    yield "nodes", "1"
    yield "gather", "alone"


def secrets(commands: Sequence[Command], values: Values) -> dict[str, str]:
    """Variables that are read from the host's file, and their keys in the secret store."""
    found = {}
    for command in commands:
        if command.program == "secret":
            words = values.words(command)
            if len(words) != 3 or command.within:
                raise ReadError(f"{values.file}:{command.line}: not a variable and its key")
            found[words[1]] = words[2]
    return found


def gathered(commands: Sequence[Command], values: Values, name: str) -> tuple[str, ...]:
    """All that a list may get, under whatever condition."""
    found: list[str] = []
    for command in commands:
        for one in command.assignments:
            if one.name == name and isinstance(one.value, tuple):
                found += [text for word in one.value for text in values.fields(word)]
    return tuple(found)
