"""What a specification looks like: boxes in boxes and lines between them, as plain data.

A blueprint makes one from its typed specification; :mod:`blueprints.show` writes it as a page or as
Mermaid. Texts are whatever people wrote: every writer escapes them for what it writes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Shade: TypeAlias = Literal["plain", "one", "two", "three", "four", "five"]
"""What belongs together looks alike; which colour that is, a writer knows."""


@dataclass(frozen=True)
class Node:
    """Something that is one thing: a pool of machines, a network."""

    id: str
    """No other node of the drawing has it."""
    kind: str
    """A word for it, such as ``Harvester VM``."""
    name: str
    facts: tuple[str, ...] = ()
    """Short texts, the most important one first."""
    shade: Shade = "plain"
    amount: int = 0
    """How many of them there are; 0 where that is no question."""


@dataclass(frozen=True)
class Edge:
    """Two nodes that have to do with each other; both are in the same box, or one is shared."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True)
class Mark:
    """A word on a box, and what it says more: a component and its version."""

    name: str
    value: str = ""


@dataclass(frozen=True)
class Box:
    """Nodes that are one whole: a cluster."""

    id: str
    kind: str
    name: str
    title: str = ""
    """What people call it: any text."""
    facts: tuple[tuple[str, str], ...] = ()
    """Names and values."""
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    marks: tuple[Mark, ...] = ()
    marks_are: str = "components"


@dataclass(frozen=True)
class Group:
    """Boxes that are looked at together: an environment."""

    id: str
    kind: str
    name: str
    facts: tuple[tuple[str, str], ...] = ()
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """The whole."""

    name: str
    """Of what is drawn: the site."""
    kind: str
    """What kind of thing that is, for the heading: ``Clusters``."""
    groups: tuple[Group, ...]
    facts: tuple[tuple[str, str], ...] = ()
    legend: tuple[tuple[Shade, str], ...] = ()
    """What each shade means."""

    def boxes(self) -> Iterator[Box]:
        """Every box, group by group."""
        for group in self.groups:
            yield from group.boxes
