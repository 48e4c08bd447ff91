"""What an intent asks of a device at one point: boxes that it must accept, and that it may."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from tce.prove.intent import Flow
from tce.prove.ranges import Ranges
from tce.space.header import FIELDS, ICMP, ICMP6, TCP, Box, Family, Field, Range, box

ECHO = {4: 8, 6: 128}
"""Types of echo requests (RFC 792, RFC 4443); the answer's is 0 or 129."""
ECHOED = {4: 0, 6: 129}
ERRORS: dict[int, tuple[int, ...]] = {4: (3, 11, 12), 6: (1, 2, 3, 4)}
"""Types of errors: unreachable, time exceeded, parameter problem, and IPv6's packet too big.

Source quench, redirect and what else IPv4 has are no errors that a connection needs (RFC 6633).
"""
SYN = (8, 11)
"""SYN without ACK, RST and FIN; PSH and URG as they like."""
ANSWER = (16, 63)
"""ACK or RST."""
_SRC, _DST, _DPORT = (FIELDS.index(field) for field in (Field.SRC, Field.DST, Field.DPORT))


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

    may: tuple[Clause, ...]
    """Nothing else may be accepted."""
    wide: tuple[Clause, ...]
    """Few boxes that hold all that must be accepted, and a little more: what accepts all of them
    blocks nothing, and only of what does not is it asked which clause it blocks."""
    exactly: Callable[[], tuple[Clause, ...]] = field(repr=False, compare=False)
    """Makes :attr:`must`, which is seldom needed."""

    @cached_property
    def must(self) -> tuple[Clause, ...]:
        """What is declared, exactly: none of it may be blocked."""
        return self.exactly()


def icmp_of(family: Family) -> int:
    """The protocol's number."""
    return ICMP if family == 4 else ICMP6


def kind(number: int, *, code_0: bool = False) -> Range:
    """A type of ICMP with every code, or with 0 only."""
    return number * 256, number * 256 + (0 if code_0 else 255)


def boxes(
    family: Family, sources: Ranges, destinations: Ranges, ports: Ranges = (), **rest: Range | int
) -> Iterator[Box]:
    """All of their combinations; `ports` are the destination's."""
    sides = list(box(family, **rest).ranges)
    for source, destination in product(sources, destinations):
        sides[_SRC], sides[_DST] = source, destination
        for one in ports or (sides[_DPORT],):
            sides[_DPORT] = one
            yield Box(family, tuple(sides))


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
        yield from boxes(flow.family, flow.destinations, flow.sources, (), **said)


def errors(
    family: Family, sources: Ranges, destinations: Ranges, *, code_0: bool, **rest: Range | int
) -> Iterator[Box]:
    """Errors of ICMP from the ones to the others."""
    proto = icmp_of(family)
    for one in ERRORS[family]:
        icmp = kind(one, code_0=code_0)
        yield from boxes(family, sources, destinations, (), proto=proto, icmp=icmp, **rest)


def clauses(found: Iterable[Box], what: str, flow: Flow | None = None) -> Iterator[Clause]:
    """One for each box."""
    return (Clause(one, what, flow) for one in found)
