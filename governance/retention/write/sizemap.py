"""The size map of a report: tiles by project, run and kind, with labels that fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from blueprints.display import size, visible
from governance.artifact import Kind
from governance.retention.rows import Row
from governance.retention.write.treemap import HEADER, Node, Tile, gather, layout

MOST_PROJECTS = 10
MOST_RUNS = 16
_LETTER = 7.0
"""Width of a letter in the units of the canvas, for text of 12 units; on the wide side."""
_KINDS = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True)
class Label:
    """A text and where its base line starts."""

    x: float
    y: float
    text: str
    style: str = ""


@dataclass(frozen=True)
class Drawn:
    """A tile as the template writes it; lengths in the units of the canvas, one digit."""

    leaf: bool
    depth: int
    style: str
    title: str
    x: float
    y: float
    width: float
    height: float
    may_go: float
    """Height of the hatched part at the foot of a leaf."""
    texts: tuple[Label, ...]

    @property
    def may_go_y(self) -> float:
        """Where the hatched part begins."""
        return round(self.y + self.height - self.may_go, 1)


def places(artifacts: pa.Table, *, one_project: bool) -> tuple[Node, ...]:
    """Stored bytes as nodes: projects (left out for one), runs, kinds; the small ones gathered."""
    stored = pc.add(
        pc.add(artifacts["bytes"], artifacts["bytes_noncurrent"]), artifacts["bytes_upload"]
    )
    expire = pc.if_else(pc.equal(artifacts["verdict"], "expire"), stored, 0)
    names = ["project", "run", "kind"]
    table = artifacts.select(names).append_column("stored", stored).append_column("expire", expire)
    sums = table.group_by(names).aggregate([("stored", "sum"), ("expire", "sum")])
    by_project: dict[str, dict[str, list[Node]]] = {}
    for row in cast(list[Row], sums.to_pylist()):
        kind = str(row["kind"])
        node = Node(
            kind,
            cast(int, row["stored_sum"]),
            kind if kind in _KINDS else "unknown",
            cast(int, row["expire_sum"]),
        )
        runs = by_project.setdefault(str(row["project"]), {})
        runs.setdefault(str(row["run"]), []).append(node)
    projects = [
        _parent(project, gather([_run(*run) for run in runs.items()], MOST_RUNS, "{} more runs"))
        for project, runs in by_project.items()
    ]
    if one_project:
        return projects[0].children if projects else ()
    return gather(projects, MOST_PROJECTS, "{} more projects")


def draw(nodes: Sequence[Node], width: int, height: int) -> tuple[Drawn, ...]:
    """The map on a canvas of `width` by `height`."""
    return tuple(_drawn(tile) for tile in layout(nodes, width, height))


def _run(run: str, kinds: list[Node]) -> Node:
    return _parent(visible(run).rstrip("/") or "(top)", kinds)


def _parent(name: str, children: Sequence[Node]) -> Node:
    return Node(
        visible(name),
        sum(child.weight for child in children),
        expire=sum(child.expire for child in children),
        children=tuple(children),
    )


def _drawn(tile: Tile) -> Drawn:
    node = tile.node
    leaf = not node.children
    said = f"{size(node.weight)}" + (f", {size(node.expire)} may go" if node.expire else "")
    return Drawn(
        leaf=leaf,
        depth=min(tile.depth, 1),
        style="rest-tile" if node.style == "rest" else node.style,
        title=f"{' / '.join(tile.path)}: {said}",
        x=round(tile.x, 1),
        y=round(tile.y, 1),
        width=round(tile.width, 1),
        height=round(tile.height, 1),
        may_go=round(tile.height * node.expire / node.weight, 1) if leaf and node.weight else 0,
        texts=_leaf_labels(tile) if leaf else _head_label(tile),
    )


def _fit(text: str, width: float) -> str:
    letters = int((width - 8) / _LETTER)
    if letters < 4:
        return ""
    return text if len(text) <= letters else text[: letters - 1] + "…"


def _head_label(tile: Tile) -> tuple[Label, ...]:
    if tile.height <= 2.5 * HEADER or tile.width <= 40:
        return ()
    amount = size(tile.node.weight)
    both = f"{tile.node.name}  {amount}"
    room = int((tile.width - 8) / _LETTER)
    text = both if len(both) <= room else _name(tile.node.name, tile.width)
    return (Label(round(tile.x + 5, 1), round(tile.y + 13, 1), text),) if text else ()


def _name(name: str, width: float) -> str:
    """The end of a path says more than its beginning, where only one fits."""
    room = int((width - 8) / _LETTER)
    if len(name) > room and "/" in name:
        name = name.rsplit("/", 1)[1]
    return _fit(name, width)


def _leaf_labels(tile: Tile) -> tuple[Label, ...]:
    if tile.width < 34 or tile.height < 17:
        return ()
    x, y = round(tile.x + 5, 1), round(tile.y + 14, 1)
    labels = [Label(x, y, _fit(tile.node.name, tile.width))]
    amount = size(tile.node.weight)
    if tile.height >= 34 and len(amount) * _LETTER < tile.width - 8:
        labels.append(Label(x, round(y + 15, 1), amount, "size"))
    return tuple(label for label in labels if label.text)
