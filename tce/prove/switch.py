"""What the provider's switches have to do: they keep no state, so each flow is lowered first.

At the interface of the transit zone, ``in`` is what the environment sends and ``out`` what it is
sent. A flow gives its packets in one direction, in the other exactly their reverse (TCP: ACK or
RST; UDP and SCTP: from the server's ports; ICMP: echo replies), and errors of ICMP between the two
ends in both. What that accepts beyond the intent is :mod:`tce.prove.residue`'s to tell.
"""

from collections.abc import Iterator
from typing import Literal

from tce.prove.clause import ANSWER, Clause, Expected, back, boxes, clauses, errors, forth, kind
from tce.prove.intent import Flow, Intent
from tce.prove.perimeter import NEIGHBOURS, NOTHING
from tce.prove.ranges import Ranges, network, union
from tce.space.header import ICMP6, TCP, Family

Direction = Literal["in", "out"]
LINK_LOCAL = network("fe80::/10")[1]
"""RFC 4291, section 2.5.6."""
SOLICITED = network("ff02::1:ff00:0/104")[1]
"""Solicited-node multicast (RFC 4291, section 2.7.1)."""


def switched(intent: Intent, family: Family, direction: Direction) -> Expected:
    """What passes the interface in this direction."""
    if family == 6 and not intent.ipv6:
        return NOTHING
    flows = [flow for flow in intent.flows if flow.family == family]
    seen = [one for one in flows if intent.transit.leg in (one.source_leg, one.destination_leg)]
    seen += [flow for flow in intent.tunnels if flow.family == family]
    near = tuple(_neighbours(intent)) if family == 6 else ()

    def lowered(*, code_0: bool) -> tuple[Clause, ...]:
        its = (clause for one in seen for clause in _lowered(intent, one, direction, code_0))
        return (*its, *near)

    may = lowered(code_0=False)
    return Expected(may, may, lambda: lowered(code_0=True))


def begins_inside(intent: Intent, flow: Flow) -> bool:
    """Whether the environment's side sends its first packet through the switches.

    The other end of a tunnel is outside: its packets come to the gateway through them.
    """
    return flow.source_leg != intent.transit.leg


def _lowered(intent: Intent, flow: Flow, direction: Direction, code_0: bool) -> Iterator[Clause]:
    sent = begins_inside(intent, flow) == (direction == "in")
    if sent:
        found = forth(flow, code_0=code_0, new=False, fragment=0)
        yield from clauses(found, flow.name, flow)
        ends = (flow.sources, flow.destinations)
    else:
        flags = {"flags": ANSWER} if flow.protocol == TCP else {}
        found = back(flow, code_0=code_0, fragment=0, **flags)
        yield from clauses(found, f"answers of {flow.name}", flow)
        ends = (flow.destinations, flow.sources)
    wrong = errors(flow.family, *ends, code_0=code_0, fragment=0)
    yield from clauses(wrong, f"errors of {flow.name}", flow)


def _neighbours(intent: Intent) -> Iterator[Clause]:
    transit: Ranges = intent.transit.addresses[6]
    near = union((LINK_LOCAL, *transit))
    for number in NEIGHBOURS:
        found = boxes(
            6,
            near,
            union((SOLICITED, *near)),
            proto=ICMP6,
            icmp=kind(number),
            fragment=0,
        )
        yield from clauses(found, "neighbour discovery")
