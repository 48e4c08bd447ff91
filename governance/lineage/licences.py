"""What a model inherits from what it was made from: the licences of its ancestors.

Nothing is guessed. What no source says is unknown; what sources say differently stands side by
side; a text that is no SPDX identifier stays as it was written.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from governance.lineage.graph import Edge, Graph, Node, Said

_SPDX = (
    "AFL-3.0",
    "AGPL-3.0-only",
    "AGPL-3.0-or-later",
    "Apache-2.0",
    "Artistic-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSD-3-Clause-Clear",
    "BSL-1.0",
    "C-UDA-1.0",
    "CC-BY-2.0",
    "CC-BY-2.5",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "CC-BY-NC-2.0",
    "CC-BY-NC-3.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-ND-3.0",
    "CC-BY-NC-ND-4.0",
    "CC-BY-NC-SA-2.0",
    "CC-BY-NC-SA-3.0",
    "CC-BY-NC-SA-4.0",
    "CC-BY-ND-4.0",
    "CC-BY-SA-3.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "CDLA-Permissive-1.0",
    "CDLA-Permissive-2.0",
    "CDLA-Sharing-1.0",
    "ECL-2.0",
    "EPL-1.0",
    "EPL-2.0",
    "EUPL-1.1",
    "EUPL-1.2",
    "GFDL-1.3-only",
    "GPL-2.0-only",
    "GPL-2.0-or-later",
    "GPL-3.0-only",
    "GPL-3.0-or-later",
    "ISC",
    "LGPL-2.1-only",
    "LGPL-2.1-or-later",
    "LGPL-3.0-only",
    "LGPL-3.0-or-later",
    "LPPL-1.3c",
    "MIT",
    "MPL-2.0",
    "MS-PL",
    "NCSA",
    "ODbL-1.0",
    "ODC-By-1.0",
    "OFL-1.1",
    "OSL-3.0",
    "PDDL-1.0",
    "PostgreSQL",
    "Unlicense",
    "WTFPL",
    "Zlib",
)
_EXACT = {one.lower(): one for one in _SPDX} | {
    # What model hubs write in place of an identifier that means exactly one.
    "odc-by": "ODC-By-1.0",
    "odbl": "ODbL-1.0",
    "pddl": "PDDL-1.0",
    "https://spdx.org/licenses/mit": "MIT",
    "https://opensource.org/licenses/mit": "MIT",
    "https://www.apache.org/licenses/license-2.0": "Apache-2.0",
    "https://creativecommons.org/licenses/by/4.0/": "CC-BY-4.0",
    "https://creativecommons.org/licenses/by-sa/4.0/": "CC-BY-SA-4.0",
    "https://creativecommons.org/licenses/by-nc/4.0/": "CC-BY-NC-4.0",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0-1.0",
}
_MATTERS = ("dataset", "model", "adapter", "checkpoint", "hub", "release", "blob", "unknown")
"""Types of things that have a licence; a run or an alias has none."""
_SOURCES = ("dataset", "model", "adapter", "hub", "release", "blob")
"""Of those: what it would be wrong to pass over when nothing is said."""


def spdx(text: str) -> str | None:
    """Return the SPDX identifier that a text exactly stands for, or None."""
    key = text.strip().lower()
    if key.startswith("https://spdx.org/licenses/"):
        key = key.removeprefix("https://spdx.org/licenses/").removesuffix(".html")
    return _EXACT.get(key)


@dataclass(frozen=True)
class Licence:
    """One licence as somebody wrote it."""

    text: str
    spdx: str | None
    """None: no identifier that we know, whatever it may mean."""
    said: tuple[Said, ...]

    @property
    def name(self) -> str:
        """The identifier, or the text as it was written."""
        return self.spdx or self.text


@dataclass(frozen=True)
class Inherited:
    """The licences of one ancestor, or of the node itself."""

    node: Node
    licences: tuple[Licence, ...]
    """More than one: they contradict each other. None: unknown."""
    path: tuple[Edge, ...]
    """A shortest way to it; empty for the node itself."""

    @property
    def contradicts(self) -> bool:
        """Sources do not agree on it."""
        return len(self.licences) > 1


@dataclass(frozen=True)
class Licences:
    """What one node inherits."""

    start: Node
    every: tuple[Inherited, ...]
    """The node itself first, where it can have a licence, then what lies nearest."""
    whole: bool
    """All ancestors were looked at."""
    doubts: tuple[str, ...] = ()
    """Sources that may know of more ancestors or licences, in words."""

    @property
    def names(self) -> tuple[str, ...]:
        """All licences that are known, in order."""
        return tuple(sorted({one.name for held in self.every for one in held.licences}))

    @property
    def unknown(self) -> tuple[Inherited, ...]:
        """Whose licence nobody states."""
        return tuple(one for one in self.every if not one.licences)


def licences(graph: Graph, doubts: Iterable[str] = ()) -> Licences:
    """Gather the licences of a graph's start and of all its ancestors in the graph."""
    start = graph.first
    before: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        before.setdefault(edge.product, []).append(edge)
    paths: dict[str, tuple[Edge, ...]] = {start.id: ()}
    front = [start.id]
    while front:
        following: list[str] = []
        for node in front:
            for edge in before.get(node, []):
                if edge.origin not in paths:
                    paths[edge.origin] = (*paths[node], edge)
                    following.append(edge.origin)
        front = following
    every = [
        Inherited(graph.node(identity), _licences(graph.node(identity)), path)
        for identity, path in paths.items()
    ]
    standing = {
        edge.holder
        for edge in graph.edges
        if edge.relation == "names" and any(one.kind != "name" for one in edge.said)
    }
    counted = [one for one in every if one.licences or _counts(one, standing)]
    counted.sort(key=lambda one: (len(one.path), one.node.name, one.node.id))
    whole = not graph.cut and not any(
        one.direction == "up" and one.node in paths for one in graph.more
    )
    return Licences(start, tuple(counted), whole, tuple(doubts))


def _counts(one: Inherited, standing: Collection[str]) -> bool:
    """Tell whether it matters that nobody states a licence of this.

    What only stands for something else has the licence of that.
    """
    if one.node.id in standing:
        return False
    if not one.path or not one.node.there:
        return one.node.type in _MATTERS
    return one.node.type in _SOURCES


def _licences(node: Node) -> tuple[Licence, ...]:
    found: dict[str, list[Said]] = {}
    for one in node.licences:
        found.setdefault(spdx(one.words) or one.words.strip(), []).append(one)
    return tuple(
        Licence(said[0].words, spdx(said[0].words), tuple(said))
        for _, said in sorted(found.items())
    )
