"""`tutela tce matrix`: zone by zone, what may begin, as a table and as a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Literal, TypeAlias

from blueprints.display import WIDTH, table, visible
from blueprints.errors import ExpectedError
from blueprints.show.show import write
from tce.explain.scene import Scene, read
from tce.matrix import page
from tce.matrix.accepted import ELSEWHERE, GATEWAY, Accepted, accepted
from tce.prove.intent import OWN

State: TypeAlias = Literal["same", "shut", "never", "declared", "undeclared"]
"""``same``: no device between; ``shut``: nothing begins; ``never``: and nothing may be declared."""
_SIGNS: dict[State, str] = {"same": "=", "shut": ".", "never": "x"}
_WIDEST = 9
"""Zones that fit side by side."""


@dataclass(frozen=True)
class Cell:
    """From one zone to another."""

    source: str
    destination: str
    state: State
    accepted: tuple[Accepted, ...]

    @property
    def flows(self) -> int:
        """How many flows are declared in it."""
        return len({one.flow for one in self.accepted if one.flow})


@dataclass(frozen=True)
class Matrix:
    """All cells, row by row."""

    scene: Scene
    cells: tuple[Cell, ...]
    out: Path | None = None
    """The page that was written."""

    @property
    def zones(self) -> tuple[str, ...]:
        """In the order of the specification."""
        return tuple(self.scene.intent.zones)

    @property
    def rows(self) -> tuple[str, ...]:
        """Where something may begin: zones, and elsewhere if something does."""
        return tuple(dict.fromkeys(one.source for one in self.cells))

    @property
    def columns(self) -> tuple[str, ...]:
        """Where it may go; the gateway itself last."""
        return tuple(dict.fromkeys(one.destination for one in self.cells))

    @property
    def unread(self) -> tuple[str, ...]:
        """Why devices could not be understood."""
        return tuple(one.problem for one in self.scene.devices if one.problem)

    @property
    def exit_code(self) -> int:
        """3 where more is accepted than declared, or the perimeter is not understood."""
        wrong = any(one.state == "undeclared" for one in self.cells)
        return 3 if wrong or self.scene.devices[0].problem else 0

    def cell(self, source: str, destination: str) -> Cell:
        """One of them."""
        return next(
            one for one in self.cells if (one.source, one.destination) == (source, destination)
        )

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/matrix/v1``."""
        zones = self.scene.intent.zones
        return {
            "schema": "tutela/matrix/v1",
            "folder": str(self.scene.folder),
            "name": self.scene.intent.name,
            "ipv6": self.scene.intent.ipv6,
            "out": None if self.out is None else str(self.out),
            "zones": [
                {
                    "name": one.name,
                    "kind": one.kind,
                    "leg": self.scene.intent.legs[one.leg - 1],
                }
                for one in zones.values()
            ],
            "cells": [
                {
                    "from": one.source,
                    "to": one.destination,
                    "state": one.state,
                    "accepted": [vars(each) for each in one.accepted],
                }
                for one in self.cells
            ],
            "unread": list(self.unread),
        }


def matrix(folder: Path, out: Path | None, today: date) -> Matrix:
    """Of a rendered environment; with `out`, also as a page.

    Raises ExpectedError for a folder that holds none, and a page that cannot be written.
    """
    scene = read(folder, today)
    if out is not None and out.suffix not in (".html", ".htm"):
        raise ExpectedError(f"{out} is not called a page", "--out matrix.html")
    found = of_scene(scene)
    if out is not None:
        write(page.render(found, version("tutela")), out)
    return Matrix(scene, found.cells, out)


def of_scene(scene: Scene) -> Matrix:
    """Of what was read."""
    by_pair: dict[tuple[str, str], list[Accepted]] = {}
    for one in accepted(scene):
        by_pair.setdefault((one.source, one.destination), []).append(one)
    zones = scene.intent.zones
    ends = {name for pair in by_pair for name in pair}
    places = (*zones, *({ELSEWHERE} & ends))
    cells = []
    for source in places:
        for name in (*places, GATEWAY):
            found = tuple(by_pair.get((source, name), ()))
            begins, to = zones.get(source), zones.get(name)
            state: State = "shut"
            if found:
                state = "declared" if all(one.flow for one in found) else "undeclared"
            elif source == name or (begins and to and to.leg == begins.leg):
                state = "same"
            elif begins and to and _apart(begins.kind, to.kind):
                state = "never"
            cells.append(Cell(source, name, state, found))
    return Matrix(scene, tuple(cells))


def _apart(one: str, other: str) -> bool:
    return (one in OWN and other == "tenants") or (other in OWN and one == "tenants")


def _lines(found: Matrix) -> Iterator[str]:
    families = "IPv4 and IPv6" if found.scene.intent.ipv6 else "IPv4; IPv6 is dropped everywhere"
    yield visible(f"{found.scene.folder}: what may begin, {families}")
    for one in found.unread:
        yield visible(f"not understood: {one}")
    columns = found.columns
    if len(columns) <= _WIDEST:
        yield ""
        rows = [
            (source, *(_sign(found.cell(source, name)) for name in columns))
            for source in found.rows
        ]
        yield table(("from \\ to", *columns), rows, whole=(0,), right=range(1, len(columns) + 1))
        yield ""
        yield "N flows; ! not declared; . nothing; x nothing, ever; = one leg, no device between"
    for cell in found.cells:
        if cell.accepted:
            yield ""
            yield visible(f"{cell.source} -> {cell.destination}")
            rows = [
                (
                    one.flow or "NOT DECLARED",
                    one.what,
                    "+".join(f"IPv{family}" for family in one.families),
                    one.at[0] if one.flow else one.witness or one.at[0],
                )
                for one in cell.accepted
            ]
            text = table(("", "", "", ""), rows, whole=(2,), columns=WIDTH - 2)
            yield from (f"  {line}" for line in text.splitlines()[1:] if line.strip(" -─"))
    if found.out is not None:
        yield ""
        yield visible(f"drawn in {found.out}")


def _sign(cell: Cell) -> str:
    if cell.state == "undeclared":
        return f"{cell.flows}!"
    return str(cell.flows) if cell.state == "declared" else _SIGNS[cell.state]
