"""``podman run``, ``docker run`` and ``apptainer exec`` as options, image and arguments."""

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from blueprints.runtimes.reading.commands import Command
from blueprints.runtimes.reading.values import Values
from blueprints.runtimes.runtime import ReadError


@dataclass(frozen=True)
class Run:
    """A container that is started, in the words of its command line."""

    options: tuple[tuple[str, str | None], ...]
    """Each as it stands: ``("--env", "HOME=/cache")``, ``("--rm", None)``."""
    image: str
    arguments: tuple[str, ...]
    line: int


@dataclass
class Said:
    """Options of a :class:`Run` that were not yet understood; taking one makes it so."""

    run: Run
    file: str
    left: list[tuple[str, str | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with all of them."""
        self.left = list(self.run.options)

    def every(self, *names: str) -> list[str]:
        """The values of an option by any of its names, in their order."""
        found = [value or "" for name, value in self.left if name in names]
        self.left = [one for one in self.left if one[0] not in names]
        return found

    def one(self, *names: str) -> str | None:
        """The value of an option that may stand once; raises :class:`ReadError` for more."""
        found = self.every(*names)
        if len(found) > 1:
            raise self.error(f"{names[0]} stands {len(found)} times")
        return found[0] if found else None

    def fixed(self, options: Collection[str]) -> Iterator[tuple[str, str]]:
        """A fact for each of these options that is missing, and for each other one that is left.

        They are no part of a service, so that any such fact is a difference.
        """
        left = [name if value is None else f"{name}={value}" for name, value in self.left]
        for option in sorted(set(options) - set(left)):
            yield f"option.{option}", "missing"
        for option in left:
            if option not in options:
                yield f"option.{option}", "given"
        for option in options:
            if left.count(option) > 1:
                yield f"option.{option}", f"given {left.count(option)} times"

    def error(self, what: str) -> ReadError:
        """What to raise: where the command begins, and what is wrong."""
        return ReadError(f"{self.file}:{self.run.line}: {what}")


def only(commands: Sequence[Command], program: str, verb: str, file: str) -> Command:
    """The one command that starts a container; raises :class:`ReadError` for none or several."""
    found = [
        one
        for one in commands
        if one.program == program and len(one.words) > 1 and one.words[1].literal == verb
    ]
    if len(found) != 1:
        raise ReadError(f"{file}:1: {program} {verb} stands {len(found)} times, not once")
    for one in commands:
        if f"function {program}" in one.within:
            raise ReadError(f"{file}:{one.line}: {program} is a function of the script itself")
    return found[0]


def run(command: Command, values: Values, switches: Collection[str], file: str) -> Run:
    """The command taken apart; ``switches``: options that take no value of their own.

    Any other option without ``=`` takes the next word, as these programs read it.
    """
    words = values.words(command)[2:]
    options: list[tuple[str, str | None]] = []
    while words and words[0].startswith("-"):
        name, equals, value = words.pop(0).partition("=")
        if equals:
            options.append((name, value))
        elif name in switches:
            options.append((name, None))
        elif words:
            options.append((name, words.pop(0)))
    if not words:
        raise ReadError(f"{file}:{command.line}: no image is named")
    return Run(tuple(options), words[0], tuple(words[1:]), command.line)


def mount(text: str) -> Mapping[str, str]:
    """``type=bind,source=..`` as its fields, in the quoting that these programs read; a switch
    such as ``readonly`` is "true". Raises ValueError for quotes that do not fit."""
    try:
        fields = next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        raise ValueError(f"{error}: {text}") from error
    found = {}
    for one in fields:
        name, equals, value = one.partition("=")
        found[name] = value if equals else "true"
    return found


def bound(text: str) -> tuple[str, str]:
    """A bind mount as fact and value. Fields that are not known become part of the value, so that
    they are a difference. Raises ValueError for what is no bind mount."""
    fields = dict(mount(text))
    kind = fields.pop("type", "")
    source = fields.pop("source", fields.pop("src", ""))
    target = fields.pop("target", fields.pop("destination", fields.pop("dst", "")))
    written = fields.pop("readonly", fields.pop("ro", "false"))
    if kind != "bind" or not source or not target or written not in ("true", "false"):
        raise ValueError(f"not a folder of the host: {text}")
    rest = "".join(f" {name}={value}" for name, value in sorted(fields.items()))
    return f"mount.{target}", f"{source} {'ro' if written == 'true' else 'rw'}{rest}"
