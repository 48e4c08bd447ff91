"""One change of one file, and what is done to texts."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mutant:
    """One mistake that somebody, or a renderer, could have made."""

    file: str
    operator: str
    what: str
    """The line before and after, or in words."""
    whole: str | None
    """The whole file with the mistake in it, where it is not a few lines of it."""
    base: tuple[str, ...] = ()
    """Lines of the file as it was; one tuple for all mutants of a file."""
    edits: tuple[tuple[int, str], ...] = ()
    """What stands there instead, by place."""
    make: Callable[[], str] | None = field(default=None, compare=False)
    """Writes the whole file, where it is written anew."""

    @property
    def text(self) -> str:
        """The whole file with the mistake in it."""
        if self.make is not None:
            return self.make()
        if self.whole is not None:
            return self.whole
        edits = dict(self.edits)
        return "".join(edits.get(at, line) for at, line in enumerate(self.base))


class Lines:
    """A file, of which one line or a few are changed at a time."""

    def __init__(self, file: str, text: str) -> None:
        """Lines keep their ends."""
        self.file = file
        self.lines = tuple(text.splitlines(keepends=True))

    def numbered(self, pattern: str) -> Iterator[tuple[int, str]]:
        """Lines in which it is found, without their ends."""
        for at, line in enumerate(self.lines):
            if re.search(pattern, line):
                yield at, line.rstrip("\n")

    def changed(self, operator: str, at: int, new: str) -> Mutant:
        """One line in another's place."""
        old = self.lines[at].strip()
        return self._made(operator, f"{old} -> {new.strip() or '(gone)'}", {at: f"{new}\n"})

    def gone(self, operator: str, at: int, last: int | None = None) -> Mutant:
        """Without a line, or without all from one to another."""
        end = at if last is None else last
        what = f"{self.lines[at].strip()}{' ...' if end > at else ''} -> (gone)"
        return self._made(operator, what, dict.fromkeys(range(at, end + 1), ""))

    def swapped(self, operator: str, at: int, other: int) -> Mutant:
        """Two lines in each other's places."""
        one, two = self.lines[at], self.lines[other]
        return self._made(operator, f"{one.strip()} <-> {two.strip()}", {at: two, other: one})

    def moved(self, operator: str, at: int, before: int) -> Mutant:
        """A line earlier than it was."""
        lines = [*self.lines]
        line = lines.pop(at)
        lines.insert(before, line)
        return Mutant(self.file, operator, f"{line.strip()} moved up", "".join(lines))

    def replaced(self, operator: str, old: str, new: str, what: str = "") -> Mutant:
        """All of a text."""
        text = "".join(self.lines)
        return Mutant(self.file, operator, what or f"{old} -> {new}", text.replace(old, new))

    def _made(self, operator: str, what: str, lines: dict[int, str]) -> Mutant:
        return Mutant(self.file, operator, what, None, self.lines, tuple(lines.items()))


_ADDRESS = r"(?:\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:]+)(?:/\d+)?"


def addresses(line: str) -> Iterator[re.Match[str]]:
    """Every address or network in a line."""
    yield from re.finditer(rf"(?<![\w.:/]){_ADDRESS}(?![\w:/])", line)


def other_sizes(text: str) -> Iterator[tuple[str, str]]:
    """Operator and network: one bit wider, one bit narrower on either side."""
    network = ipaddress.ip_network(text)
    if network.prefixlen:
        yield "widen", str(network.supernet())
    if network.prefixlen < network.max_prefixlen:
        for half in network.subnets():
            yield "narrow", str(half)


def other_ports(first: int, last: int) -> Iterator[tuple[str, int, int]]:
    """Operator and range: beside where it was, one port more, one port less."""
    if last < 65_535:
        yield "port", first + 1, last + 1
        yield "widen", first, last + 1
    if first > 1:
        yield "port", first - 1, last - 1
        yield "widen", first - 1, last
    if first < last:
        yield "narrow", first + 1, last
        yield "narrow", first, last - 1
