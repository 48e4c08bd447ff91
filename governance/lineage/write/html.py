"""A lineage as one HTML file that loads nothing and runs nothing.

A content security policy allows exactly the one style sheet in the file, by its digest, and no
script. Everything that comes from outside passes `visible` and Jinja's escaping.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup

from blueprints.display import visible, when
from blueprints.page import inline, part, templates
from governance.lineage.graph import Direction, Edge, Graph, Node
from governance.lineage.licences import Inherited, Licences
from governance.lineage.write import svg, words
from governance.lineage.write.tree import neighbours

if TYPE_CHECKING:
    from governance.lineage.show import Shown

_DEEPEST = 40
_MOST = 1_000
_TITLES: dict[Direction, str] = {"up": "Made from", "down": "Used by"}


@dataclass
class Item:
    """One line of a tree, and the lines below it."""

    name: str
    verb: str = ""
    type: str = ""
    facts: str = ""
    below: list[Item] = field(default_factory=list)


def render(shown: Shown) -> str:
    """Return the page."""
    graph = shown.graph
    style = inline(part(__package__, "lineage.css") + svg.style())
    start = graph.first
    return (
        templates(__package__)
        .get_template("lineage.html.j2")
        .render(
            title=words.name(start),
            facts=_sentence([start.type, *words.facts(start), words.period(start)]),
            as_of=when(shown.as_of),
            tool=shown.tool,
            style=style.text,
            style_hash=style.digest,
            picture=Markup(svg.text(graph, inside=True)),  # noqa: S704 - escaped where it is made
            trees=[
                {"id": one, "title": _TITLES[one], "lines": _Items(graph, one).below(start.id, ())}
                for one in shown.directions
            ],
            also=[visible(uri) for uri in start.also],
            licences=None if shown.licences is None else _licences(shown.licences),
            missing=[words.name(node) for node in graph.missing],
            cycles=[[words.name(graph.node(one)) for one in cycle] for cycle in graph.cycles],
            edges=[_edge(edge, graph) for edge in graph.edges[:_MOST]],
            doubts=[visible(doubt) for doubt in shown.doubts],
            cut=graph.cut or bool(graph.more),
        )
    )


class _Items:
    """The lines of a tree; every node is opened once."""

    def __init__(self, graph: Graph, direction: Direction) -> None:
        self._graph = graph
        self._direction = direction
        self._near = neighbours(graph, direction)
        self._opened: set[str] = set()

    def below(self, node: str, way: tuple[str, ...]) -> list[Item]:
        self._opened.add(node)
        if len(way) >= _DEEPEST:
            return [Item("… deeper than can be drawn")]
        items = []
        for edge, other in self._near.get(node, []):
            closed = other == node or other in way
            item = self._item(self._graph.node(other), edge, closed=closed)
            if not closed and other not in self._opened:
                item.below = self.below(other, (*way, node))
            items.append(item)
        left = [
            words.more(one)
            for one in self._graph.more
            if (one.node, one.direction) == (node, self._direction)
        ]
        return [*items, *([Item(f"… {', '.join(left)}")] if left else [])]

    def _item(self, node: Node, edge: Edge, *, closed: bool) -> Item:
        said = [*words.facts(node), words.sources(edge)]
        if closed:
            said.append("the circle is closed")
        elif node.id in self._opened and node.id in self._near:
            said.append("see above")
        facts = ", ".join(one for one in said if one)
        return Item(words.name(node), words.verb(edge, self._direction), words.kind(node), facts)


def _licences(found: Licences) -> dict[str, object]:
    return {"whole": found.whole, "rows": [_licence(one) for one in found.every[:_MOST]]}


def _licence(one: Inherited) -> dict[str, str]:
    return {
        "names": " | ".join(visible(licence.name) for licence in one.licences) or "unknown",
        "type": one.node.type,
        "name": words.name(one.node),
        "said": ", ".join(
            visible(f"{said.kind} ({said.source})") + ("" if said.trusted else ", not registered")
            for licence in one.licences
            for said in licence.said
        ),
    }


def _edge(edge: Edge, graph: Graph) -> dict[str, str]:
    return {
        "product": words.name(graph.node(edge.product)),
        "origin": words.name(graph.node(edge.origin)),
        "verb": words.verb(edge, "up"),
        "source": words.sources(edge),
        "words": "; ".join(visible(one.words) for one in edge.said),
    }


def _sentence(said: list[str]) -> str:
    text = ", ".join(one for one in said if one)
    return text[:1].upper() + text[1:]
