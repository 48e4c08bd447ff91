"""Configurations of switches as lines with what is indented under them (EOS, IOS)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tce.read.refuse import plain, refuse

_OF_THE_MARGIN = (
    ("interface",),
    ("access-list",),
    ("object-group",),
    ("ip", "access-list"),
    ("ipv6", "access-list"),
)
"""Commands that begin something wherever they stand: a device carries them out indented too."""
_QUIT = re.compile(r"^ *\tquit$", re.MULTILINE)
"""How IOS itself ends a certificate when it prints one: the only tab that it prints."""
_BANNER = re.compile(r"banner (?P<kind>\S+)(?: (?P<mark>\^C|\S))?")


@dataclass(frozen=True)
class Line:
    """One, in words."""

    number: int
    text: str
    words: tuple[str, ...]


@dataclass
class Block:
    """A line at the margin and what stands under it."""

    head: Line
    body: list[Line] = field(default_factory=list)


def blocks(text: str, file: str) -> Iterator[Block]:
    """All of a file; without comments (``!``), empty lines and banners.

    Lines belong to the line at the margin before them where they are indented, as devices print
    them. Raises NotModelledError for CR LF, tabs and unprintable characters, and for what a device
    would not take for a part of the line above.
    """
    text = _QUIT.sub("  quit", text)
    lines = enumerate(plain(text, file, tabs=False).split("\n"), 1)
    block: Block | None = None
    for number, raw in lines:
        said = raw.strip()
        if not said or said.startswith("!"):
            continue
        line = Line(number, said, tuple(said.split()))
        if said.startswith("banner "):
            _over_banner(said, lines, file, number)
        elif raw.startswith(" "):
            if block is None:
                raise refuse(file, number, "the first line is indented")
            if _begins(line.words):
                raise refuse(file, number, f"{said!r} is indented, and carried out all the same")
            block.body.append(line)
        else:
            if block is not None:
                yield block
            block = Block(line)
    if block is not None:
        yield block


def _begins(words: tuple[str, ...]) -> bool:
    said = words[1:] if words[0] in ("no", "default") else words
    return any(said[: len(one)] == one for one in _OF_THE_MARGIN)


def _over_banner(said: str, lines: Iterator[tuple[int, str]], file: str, number: int) -> None:
    """Leaves a banner behind: up to its mark again (IOS) or a line EOF (EOS)."""
    found = _BANNER.match(said)
    mark = found["mark"] if found is not None else None
    if mark is not None and said.count(mark) > 1:
        return
    for _, raw in lines:
        if raw.strip() == "EOF" if mark is None else mark in raw:
            return
    raise refuse(file, number, "the banner does not end")
