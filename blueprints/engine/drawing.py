"""What a specification looks like: boxes in boxes and lines between them, as plain data.

A blueprint makes one from its typed specification; :mod:`blueprints.show` writes it as a page and
as Mermaid. Texts are whatever people wrote: every writer escapes them for what it writes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Shade: TypeAlias = Literal["plain", "one", "two", "three", "four"]
"""What is of one sort looks alike; which colour that is, a writer knows."""
Fact: TypeAlias = tuple[str, str]
"""A name and a value."""


@dataclass(frozen=True)
class Node:
    """Something that is drawn as one: a pool of machines."""

    name: str
    kind: str
    """A word for it, such as ``SUSE Virtualization``."""
    amount: int = 1
    """How many there are of it."""
    facts: tuple[str, ...] = ()
    """Short texts, the most important one first."""
    badge: str = ""
    """What it is more than the others: ``masters``."""
    shade: Shade = "plain"


@dataclass(frozen=True)
class Lane:
    """Nodes side by side on one thing that they share: a network."""

    id: str
    """No other lane of the box has it."""
    name: str
    kind: str
    facts: tuple[str, ...] = ()
    nodes: tuple[Node, ...] = ()
    shade: Shade = "plain"


@dataclass(frozen=True)
class Edge:
    """Two lanes of a box that have to do with each other."""

    source: str
    target: str
    label: str


@dataclass(frozen=True)
class Box:
    """A whole: a cluster."""

    name: str
    """The same in every group where it is the same thing."""
    kind: str
    title: str = ""
    """What people call it: any text."""
    summary: str = ""
    """In a few words, for a table of all boxes."""
    facts: tuple[Fact, ...] = ()
    lanes: tuple[Lane, ...] = ()
    edges: tuple[Edge, ...] = ()
    parts: tuple[Fact, ...] = ()
    """What is in it beside the nodes: components and their versions."""


@dataclass(frozen=True)
class Group:
    """Boxes that are looked at together: an environment."""

    name: str
    facts: tuple[Fact, ...] = ()
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Words:
    """What the parts of a drawing are called."""

    whole: str
    """The heading: ``Clusters``."""
    box: str
    """``cluster``."""
    parts: str
    """``Components``."""


@dataclass(frozen=True)
class Drawing:
    """The whole."""

    name: str
    """Of what is drawn: the site."""
    words: Words
    groups: tuple[Group, ...]
    facts: tuple[Fact, ...] = ()
    legend: tuple[tuple[Shade, str], ...] = ()
    """What each shade of a node means."""

    def boxes(self) -> Iterator[Box]:
        """Every box, group by group."""
        for group in self.groups:
            yield from group.boxes
