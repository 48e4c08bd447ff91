"""What the intent says of one packet, answered quickly: a tree over the boxes that are declared.

The same question is asked for every packet that is sent; asking every box would cost the number of
packets times the number of flows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tce.space.header import FIELDS, Box, Field, Packet, top

_FEW = 4
"""Boxes that are asked one by one."""
_DEEPEST = 40
_SPLIT_BY = (
    *(Field.DST, Field.SRC, Field.DPORT, Field.SPORT, Field.PROTO, Field.ICMP),
    *(Field.IIF, Field.OIF, Field.STATE),
)


@dataclass(frozen=True)
class Declared:
    """Packets that may pass, and the name of what says so."""

    name: str
    box: Box


@dataclass(frozen=True)
class _Split:
    at: int
    """A field's place."""
    low: int
    """The first value of the upper half."""
    below: "_Node"
    above: "_Node"


@dataclass(frozen=True)
class _Asked:
    """One box: its name, and the fields that it says anything of, by their places."""

    name: str
    sides: tuple[tuple[int, int, int], ...]

    def holds(self, values: tuple[int, ...]) -> bool:
        for at, low, high in self.sides:  # noqa: SIM110 - a generator costs twice as much
            if not low <= values[at] <= high:
                return False
        return True


_Node: TypeAlias = "tuple[_Asked, ...] | _Split"


class Expected:
    """All that may pass."""

    def __init__(self, declared: Iterable[Declared]) -> None:
        """In the order in which they are named: the first that holds a packet is its name."""
        given = tuple(declared)
        self._roots = {
            family: _grown(tuple(one for one in given if one.box.family == family), _DEEPEST)
            for family in (4, 6)
        }

    def name(self, packet: Packet) -> str | None:
        """What lets it pass; None where nothing does."""
        node = self._roots[packet.family]
        while isinstance(node, _Split):
            node = node.above if packet.values[node.at] >= node.low else node.below
        for one in node:
            if one.holds(packet.values):
                return one.name
        return None


def _grown(boxes: tuple[Declared, ...], depth: int) -> _Node:
    if len(boxes) <= _FEW or not depth:
        return tuple(map(_asked, boxes))
    best: tuple[int, int, int] | None = None
    for field in _SPLIT_BY:
        at = FIELDS.index(field)
        low = _middle([one.box.ranges[at] for one in boxes])
        if low is None:
            continue
        below, above = _halves(boxes, at, low)
        worst = max(len(below), len(above))
        if worst < len(boxes) and (best is None or worst < best[0]):
            best = (worst, at, low)
    if best is None:
        return tuple(map(_asked, boxes))
    _, at, low = best
    below, above = _halves(boxes, at, low)
    return _Split(at, low, _grown(below, depth - 1), _grown(above, depth - 1))


def _asked(declared: Declared) -> _Asked:
    box = declared.box
    said = [
        (at, low, high)
        for at, (field, (low, high)) in enumerate(zip(FIELDS, box.ranges, strict=True))
        if (low, high) != (0, top(field, box.family))
    ]
    # What holds least is asked first.
    return _Asked(declared.name, tuple(sorted(said, key=lambda side: side[2] - side[1])))


def _middle(ranges: Sequence[tuple[int, int]]) -> int | None:
    """A value at which about as many ranges begin above as below."""
    starts = sorted({low for low, _ in ranges} | {high + 1 for _, high in ranges})[1:-1]
    return starts[len(starts) // 2] if starts else None


def _halves(
    boxes: Sequence[Declared], at: int, low: int
) -> tuple[tuple[Declared, ...], tuple[Declared, ...]]:
    below = tuple(one for one in boxes if one.box.ranges[at][0] < low)
    above = tuple(one for one in boxes if one.box.ranges[at][1] >= low)
    return below, above
