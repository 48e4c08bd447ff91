"""Flows of one kind as products of networks and ports of which no two overlap.

Two flows may say the same of some packets: one a network, the other an address in it. The kernel
refuses sets with such elements, and on a switch the second line would be without effect. So each
packet is given to the first flow, in the order of the networks that packets come from, that has
it; what is left of the others is cut along networks, so that every device can write it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import summarize_address_range
from itertools import pairwise

from tce.intent.flows import Network, merged

Range = tuple[int, int]


@dataclass(frozen=True)
class Wanted:
    """What a flow says: any of its sources to any of its destinations and ports."""

    name: str
    sources: Sequence[Network]
    destinations: Sequence[Network]
    ports: Sequence[Range] = ()
    """None where ports are not asked for, in all of them or in none."""


@dataclass(frozen=True)
class Piece:
    """One product; `name` is the flow's that it is of."""

    name: str
    source: Network
    destination: Network
    ports: Range | None = None


_ANY: Range = (0, 0)


@dataclass
class _Row:
    """Destinations from one source, in stretches that do not overlap."""

    starts: list[int] = field(default_factory=list)
    stretches: list[tuple[Range, list[Range]]] = field(default_factory=list)

    def within(self, low: int, high: int) -> Iterator[tuple[Range, list[Range]]]:
        for place in range(max(0, bisect_right(self.starts, low) - 1), len(self.starts)):
            (first, last), ports = self.stretches[place]
            if first > high:
                return
            if last >= low:
                yield (max(first, low), min(last, high)), ports


def pieces(wanted: Iterable[Wanted]) -> tuple[Piece, ...]:
    """All that is wanted, once; sorted by source, destination and ports.

    All networks have to be of one family. Time grows with the number of pieces, not its square.
    """
    given: dict[Network, list[tuple[Range, Range, str]]] = {}
    for one in wanted:
        for source in one.sources:
            row = given.setdefault(source, [])
            for end in one.destinations:
                span = (int(end.network_address), int(end.broadcast_address))
                row.extend((span, ports, one.name) for ports in one.ports or (_ANY,))
    rows: dict[Network, _Row] = {}
    lengths: list[int] = []
    found: list[Piece] = []
    for source in sorted(given, key=lambda one: (one.prefixlen, int(one.network_address))):
        around = [
            rows[parent]
            for length in lengths
            if length < source.prefixlen and (parent := source.supernet(new_prefix=length)) in rows
        ]
        rows[source], left = _row(given[source], around)
        if source.prefixlen not in lengths:
            lengths.append(source.prefixlen)
        found.extend(_pieces(source, left))
    return tuple(sorted(found, key=_key))


def _row(
    given: Sequence[tuple[Range, Range, str]], around: Sequence[_Row]
) -> tuple[_Row, list[tuple[Range, list[tuple[Range, str]]]]]:
    """Everything from one source, and what of it no wider source has already."""
    cuts = sorted({cut for (low, high), _, _ in given for cut in (low, high + 1)})
    there: list[list[tuple[Range, str]]] = [[] for _ in cuts]
    for (low, high), ports, name in given:
        for place in range(bisect_left(cuts, low), bisect_left(cuts, high + 1)):
            there[place].append((ports, name))
    row = _Row()
    left: list[tuple[Range, list[tuple[Range, str]]]] = []
    for (low, after), here in zip(pairwise(cuts), there, strict=False):
        if not here:
            continue
        row.starts.append(low)
        row.stretches.append(((low, after - 1), list(merged(ports for ports, _ in here))))
        left.extend(_left(low, after - 1, here, around))
    return row, left


def _left(
    low: int, high: int, here: Sequence[tuple[Range, str]], around: Sequence[_Row]
) -> Iterator[tuple[Range, list[tuple[Range, str]]]]:
    """A stretch, cut where wider sources say something of parts of it."""
    taken = [stretch for row in around for stretch in row.within(low, high)]
    cuts = sorted({low, high + 1, *(cut for (a, b), _ in taken for cut in (a, b + 1))})
    for first, after in pairwise(cuts):
        gone = [one for (a, b), ports in taken if a <= first <= b for one in ports]
        kept: list[tuple[Range, str]] = []
        for ports, name in here:
            rest = list(_without(ports, merged(gone)))
            kept.extend((one, name) for one in rest)
            gone.extend(rest)
        if kept:
            yield (first, after - 1), kept


def _without(one: Range, gone: Iterable[Range]) -> Iterator[Range]:
    """``gone`` is sorted and merged."""
    low, high = one
    for first, last in gone:
        if last < low or first > high:
            continue
        if first > low:
            yield low, first - 1
        low = last + 1
    if low <= high:
        yield low, high


def _pieces(
    source: Network, left: Iterable[tuple[Range, list[tuple[Range, str]]]]
) -> Iterator[Piece]:
    """Stretches that touch and say the same are one, then cut into networks."""
    spans: dict[tuple[Range, str], list[Range]] = {}
    for span, kept in left:
        for ports, name in kept:
            spans.setdefault((ports, name), []).append(span)
    address = type(source.network_address)
    for (ports, name), its in spans.items():
        for low, high in merged(its):
            for end in summarize_address_range(address(low), address(high)):
                yield Piece(name, source, end, None if ports == _ANY else ports)


def _key(one: Piece) -> tuple[int, ...]:
    return (
        int(one.source.network_address),
        one.source.prefixlen,
        int(one.destination.network_address),
        one.destination.prefixlen,
        *(one.ports or _ANY),
    )
