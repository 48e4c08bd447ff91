"""Squarified tree maps: where the bytes lie, as nested rectangles."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Node:
    """A weight with a name; the weight of one with children is their sum."""

    name: str
    weight: int
    style: str = ""
    """Class of the rectangle: a kind of artifact."""
    expire: int = 0
    """Of `weight`, what may go."""
    children: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Tile:
    """A placed node: `depth` 0 is a top-level one; lengths are in the units of the canvas."""

    node: Node
    depth: int
    x: float
    y: float
    width: float
    height: float
    path: tuple[str, ...] = ()


HEADER = 18.0
"""Height above the children of a top-level tile, for its name."""
GAP = 2.0


def layout(nodes: Sequence[Node], width: float, height: float) -> tuple[Tile, ...]:
    """Place `nodes` and their children on a canvas, parents before children.

    Areas within one parent are proportional to weights; nodes without weight, or too small to
    see (under one unit wide or high), are left out with what is in them.
    """
    return tuple(_place(nodes, Tile(Node("", 0), -1, 0, 0, width, height)))


def gather(nodes: Sequence[Node], most: int, rest: str) -> tuple[Node, ...]:
    """The `most` heaviest nodes, and the others as one node with the name `rest` (with `{}`)."""
    ordered = sorted(nodes, key=lambda node: (-node.weight, node.name))
    if len(ordered) <= most + 1:
        return tuple(ordered)
    tail = ordered[most:]
    other = Node(
        rest.format(len(tail)),
        sum(node.weight for node in tail),
        "rest",
        sum(node.expire for node in tail),
    )
    return (*ordered[:most], other)


def _place(nodes: Sequence[Node], parent: Tile) -> list[Tile]:
    tiles: list[Tile] = []
    for tile in _squarify(nodes, parent):
        inner = replace(tile, path=(*parent.path, tile.node.name))
        if inner.width < 1 or inner.height < 1:
            continue
        tiles.append(inner)
        if tile.node.children:
            tiles.extend(_place(tile.node.children, _inside(inner)))
    return tiles


def _inside(tile: Tile) -> Tile:
    header = HEADER if tile.height > 2.5 * HEADER and tile.width > 40 else GAP
    return replace(
        tile,
        x=tile.x + GAP,
        y=tile.y + header,
        width=max(tile.width - 2 * GAP, 0),
        height=max(tile.height - header - GAP, 0),
    )


def _squarify(nodes: Sequence[Node], area: Tile) -> list[Tile]:
    """Bruls, Huizing and van Wijk (2000): fill the short side while the worst ratio improves."""
    ordered = sorted((n for n in nodes if n.weight > 0), key=lambda n: (-n.weight, n.name))
    total = sum(node.weight for node in ordered)
    if not total or area.width <= 0 or area.height <= 0:
        return []
    scale = area.width * area.height / total
    x, y, width, height = area.x, area.y, area.width, area.height
    tiles: list[Tile] = []
    index = 0
    while index < len(ordered):
        side = min(width, height)
        row = [ordered[index].weight * scale]
        while index + len(row) < len(ordered):
            longer = [*row, ordered[index + len(row)].weight * scale]
            if _worst(longer, side) > _worst(row, side):
                break
            row = longer
        thick = sum(row) / side if side else 0
        along = 0.0
        for node, size in zip(ordered[index : index + len(row)], row, strict=True):
            length = size / thick if thick else 0
            if width >= height:
                tiles.append(Tile(node, area.depth + 1, x, y + along, thick, length))
            else:
                tiles.append(Tile(node, area.depth + 1, x + along, y, length, thick))
            along += length
        if width >= height:
            x, width = x + thick, width - thick
        else:
            y, height = y + thick, height - thick
        index += len(row)
    return tiles


def _worst(row: Sequence[float], side: float) -> float:
    """The worst ratio of sides in a row of areas along `side`."""
    total = sum(row)
    if not total or not side:
        return float("inf")
    return max(side**2 * max(row) / total**2, total**2 / (side**2 * min(row)))
