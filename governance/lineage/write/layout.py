"""Places the nodes of a small graph in columns, from what came first to what was made of it.

Columns by the longest way (edges of a cycle that go back do not count), order within a column by
the mean of the neighbours, a few times over. An edge over several columns gets a place in each, so
that it goes around the nodes there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from governance.lineage.graph import Edge, Graph

_ROUNDS = 6
_NODE, _LANE = "n", "l"
"""What a place in a column begins with: a node's id, or an edge that passes by."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Measures of a drawing, in pixels."""

    width: int = 232
    height: int = 58
    column: int = 74
    """Between columns."""
    row: int = 18
    """Between rows."""
    lane: int = 10
    """Height of an edge that passes by."""
    margin: int = 16


@dataclass(frozen=True, slots=True)
class Placed:
    """Left upper corner of a node."""

    id: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """The way of an edge: points from its origin to its product."""

    edge: Edge
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Drawing:
    """All places, and the size of the whole."""

    width: float
    height: float
    nodes: tuple[Placed, ...]
    lines: tuple[Line, ...]


def draw(graph: Graph, sizes: Sizes | None = None) -> Drawing:
    """Place every node and edge; the same graph is always drawn alike."""
    sizes = sizes or Sizes()
    forward, back = _orient(graph)
    columns = _columns([node.id for node in graph.nodes], forward)
    chains = {edge.key: _chain(edge, columns, edge in back) for edge in (*forward, *back)}
    order = _order(columns, chains)
    return _place(graph, order, chains, back, sizes)


def _orient(graph: Graph) -> tuple[list[Edge], list[Edge]]:
    """Tell edges that go back in a cycle from all others, by a walk in depth."""
    after: dict[str, list[Edge]] = {node.id: [] for node in graph.nodes}
    for edge in graph.edges:
        after[edge.origin].append(edge)
    back: list[Edge] = []
    done: set[str] = set()
    for node in graph.nodes:
        if node.id in done:
            continue
        way = {node.id}
        work = [(node.id, iter(after[node.id]))]
        while work:
            current, rest = work[-1]
            for edge in rest:
                other = edge.product
                if other in way:
                    back.append(edge)
                elif other not in done:
                    way.add(other)
                    work.append((other, iter(after[other])))
                    break
            else:
                work.pop()
                way.discard(current)
                done.add(current)
    keys = {edge.key for edge in back}
    return [edge for edge in graph.edges if edge.key not in keys], back


def _columns(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """The longest way to each node. `edges` have no cycle."""
    waiting = dict.fromkeys(nodes, 0)
    after: dict[str, list[str]] = {node: [] for node in nodes}
    for edge in edges:
        waiting[edge.product] += 1
        after[edge.origin].append(edge.product)
    column = dict.fromkeys(nodes, 0)
    ready = [node for node in nodes if not waiting[node]]
    while ready:
        node = ready.pop()
        for other in after[node]:
            column[other] = max(column[other], column[node] + 1)
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    # What nothing was made from stands right before what needs it.
    for node in sorted(nodes, key=lambda one: -column[one]):
        if after[node]:
            column[node] = max(column[node], min(column[other] for other in after[node]) - 1)
    return column


def _chain(edge: Edge, columns: Mapping[str, int], back: bool) -> list[tuple[str, int]]:
    """The places of an edge from left to right: its ends, and a lane in each column between."""
    left, right = (edge.product, edge.origin) if back else (edge.origin, edge.product)
    if columns[left] > columns[right]:
        left, right = right, left
    lanes = [
        (_LANE + "\n".join(edge.key), column) for column in range(columns[left] + 1, columns[right])
    ]
    return [(_NODE + left, columns[left]), *lanes, (_NODE + right, columns[right])]


def _order(
    columns: Mapping[str, int], chains: Mapping[tuple[str, str, str], list[tuple[str, int]]]
) -> list[list[str]]:
    order: list[list[str]] = [[] for _ in range(max(columns.values(), default=-1) + 1)]
    for node, column in sorted(columns.items()):
        order[column].append(_NODE + node)
    sides: dict[tuple[str, int, int], list[str]] = {}
    for chain in chains.values():
        for place, column in chain[1:-1]:
            order[column].append(place)
        for (first, left), (second, right) in pairwise(chain):
            sides.setdefault((first, left, 1), []).append(second)
            sides.setdefault((second, right, -1), []).append(first)
    for sweep in range(_ROUNDS):
        step = 1 if sweep % 2 else -1
        numbers = range(len(order)) if step < 0 else range(len(order) - 1, -1, -1)
        for number in numbers:
            side = number + step
            if not 0 <= side < len(order):
                continue
            rank = {place: at for at, place in enumerate(order[side])}
            own = {place: at for at, place in enumerate(order[number])}
            means = {}
            for place in order[number]:
                near = [rank[one] for one in sides.get((place, number, step), []) if one in rank]
                means[place] = sum(near) / len(near) if near else float(own[place])
            order[number].sort(key=lambda one: (means[one], own[one]))
    return order


def _place(
    graph: Graph,
    order: Sequence[Sequence[str]],
    chains: Mapping[tuple[str, str, str], list[tuple[str, int]]],
    back: Sequence[Edge],
    sizes: Sizes,
) -> Drawing:
    heights = [
        sum(
            (sizes.lane if place.startswith(_LANE) else sizes.height) + sizes.row
            for place in column
        )
        for column in order
    ]
    tallest = max(heights, default=0)
    middle: dict[tuple[str, int], float] = {}
    for number, column in enumerate(order):
        y = sizes.margin + (tallest - heights[number]) / 2
        for place in column:
            height = sizes.lane if place.startswith(_LANE) else sizes.height
            middle[place, number] = y + height / 2
            y += height + sizes.row

    def left(column: int) -> float:
        return sizes.margin + column * (sizes.width + sizes.column)

    backward = {edge.key for edge in back}
    lines = []
    for edge in graph.edges:
        chain = chains[edge.key]
        points: list[tuple[float, float]] = []
        for at, stop in enumerate(chain):
            x, y = left(stop[1]), middle[stop]
            if at:
                points.append((x, y))
            if at < len(chain) - 1:
                points.append((x + sizes.width, y))
        if edge.holder == edge.target:
            x, y = left(chain[0][1]) + sizes.width, middle[chain[0]]
            points = [(x, y - 8), (x, y + 8)]
        elif edge.key in backward or chain[0][0] != _NODE + edge.origin:
            points.reverse()
        lines.append(Line(edge, tuple(points)))
    nodes = tuple(
        Placed(place.removeprefix(_NODE), left(number), middle[place, number] - sizes.height / 2)
        for number, column in enumerate(order)
        for place in column
        if not place.startswith(_LANE)
    )
    width = 2 * sizes.margin + len(order) * sizes.width + max(len(order) - 1, 0) * sizes.column
    return Drawing(width, 2 * sizes.margin + max(tallest - sizes.row, 0), nodes, tuple(lines))
