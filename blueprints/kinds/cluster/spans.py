"""Addresses, networks and ranges as runs of numbers, to be compared with each other."""

import ipaddress
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

Thing = TypeVar("Thing")


class Span(NamedTuple):
    """From one address to another, both inclusive, of one family."""

    version: int
    """4 or 6."""
    first: int
    last: int

    def overlaps(self, other: "Span") -> bool:
        """Whether an address is in both."""
        return (
            self.version == other.version and self.first <= other.last and other.first <= self.last
        )

    def within(self, other: "Span") -> bool:
        """Whether all of it is in another."""
        return (
            self.version == other.version and other.first <= self.first and self.last <= other.last
        )


def span(text: str) -> Span:
    """An address, a network (``192.0.2.0/24``) or a range (``192.0.2.4-192.0.2.9``).

    Raises ValueError for anything else; the types of a specification let nothing else through.
    """
    if "/" in text:
        network = ipaddress.ip_network(text)
        return Span(network.version, int(network.network_address), int(network.broadcast_address))
    first, _, last = text.partition("-")
    low = ipaddress.ip_address(first)
    return Span(low.version, int(low), int(ipaddress.ip_address(last)) if last else int(low))


def usable(cidr: str) -> Span:
    """The addresses that something in a network may have: not its own, not its broadcast's."""
    network = ipaddress.ip_network(cidr)
    whole = span(cidr)
    if network.version == 4 and network.prefixlen <= 30:
        return Span(4, whole.first + 1, whole.last - 1)
    return whole


def collisions(things: Iterable[tuple[Span, Thing]]) -> Iterator[tuple[Thing, Thing]]:
    """Pairs that share an address, the one that came first first.

    One pair for each thing that runs into what is below it, not every pair there is.
    """
    ordered = sorted(
        ((where, number, thing) for number, (where, thing) in enumerate(things)),
        key=lambda one: (one[0], one[1]),
    )
    farthest: tuple[Span, int, Thing] | None = None
    for one in ordered:
        if farthest is not None and one[0].overlaps(farthest[0]):
            first, second = sorted((farthest, one), key=lambda two: two[1])
            yield first[2], second[2]
        if (
            farthest is None
            or one[0].version != farthest[0].version
            or one[0].last > farthest[0].last
        ):
            farthest = one
