"""A lineage as text: two trees of at most 100 columns, and what was left out."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from blueprints.display import WIDTH, count, shorten, visible, width
from governance.lineage.graph import Direction, Edge, Graph, Node
from governance.lineage.write import words

_NARROWEST = 24
_DEEPEST = 28
"""Levels that are drawn: beyond, the lines would have no room for names."""
_SHOWN = 10
MOST_LINES = 400
"""Lines of one tree."""


def text(graph: Graph, directions: Sequence[Direction] = ("up", "down")) -> str:
    """Return the lineage of the graph's start; every foreign text in it is made visible."""
    lines = _head(graph.first)
    if "up" in directions:
        lines += ["", "Made from", *_tree(graph, "up")]
    if "down" in directions:
        lines += ["", "Used by", *_tree(graph, "down")]
    lines += _section("Not there, though it is named", (words.name(one) for one in graph.missing))
    cycles = [" -> ".join(words.name(graph.node(one)) for one in cycle) for cycle in graph.cycles]
    lines += _section("In a circle", cycles)
    if graph.cut:
        lines += ["", f"There is more: only {count(len(graph.nodes))} nodes were looked at."]
    return "\n".join(lines)


def _head(node: Node) -> list[str]:
    said = [node.type, *words.facts(node)]
    if node.artifact is not None:
        said.append(f"id {node.artifact.id}")
    lines = [shorten(words.name(node), WIDTH), ", ".join(said)]
    if (period := words.period(node)) != "":
        lines.append(period)
    for uri in node.also[:_SHOWN]:
        lines.append(shorten(f"also at {visible(uri)}", WIDTH))
    if len(node.also) > _SHOWN:
        lines.append(f"and at {count(len(node.also) - _SHOWN)} more places")
    for one in node.licences[:_SHOWN]:
        lines.append(shorten(f"licence {visible(one.words)} (said by {visible(one.kind)})", WIDTH))
    return [shorten(line, WIDTH) for line in lines]


def _section(title: str, said: Iterable[str]) -> list[str]:
    every = list(said)
    if not every:
        return []
    lines = [f"  {shorten(one, WIDTH - 2)}" for one in every[:_SHOWN]]
    if len(every) > _SHOWN:
        lines.append(f"  … {count(len(every) - _SHOWN)} more")
    return ["", title, *lines]


def neighbours(graph: Graph, direction: Direction) -> dict[str, list[tuple[Edge, str]]]:
    """Return the next nodes of each node in one direction, in the order in which they are shown."""
    found: dict[str, list[tuple[Edge, str]]] = {}
    for edge in graph.edges:
        near, far = (
            (edge.product, edge.origin) if direction == "up" else (edge.origin, edge.product)
        )
        found.setdefault(near, []).append((edge, far))
    for every in found.values():
        every.sort(key=lambda pair: _order(pair[0], graph.node(pair[1])))
    return found


def _order(edge: Edge, node: Node) -> tuple[str, str, int, str]:
    step = node.artifact.step if node.artifact and node.artifact.step is not None else -1
    return edge.relation, node.type, -step, node.name


def _tree(graph: Graph, direction: Direction) -> list[str]:
    lines = list(islice(_Tree(graph, direction).below(graph.first.id, "", ()), MOST_LINES + 1))
    if not lines:
        return ["  nothing that any source says"]
    if len(lines) > MOST_LINES:
        lines[-1] = "  … and more: tutela lineage export"
    return lines


class _Tree:
    """One direction of a graph; every node is opened once, and where it comes again it says so."""

    def __init__(self, graph: Graph, direction: Direction) -> None:
        self._graph = graph
        self._direction = direction
        self._near = neighbours(graph, direction)
        self._left: dict[str, list[str]] = {}
        for one in graph.more:
            if one.direction == direction:
                self._left.setdefault(one.node, []).append(words.more(one))
        self._opened: set[str] = set()

    def below(self, node: str, indent: str, way: tuple[str, ...]) -> Iterator[str]:
        """Yield the lines below a node; `way` are the nodes above it."""
        self._opened.add(node)
        children = self._near.get(node, [])
        rest = self._left.get(node, [])
        if len(way) >= _DEEPEST and (children or rest):
            yield f"  {indent}└─ … deeper than can be drawn: tutela lineage export"
            return
        for number, (edge, other) in enumerate(children):
            last = number == len(children) - 1 and not rest
            again = self._again(other, (*way, node))
            yield _line(self._graph.node(other), edge, self._direction, indent, last, again)
            if not again:
                yield from self.below(other, indent + ("   " if last else "│  "), (*way, node))
        if rest:
            yield f"  {indent}└─ … {', '.join(rest)}"

    def _again(self, node: str, way: tuple[str, ...]) -> str:
        if node in way:
            return "the circle is closed"
        if node in self._opened and (node in self._near or node in self._left):
            return "see above"
        return ""


def _line(node: Node, edge: Edge, direction: Direction, indent: str, last: bool, again: str) -> str:
    start = f"  {indent}{'└─ ' if last else '├─ '}{words.verb(edge, direction)} "
    start += f"{kind} " if (kind := words.kind(node)) else ""
    said = [one for one in (*words.facts(node), again, words.sources(edge)) if one]
    end = f" ({', '.join(said)})" if said else ""
    room = WIDTH - width(start) - width(end)
    if room < _NARROWEST:
        end = shorten(end, max(WIDTH - width(start) - _NARROWEST, 1))
        room = WIDTH - width(start) - width(end)
    return start + shorten(words.name(node), max(room, 1)) + end
