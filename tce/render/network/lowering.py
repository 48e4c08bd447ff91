"""What a switch has to let through, which keeps no state: a flow, its answers, its errors.

A flow as it is declared (TCP with any flags); the exact reverse (TCP with ACK or RST, UDP and SCTP
from the port that was asked, ICMP's echo reply); and ICMP's errors between the two ends, both ways.
All filters of all formats are written from these lines, in their order.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING, Literal, TypeAlias

from tce.intent.flows import Allowed, Network, allowed, fewest
from tce.render.network.pieces import Piece, Range, Wanted, pieces

if TYPE_CHECKING:
    from tce.intent.spec import Specification

Direction: TypeAlias = Literal["in", "out"]
"""``in``: what the environment sends; ``out``: what it gets."""
Part: TypeAlias = Literal["begins", "answers", "errors", "neighbours"]
ECHO: dict[int, tuple[int, int]] = {4: (8, 0), 6: (128, 129)}
"""Types of a request and of its answer (RFC 792, RFC 4443)."""
ERRORS: dict[int, tuple[int, ...]] = {4: (3, 11, 12), 6: (1, 2, 3, 4)}
"""Types: unreachable, time exceeded, parameter problem; of IPv6 packet too big, too."""
NEIGHBOURS = (135, 136)
"""Types: solicitation and advertisement (RFC 4861)."""
LINK_LOCAL, SOLICITED = ip_network("fe80::/10"), ip_network("ff02::1:ff00:0/104")
Protocol: TypeAlias = Literal["tcp", "udp", "sctp", "icmp"]
_PROTOCOLS: tuple[Protocol, ...] = ("tcp", "udp", "sctp", "icmp")


@dataclass(frozen=True)
class Entry:
    """One thing that is let through; everything else is not."""

    name: str
    """The flow's."""
    part: Part
    protocol: Protocol
    """``icmp``: ICMPv6 where the networks are of IPv6."""
    source: Network
    destination: Network
    source_ports: Range | None = None
    destination_ports: Range | None = None
    types: tuple[int, ...] = ()
    """Of ICMP, each with any code."""

    @property
    def established(self) -> bool:
        """Whether TCP needs ACK or RST."""
        return self.protocol == "tcp" and self.part == "answers"


def entries(
    spec: "Specification", version: Literal[4, 6], direction: Direction
) -> tuple[Entry, ...]:
    """In the order of parts, then of networks; no packet fits two of one part."""
    mine = [one for one in allowed(spec) if one.switched and one.version == version]
    leg = next(zone.leg for zone in spec.zones.values() if zone.kind == "transit")
    sent = [one for one in mine if one.scope == "forward" and one.source_leg != leg]
    got = [one for one in mine if one.scope == "input" or one.source_leg == leg]
    begins, answers = (sent, got) if direction == "in" else (got, sent)
    return (
        *_begin(begins, version),
        *_answer(answers, version),
        *_fail(sent, got, version, direction),
        *(_neighbours(spec) if version == 6 and spec.ipv6 else ()),
    )


def _begin(flows: Iterable[Allowed], version: int) -> Iterator[Entry]:
    for protocol, one in _pieces(flows):
        types = (ECHO[version][0],) if protocol == "icmp" else ()
        yield Entry(
            one.name,
            "begins",
            protocol,
            one.source,
            one.destination,
            destination_ports=one.ports,
            types=types,
        )


def _answer(flows: Iterable[Allowed], version: int) -> Iterator[Entry]:
    for protocol, one in _pieces(flows):
        types = (ECHO[version][1],) if protocol == "icmp" else ()
        yield Entry(
            one.name,
            "answers",
            protocol,
            one.destination,
            one.source,
            source_ports=one.ports,
            types=types,
        )


def _pieces(flows: Iterable[Allowed]) -> Iterator[tuple[Protocol, Piece]]:
    every = tuple(flows)
    for protocol in _PROTOCOLS:
        for one in pieces(
            Wanted(one.name, one.sources, one.destinations, one.ports)
            for one in every
            if one.protocol == protocol
        ):
            yield protocol, one


def _fail(
    sent: Iterable[Allowed], got: Iterable[Allowed], version: int, direction: Direction
) -> Iterator[Entry]:
    """Between the ends of all flows, whichever of them began."""
    ends = (
        *(Wanted(one.name, one.sources, one.destinations) for one in sent),
        *(Wanted(one.name, one.destinations, one.sources) for one in got),
    )
    for one in pieces(ends):
        source, destination = one.source, one.destination
        if direction == "out":
            source, destination = destination, source
        yield Entry(one.name, "errors", "icmp", source, destination, types=ERRORS[version])


def _neighbours(spec: "Specification") -> Iterator[Entry]:
    """Between the gateway and the switch, on their link."""
    own = [
        ip_network(one)
        for zone in spec.zones.values()
        if zone.kind == "transit"
        for one in zone.networks
    ]
    links = fewest((LINK_LOCAL, *own), 6)
    for one in pieces([Wanted("neighbours", links, (*links, SOLICITED))]):
        yield Entry(
            "neighbours", "neighbours", "icmp", one.source, one.destination, types=NEIGHBOURS
        )
