"""YAML as what it says and where each part of it stands: lines, so that nothing else changes.

A document is cut into entries of whole lines: a key or an item with all that belongs to it, and
the blank lines and comments above it. Writing the entries one after the other gives the file back
byte by byte, and an entry that nobody touched is never written anew. What it says is kept beside
it in a form that is equal when two readers of YAML would see the same.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

Value: TypeAlias = tuple["str | Value", ...]
"""What a part of a file says; equal exactly when it means the same."""


class NotForMerging(ValueError):  # noqa: N818 - a state of the text, not a mistake in it
    """The text is no YAML, or none whose entries stand on lines of their own."""


@dataclass(frozen=True)
class Leaf:
    """A scalar, an alias, or anything else that is taken whole."""

    says: Value
    before: str
    """The text of the entry up to the value, as ``key: `` or ``- ``."""
    text: str
    """The value itself, without the last newline."""
    after: str
    """From there to the end of the line, with a comment and the newline."""


@dataclass(frozen=True)
class Block:
    """A mapping or sequence whose entries stand on lines of their own."""

    mapping: bool
    properties: tuple[str, str]
    """Anchor and tag, or two empty texts."""
    entries: tuple["Entry", ...]
    column: int
    head: tuple[str, ...]
    """The lines of the key; none where the first entry stands on the line of a dash."""

    @cached_property
    def says(self) -> Value:
        """The meaning: the order of keys does not count, the order of items does."""
        parts = [(entry.key, entry.node.says) for entry in self.entries]
        return says_block(self.mapping, self.properties, parts)


@dataclass(frozen=True)
class Entry:
    """A key or an item, with everything on its lines."""

    key: Value
    """What names it in a mapping; empty in a sequence."""
    shown: str
    """The key as people write it."""
    lead: tuple[str, ...]
    """Blank lines and comments above."""
    lines: tuple[str, ...]
    """The whole entry without the lead. Dashes of items around it are written as blanks."""
    column: int
    """Of the key, or of the dash."""
    line: int
    """In the file, from 1."""
    node: Leaf | Block
    dashed: bool = False


@dataclass(frozen=True)
class Tree:
    """All documents of one file; the key of an entry is empty, its column 0."""

    documents: tuple[Entry, ...]
    tail: tuple[str, ...] = ()
    """What follows the last content."""
    comments: tuple[str, ...] = field(default=(), repr=False)
    """Every comment of the file, in order."""


def says_block(
    mapping: bool, properties: tuple[str, str], parts: list[tuple[Value, Value]]
) -> Value:
    """What a mapping or sequence with these entries says."""
    inner: tuple[Value, ...]
    if mapping:
        inner = tuple(sorted(parts, key=lambda part: repr(part[0])))
    else:
        inner = tuple(value for _, value in parts)
    return ("map" if mapping else "list", *properties, *inner)
