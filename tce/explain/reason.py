"""Why a packet is declared, or which of what is declared it misses, and by what."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from tce.explain.scene import Scene
from tce.prove.clause import Clause
from tce.prove.intent import OWN, Flow, Zone
from tce.space.filter import Filter
from tce.space.header import PROTOCOLS, Field, Packet

_NAMES = {number: name for name, number in PROTOCOLS.items()}
_MOST = 3
"""Flows that are named for a packet that none of them is for."""


@dataclass(frozen=True)
class Declared:
    """What the specification says of a packet at one point."""

    must: bool
    """It has to pass."""
    may: bool
    """It may: also because a switch keeps no state, or it belongs to what was let in before."""
    what: str | None
    """In words, where it may."""
    flow: str | None


def declared(scene: Scene, filter_: Filter, packet: Packet) -> Declared:
    """What is expected of a filter with a packet that is seen there."""
    wanted = scene.expected(filter_.point, filter_.family)
    must = _first(wanted.must, packet)
    may = must or _first(wanted.may, packet)
    flow = may.flow.name if may and may.flow else None
    return Declared(must is not None, may is not None, may.what if may else None, flow)


def _first(clauses: tuple[Clause, ...], packet: Packet) -> Clause | None:
    return next((one for one in clauses if packet in one.box), None)


def missing(scene: Scene, packet: Packet, begins: Zone | None, ends: Zone | None) -> Iterator[str]:
    """Why a packet that begins something is nobody's flow; the nearest ones first."""
    intent = scene.intent
    if packet.family == 6 and not intent.ipv6:
        yield "ipv6 is false: every device drops all of it"
        return
    for zone, field in ((begins, Field.SRC), (ends, Field.DST)):
        if zone is None:
            yield f"{address(packet, field)} is in no zone, and nobody routes it to the internet"
    if begins is None or ends is None:
        return
    if {begins.kind, ends.kind} & set(OWN) and "tenants" in (begins.kind, ends.kind):
        yield "nothing joins the environment and another tenant"
        return
    between = [one for one in intent.flows if one.family == packet.family]
    there = [one for one in between if (one.source, one.destination) == (begins.name, ends.name)]
    back = [one for one in between if (one.source, one.destination) == (ends.name, begins.name)]
    if not there:
        yield f"no flow of IPv{packet.family} goes from {begins.name} to {ends.name}" + (
            f"; {_listed(back)} the other way, and only answers come back" if back else ""
        )
        return
    found = sorted(
        (len(found), flow.name, found) for flow in there for found in [_misses(flow, packet)]
    )
    for _, name, misses in found[:_MOST]:
        yield f"{name} is not it: {', '.join(misses)}"


def _listed(flows: list[Flow]) -> str:
    names = list(dict.fromkeys(one.name for one in flows))
    more = len(names) - _MOST
    shown = ", ".join(names[:_MOST]) + (f" and {more} more" if more > 0 else "")
    return f"{shown} {'goes' if len(names) == 1 else 'go'}"


def _misses(flow: Flow, packet: Packet) -> list[str]:
    found = []
    if packet[Field.PROTO] != flow.protocol:
        found.append(f"it is {_NAMES[flow.protocol]}")
    elif flow.ports and not _within(packet[Field.DPORT], flow.ports):
        said = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in flow.ports)
        found.append(f"its ports are {said}")
    if not _within(packet[Field.SRC], flow.sources):
        found.append(f"{address(packet, Field.SRC)} is not among its sources")
    if not _within(packet[Field.DST], flow.destinations):
        found.append(f"{address(packet, Field.DST)} is not among its destinations")
    return found or ["it does not begin with such a packet"]


def _within(value: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= value <= last for first, last in ranges)


def address(packet: Packet, field: Field) -> str:
    """One of a packet's addresses, in words."""
    kind = ipaddress.IPv4Address if packet.family == 4 else ipaddress.IPv6Address
    return str(kind(packet[field]))
