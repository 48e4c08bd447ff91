"""Sets of packets as lists of boxes, written apart from the program: the second opinion's algebra.

A packet is fifteen whole numbers. TCP's flags are a field each, so that no order of bits is shared
with the program; the codes of ICMP are a field of their own for the same reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

FIELDS = (
    "iif",
    "oif",
    "src",
    "dst",
    "proto",
    "sport",
    "dport",
    "type",
    "code",
    "syn",
    "ack",
    "rst",
    "fin",
    "fragment",
    "state",
)
STATES = ("new", "established", "related", "invalid", "untracked")
NUMBERS = {"icmp": 1, "tcp": 6, "udp": 17, "icmp6": 58, "icmpv6": 58, "sctp": 132}
Range = tuple[int, int]
Box = tuple[Range, ...]
Region = list[Box]
_TOPS = {
    "iif": 255,
    "oif": 255,
    "proto": 255,
    "sport": 65_535,
    "dport": 65_535,
    "type": 255,
    "code": 255,
    "state": len(STATES) - 1,
}


def top(field: str, version: int) -> int:
    """The largest value."""
    if field in ("src", "dst"):
        return (1 << (32 if version == 4 else 128)) - 1
    return _TOPS.get(field, 1)


def everything(version: int) -> Box:
    """All packets of a family."""
    return tuple((0, top(field, version)) for field in FIELDS)


def boxes(version: int, **said: Sequence[Range]) -> Region:
    """All that lies in one of the ranges of every field that is named."""
    names = list(said)
    found = []
    for chosen in product(*said.values()):
        ranges = dict(zip(names, chosen, strict=True))
        found.append(tuple(ranges.get(one, (0, top(one, version))) for one in FIELDS))
    return found


def meet(one: Box, other: Box) -> Box | None:
    """What both hold."""
    found = []
    for (a, b), (c, d) in zip(one, other, strict=True):
        low, high = max(a, c), min(b, d)
        if low > high:
            return None
        found.append((low, high))
    return tuple(found)


def without(one: Box, away: Box) -> Iterator[Box]:
    """What is left of a box; the parts do not overlap."""
    both = meet(one, away)
    if both is None:
        yield one
        return
    rest = list(one)
    for at, ((low, high), (first, last)) in enumerate(zip(one, both, strict=True)):
        if low < first:
            yield (*rest[:at], (low, first - 1), *rest[at + 1 :])
        if last < high:
            yield (*rest[:at], (last + 1, high), *rest[at + 1 :])
        rest[at] = (first, last)


def minus(region: Iterable[Box], away: Iterable[Box]) -> Region:
    """What is left of a region."""
    left = list(region)
    for one in away:
        left = [part for box in left for part in without(box, one)]
        if not left:
            break
    return left


def difference(one: Iterable[Box], other: Sequence[Box]) -> Region:
    """What the first has and the second has not, each box by itself."""
    found: Region = []
    for box in one:
        near = [away for away in other if meet(box, away) is not None]
        found += minus([box], near)
    return found


def first_match(rules: Iterable[tuple[bool, Region]], default: bool, version: int) -> Region:
    """What a list accepts of which the first fitting line decides; True: it accepts."""
    accepted: Region = []
    denied: Region = []
    for accepts, region in (*rules, (default, [everything(version)])):
        if accepts:
            accepted += difference(region, denied)
        else:
            denied += region
    return accepted
