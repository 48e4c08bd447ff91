"""Boxes of packets: what two hold, what one has beyond others, and which of many one meets."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise

from tce.space.header import (
    FIELDS,
    ICMP,
    ICMP6,
    SCTP,
    TCP,
    UDP,
    Box,
    Family,
    Field,
    Range,
    box,
)


def changed(one: Box, ranges: dict[Field, Range]) -> Box:
    """A box with other ranges in some fields."""
    pairs = zip(FIELDS, one.ranges, strict=True)
    return Box(one.family, tuple(ranges.get(field, said) for field, said in pairs))


def minus(one: Box, away: Iterable[Box], most: int) -> list[Box] | None:
    """What is left, in boxes that do not meet; None: it falls into more than `most`."""
    left = [one]
    for other in away:
        left = [part for piece in left for part in _without(piece, other)]
        if len(left) > most:
            return None
    return left


def _without(one: Box, away: Box) -> Iterator[Box]:
    if one.meet(away) is None:
        yield one
        return
    rest = list(one.ranges)
    for place, ((a, b), (c, d)) in enumerate(zip(one.ranges, away.ranges, strict=True)):
        if a < c:
            yield Box(one.family, (*rest[:place], (a, c - 1), *rest[place + 1 :]))
        if d < b:
            yield Box(one.family, (*rest[:place], (d + 1, b), *rest[place + 1 :]))
        rest[place] = (max(a, c), min(b, d))


def kinds(one: Box) -> Iterator[Box]:
    """Its packets by protocol, each with the fields that it has; no later fragments."""
    for kind in _kinds(one.family):
        both = one.meet(kind)
        if both is not None:
            yield both


@lru_cache
def _kinds(family: Family) -> tuple[Box, ...]:
    icmp = ICMP if family == 4 else ICMP6
    no_ports: dict[str, Range | int] = {"sport": 0, "dport": 0}
    no_flags: dict[str, Range | int] = {"flags": 0, "fragment": 0}
    found = [box(family, proto=TCP, icmp=0, fragment=0)]
    found += [box(family, proto=one, icmp=0, **no_flags) for one in (UDP, SCTP)]
    found.append(box(family, proto=icmp, **no_ports, **no_flags))
    named = sorted((TCP, UDP, SCTP, icmp))
    for before, after in pairwise((-1, *named, 256)):
        if before + 1 < after:
            others = (before + 1, after - 1)
            found.append(box(family, proto=others, icmp=0, **no_ports, **no_flags))
    return tuple(found)


class Index:
    """Many boxes, of which those that meet one are found without trying all.

    They are sorted along the field that tells most of them apart, in classes by width: those that
    a box may meet are a run of each class.
    """

    def __init__(self, boxes: Sequence[Box]) -> None:
        known = [{one.ranges[place] for one in boxes} for place in range(len(FIELDS))]
        self._boxes = boxes
        self._place = max(range(len(FIELDS)), key=lambda place: len(known[place]))
        classes: dict[int, list[tuple[int, int, int]]] = {}
        for number, one in enumerate(boxes):
            first, last = one.ranges[self._place]
            classes.setdefault((last - first).bit_length(), []).append((first, number, last))
        self._classes = [sorted(members) for members in classes.values()]
        self._starts = [[first for first, *_ in members] for members in self._classes]
        self._widest = [max(last - first for first, _, last in one) for one in self._classes]

    def meeting(self, one: Box) -> list[int]:
        """Places of those that meet it, in their order."""
        first, last = one.ranges[self._place]
        found = []
        for members, starts, widest in zip(self._classes, self._starts, self._widest, strict=True):
            run = islice(members, bisect_left(starts, first - widest), bisect_right(starts, last))
            found += [number for _, number, _ in run if self._boxes[number].meet(one) is not None]
        return sorted(found)
