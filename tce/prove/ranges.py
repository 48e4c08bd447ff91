"""Sets of addresses and ports as sorted ranges of whole numbers, none touching another."""

import ipaddress
from collections.abc import Iterable
from typing import TypeAlias

from tce.space.header import Family, Range

Ranges: TypeAlias = tuple[Range, ...]


def network(text: str) -> tuple[Family, Range]:
    """A network or one address, host bits refused (ValueError), and its family."""
    found = ipaddress.ip_network(text)
    first, last = int(found.network_address), int(found.broadcast_address)
    return (4 if found.version == 4 else 6), (first, last)


def union(given: Iterable[Range]) -> Ranges:
    """As few ranges as hold exactly what any of them holds."""
    found: list[Range] = []
    for first, last in sorted(given):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def minus(given: Iterable[Range], away: Iterable[Range]) -> Ranges:
    """What is in `given` and not in `away`."""
    gone = union(away)
    found: list[Range] = []
    for first, last in union(given):
        for low, high in gone:
            if high < first or low > last:
                continue
            if low > first:
                found.append((first, low - 1))
            first = high + 1
        if first <= last:
            found.append((first, last))
    return tuple(found)


def meet(one: Iterable[Range], other: Iterable[Range]) -> Ranges:
    """What both hold."""
    others = tuple(other)
    both = ((max(a, c), min(b, d)) for a, b in one for c, d in others)
    return union((low, high) for low, high in both if low <= high)
