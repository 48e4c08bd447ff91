"""What a file does, as its second parser understood it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.tce.mutants.space import Box, Region, difference, everything

Point = tuple[str, int]
"""``forward``, ``input``, ``in`` or ``out``; 4 or 6."""
ROUTER = ("forward", "input")
SWITCH = ("in", "out")


class NotUnderstoodError(Exception):
    """The second parser knows what is rendered, and little more."""


@dataclass(frozen=True)
class Meaning:
    """What is accepted, wherever the file filters; elsewhere everything is."""

    accepted: dict[Point, Region]
    interface: str = ""
    """Of a switch."""

    def at(self, point: Point) -> Region:
        """What passes there."""
        return self.accepted.get(point, [everything(point[1])])


@dataclass(frozen=True)
class Difference:
    """Packets that one file lets pass and the other does not."""

    point: Point
    more: bool
    """Whether the second one accepts them."""
    box: Box


def differences(before: Meaning, after: Meaning) -> Iterator[Difference]:
    """None where the two do the same with every packet."""
    for point in sorted({*before.accepted, *after.accepted}):
        one, other = before.at(point), after.at(point)
        if before.interface != after.interface:
            other = [everything(point[1])]
        yield from (Difference(point, False, box) for box in difference(one, other))
        yield from (Difference(point, True, box) for box in difference(other, one))
