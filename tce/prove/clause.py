"""What an intent asks of a device at one point: boxes that it must accept, and that it may."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from tce.prove.intent import Flow
from tce.prove.ranges import Ranges
from tce.space.header import ICMP, ICMP6, TCP, Box, Family, Range, box

ECHO = {4: 8, 6: 128}
"""Types of echo requests (RFC 792, RFC 4443); the answer's is 0 or 129."""
ECHOED = {4: 0, 6: 129}
ERRORS: dict[int, tuple[Range, ...]] = {4: ((3, 3), (11, 12)), 6: ((1, 4),)}
"""Types of errors: unreachable, time exceeded, parameter problem, and IPv6's packet too big.

Source quench, redirect and what else IPv4 has are no errors that a connection needs (RFC 6633).
"""
SYN = (8, 11)
"""SYN without ACK, RST and FIN; PSH and URG as they like."""
ANSWER = (16, 63)
"""ACK or RST."""
ANY_PORT: Range = (0, 65_535)


@dataclass(frozen=True)
class Clause:
    """One thing that is expected, of a flow or of no flow."""

    box: Box
    what: str
    """In words: ``kubectl``, ``answers of kubectl``, ``neighbour discovery``."""
    flow: Flow | None = None


@dataclass(frozen=True)
class Expected:
    """Of one device, at one point, in one family."""

    must: tuple[Clause, ...]
    """What is declared: none of it may be blocked."""
    may: tuple[Clause, ...]
    """Holds all of `must`; nothing else may be accepted."""


def icmp_of(family: Family) -> int:
    """The protocol's number."""
    return ICMP if family == 4 else ICMP6


def kind(first: int, last: int | None = None, *, code_0: bool = False) -> Range:
    """ICMP's types from first to last, with every code or with 0 only."""
    return first * 256, (last or first) * 256 + (0 if code_0 else 255)


def boxes(
    family: Family, sources: Ranges, destinations: Ranges, ports: Ranges = (), **rest: Range | int
) -> Iterator[Box]:
    """All of their combinations; `ports` are the destination's."""
    for source, destination in product(sources, destinations):
        if not ports:
            yield box(family, src=source, dst=destination, **rest)
        for one in ports:
            yield box(family, src=source, dst=destination, dport=one, **rest)


def forth(flow: Flow, *, code_0: bool, new: bool, **rest: Range | int) -> Iterator[Box]:
    """Packets from who asks; `new`: those that begin."""
    said: dict[str, Range | int] = {"proto": flow.protocol, **rest}
    if flow.protocol == icmp_of(flow.family):
        said["icmp"] = kind(ECHO[flow.family], code_0=code_0)
    elif flow.protocol == TCP and new:
        said["flags"] = SYN
    yield from boxes(flow.family, flow.sources, flow.destinations, flow.ports, **said)


def back(flow: Flow, *, code_0: bool, **rest: Range | int) -> Iterator[Box]:
    """Packets from who is asked: its ports are the source's."""
    said: dict[str, Range | int] = {"proto": flow.protocol, **rest}
    if flow.protocol == icmp_of(flow.family):
        said["icmp"] = kind(ECHOED[flow.family], code_0=code_0)
    for port in flow.ports or (None,):
        if port is not None:
            said["sport"] = port
        yield from boxes(flow.family, flow.destinations, flow.sources, **said)


def errors(
    family: Family, sources: Ranges, destinations: Ranges, *, code_0: bool, **rest: Range | int
) -> Iterator[Box]:
    """Errors of ICMP from the ones to the others."""
    proto = icmp_of(family)
    for first, last in ERRORS[family]:
        kinds = (
            [kind(one, code_0=True) for one in range(first, last + 1)]
            if code_0
            else [kind(first, last)]
        )
        for one in kinds:
            yield from boxes(family, sources, destinations, proto=proto, icmp=one, **rest)


def clauses(found: Iterable[Box], what: str, flow: Flow | None = None) -> Iterator[Clause]:
    """One for each box."""
    return (Clause(one, what, flow) for one in found)
