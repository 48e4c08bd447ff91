"""A drawing as one HTML file that loads nothing and runs nothing.

A content security policy allows exactly the one style sheet in the file, by its digest, and no
script. Every text passes `visible` and Jinja's escaping.
"""

from dataclasses import dataclass

import jinja2

from blueprints.display import count, visible
from blueprints.engine.drawing import Box, Drawing, Edge, Lane
from blueprints.page import inline, part, templates

DOTS = 48
"""Nodes of a pool that are drawn one by one; more are a number."""


@dataclass(frozen=True)
class _Stage:
    """A lane, and what lies between it and the one above."""

    lane: Lane
    edges: tuple[Edge, ...]


def render(drawing: Drawing, tool: str) -> str:
    """The page; ``tool`` is the version of who wrote it."""
    style = inline(part(__package__, "page.css"))
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            drawing=drawing,
            tool=tool,
            style=style.text,
            style_hash=style.digest,
            rows=_rows(drawing),
            dots=DOTS,
        )
    )


def _rows(drawing: Drawing) -> list[tuple[str, str, list[tuple[str, Box | None]]]]:
    """Every box once, by name, and what it is in each group."""
    boxes = {box.name: box for box in drawing.boxes()}
    found = {group.name: {box.name: box for box in group.boxes} for group in drawing.groups}
    return [
        (name, box.title, [(group.name, found[group.name].get(name)) for group in drawing.groups])
        for name, box in boxes.items()
    ]


def _stages(box: Box) -> list[_Stage]:
    """The lanes in their order, each with the edges to those before it."""
    stages: list[_Stage] = []
    above: set[str] = set()
    for lane in box.lanes:
        edges = (
            one
            for one in box.edges
            if lane.id in (one.source, one.target) and above & {one.source, one.target}
        )
        stages.append(_Stage(lane, tuple(edges)))
        above.add(lane.id)
    return stages


def _other(edge: Edge, lane: Lane, box: Box) -> str:
    """What an edge says at one of its ends."""
    end = edge.source if edge.target == lane.id else edge.target
    (kind,) = (one.kind for one in box.lanes if one.id == end)
    return f"{edge.label} to and from {kind}"


def _environment() -> jinja2.Environment:
    environment = templates(__package__)
    environment.filters["visible"] = visible
    environment.filters["count"] = count
    environment.globals["stages"] = _stages
    environment.globals["said"] = _other
    return environment
