"""A lineage as a value: what was made from what, and who says so.

Texts are foreign and raw. A node is one thing: an artifact with all its copies, or something
outside of the stores that a claim names. An edge is what claims say, so that `holder` needs
`target`; only for `made` the target needs its holder, the run that wrote it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

Direction = Literal["up", "down"]
"""Up: what it was made from. Down: what was made of it, and who uses it."""

TYPES = (
    "dataset",
    "run",
    "checkpoint",
    "model",
    "adapter",
    "release",
    "deployment",
    "job",
    "code",
    "image",
    "alias",
    "version",
    "hub",
    "record",
    "pointer",
    "folder",
    "blob",
    "debris",
    "unknown",
)
ACTIVITIES = ("run", "job")
"""Types of what happens; all others are things."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """What the newest snapshots say of an artifact."""

    id: str
    uri: str
    kind: str
    layout: str
    bytes: int
    objects: int
    complete: bool | None
    run: str
    step: int | None
    project: str
    newest: datetime | None
    slot: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Who says something, and where."""

    words: str
    kind: str
    """Kind of the source; `name` where it is only concluded from equal names."""
    source: str
    trusted: bool
    at: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """One or more claims that say the same of the same two nodes."""

    holder: str
    target: str
    relation: str
    """names, needs or made (`governance.evidence.claim.Relation`)."""
    said: tuple[Said, ...] = ()
    """The first of them."""
    claims: int = 1
    cycle: bool = False
    """It is part of a cycle."""

    @property
    def origin(self) -> str:
        """The end that came first."""
        return self.holder if self.relation == "made" else self.target

    @property
    def product(self) -> str:
        """The end that was made from the other, or uses it."""
        return self.target if self.relation == "made" else self.holder

    @property
    def trusted(self) -> bool:
        """Some registered source says it."""
        return any(one.trusted for one in self.said)

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from other edges."""
        return self.holder, self.target, self.relation


@dataclass(frozen=True, slots=True)
class Node:
    """One thing."""

    id: str
    """`artifact:ID`, or the text that claims have for it."""
    type: str = "unknown"
    label: str = ""
    there: bool = True
    """False: a place, a name or content that nothing in the snapshots is."""
    artifact: Artifact | None = None
    also: tuple[str, ...] = ()
    """URIs of copies with the same content."""
    licences: tuple[Said, ...] = ()
    """`words` is an SPDX identifier, or what was written instead of one."""
    digests: tuple[str, ...] = ()
    status: str | None = None
    started: datetime | None = None
    ended: datetime | None = None

    @property
    def name(self) -> str:
        """How it is called: the URI of an artifact, the label or the text of what is none."""
        if self.artifact is not None:
            return self.artifact.uri
        return self.label or self.id

    @property
    def is_activity(self) -> bool:
        """It is a run or a job: something that happened."""
        return self.type in ACTIVITIES and self.artifact is None


@dataclass(frozen=True, slots=True)
class More:
    """Neighbours of a node that the graph does not hold."""

    node: str
    direction: Direction
    kind: str
    """What they are, in one word; `thing` where that was not looked up."""
    count: int


@dataclass(frozen=True)
class Graph:
    """A part of the lineage of everything, around `start`."""

    start: str | None
    """Null: it is not about one node."""
    nodes: tuple[Node, ...]
    """In the order of their ids."""
    edges: tuple[Edge, ...]
    more: tuple[More, ...] = ()
    cut: bool = False
    """There were too many nodes; some are left out and counted in `more`."""
    _by_id: Mapping[str, Node] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(
        cls,
        start: str | None,
        nodes: Iterable[Node],
        edges: Iterable[Edge],
        more: Iterable[More] = (),
        *,
        cut: bool = False,
    ) -> "Graph":
        """Put in order, and mark cycles. Every end of an edge has to be among the nodes."""
        kept = tuple(sorted(nodes, key=lambda node: node.id))
        links = tuple(sorted(edges, key=lambda edge: edge.key))
        number = components([node.id for node in kept], links)
        sizes: dict[int, int] = {}
        for component in number.values():
            sizes[component] = sizes.get(component, 0) + 1
        marked = tuple(
            replace(edge, cycle=True) if _on_cycle(edge, number, sizes) else edge for edge in links
        )
        rest = tuple(sorted(more, key=lambda one: (one.node, one.direction, one.kind)))
        return cls(start, kept, marked, rest, cut, {node.id: node for node in kept})

    def node(self, identity: str) -> Node:
        """Return the node with this id; KeyError where there is none."""
        return self._by_id[identity]

    @property
    def first(self) -> Node:
        """The node that it is about; ValueError for a graph of everything."""
        if self.start is None:
            raise ValueError("a graph of everything starts nowhere")
        return self.node(self.start)

    @property
    def missing(self) -> tuple[Node, ...]:
        """What claims name and is not there."""
        return tuple(node for node in self.nodes if not node.there)

    @property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Ids of nodes that need themselves by way of each other."""
        number = components([node.id for node in self.nodes], self.edges)
        held: dict[int, list[str]] = {}
        for edge in self.edges:
            if edge.cycle:
                held.setdefault(number[edge.holder], [])
        for identity, component in number.items():
            if component in held:
                held[component].append(identity)
        return tuple(sorted(tuple(sorted(found)) for found in held.values()))


def _on_cycle(edge: Edge, number: Mapping[str, int], sizes: Mapping[int, int]) -> bool:
    if edge.holder == edge.target:
        return True
    component = number[edge.holder]
    return component == number[edge.target] and sizes[component] > 1


def components(nodes: Iterable[str], edges: Iterable[Edge]) -> dict[str, int]:
    """Return the number of the strongly connected component of each node (Tarjan, no recursion)."""
    after: dict[str, list[str]] = {node: [] for node in nodes}
    for edge in edges:
        after[edge.origin].append(edge.product)
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    component: dict[str, int] = {}
    for root in after:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        work = [(root, iter(after[root]))]
        while work:
            node, rest = work[-1]
            for other in rest:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    work.append((other, iter(after[other])))
                    break
                if other not in component:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    while True:
                        member = stack.pop()
                        component[member] = index[node]
                        if member == node:
                            break
    return component
