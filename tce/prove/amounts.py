"""Sets of what goes to or comes from outside of the cluster: addresses for each use of ports.

Most of what is compared is equal use by use; only what is left is cut against all the rest.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from tce.prove.ranges import Ranges, union

Use: TypeAlias = tuple[int, int, int, int]
"""Family, protocol, first and last port (type, of ICMP)."""
Amount: TypeAlias = Mapping[Use, Ranges]
"""Addresses for each."""
Ports: TypeAlias = tuple[int, int, int]
"""Protocol, first and last port: what matters between pods."""


def amount(parts: Iterable[tuple[Use, tuple[int, int]]]) -> Amount:
    """Of uses with ranges of addresses."""
    found: dict[Use, list[tuple[int, int]]] = {}
    for use, addresses in parts:
        found.setdefault(use, []).append(addresses)
    return {use: union(addresses) for use, addresses in found.items()}


def minus(one: Amount, away: Amount) -> Iterator[tuple[Use, tuple[int, int]]]:
    """What is in one and not in the other: uses with a range of addresses each."""
    for use, addresses in one.items():
        left = [
            (use, part)
            for part in (addresses if use not in away else _without(addresses, away[use]))
        ]
        if not left:
            continue
        others = [(other, away[other]) for other in away if other != use and _meet(other, use)]
        for other, ranges in others:
            left = [part for piece in left for part in _cut(piece, other, ranges)]
        yield from left


def ports_minus(one: Iterable[Ports], away: Iterable[Ports]) -> list[Ports]:
    """What is in one and not in the other."""
    left = list(one)
    for protocol, first, last in away:
        cut: list[Ports] = []
        for kind, low, high in left:
            if kind != protocol or high < first or low > last:
                cut.append((kind, low, high))
                continue
            if low < first:
                cut.append((kind, low, first - 1))
            if high > last:
                cut.append((kind, last + 1, high))
        left = cut
    return left


def ports_both(one: Iterable[Ports], other: Iterable[Ports]) -> list[Ports]:
    """What both hold."""
    others = list(other)
    return [
        (kind, max(low, first), min(high, last))
        for kind, low, high in one
        for same, first, last in others
        if kind == same and max(low, first) <= min(high, last)
    ]


def _meet(one: Use, other: Use) -> bool:
    return one[:2] == other[:2] and one[2] <= other[3] and other[2] <= one[3]


def _cut(
    piece: tuple[Use, tuple[int, int]], other: Use, ranges: Ranges
) -> Iterator[tuple[Use, tuple[int, int]]]:
    use, (first, last) = piece
    if not _meet(use, other):
        yield piece
        return
    family, protocol, low, high = use
    if low < other[2]:
        yield (family, protocol, low, other[2] - 1), (first, last)
    if high > other[3]:
        yield (family, protocol, other[3] + 1, high), (first, last)
    same = (family, protocol, max(low, other[2]), min(high, other[3]))
    for part in _without(((first, last),), ranges):
        yield same, part


def _without(one: Ranges, away: Ranges) -> Iterator[tuple[int, int]]:
    """Both sorted and apart; one pass."""
    place = 0
    for first, last in one:
        while place < len(away) and away[place][1] < first:
            place += 1
        at = place
        while at < len(away) and away[at][0] <= last:
            if away[at][0] > first:
                yield first, away[at][0] - 1
            first = away[at][1] + 1
            at += 1
        if first <= last:
            yield first, last
