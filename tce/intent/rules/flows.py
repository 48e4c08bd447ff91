"""Flows: from somebody to somebody else, by something that filters can tell, and owned."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.spans import span
from blueprints.parts.refuse import Place, Problem, unknown
from tce.intent.flows import SPECIAL
from tce.intent.rules.room import Room

if TYPE_CHECKING:
    from tce.intent.spec import End, Flow, Specification

_OURS = ("opening-", "vpn-")
"""How names begin that are given to what is added by itself."""
_NOBODY = frozenset(
    ("nobody", "none", "no one", "noone", "unknown", "tbd", "todo", "n/a", "na", "null", "nil")
)
_INSIDE = ("tce", "workers")


def problems(spec: "Specification") -> Iterator[Problem]:
    """Every flow that cannot be, at the part of it that is wrong."""
    rooms = {name: Room(map(span, zone.networks)) for name, zone in spec.zones.items()}
    taken = Room(span(one) for zone in spec.zones.values() for one in zone.networks)
    special = Room(map(span, SPECIAL))
    first: dict[str, int] = {}
    for index, flow in enumerate(spec.flows):
        at: Place = ("flows", index)
        if flow.name in first:
            yield (*at, "name"), f"there are two flows of the name {flow.name}"
        first.setdefault(flow.name, index)
        if flow.name.startswith(_OURS):
            yield (
                (*at, "name"),
                f"{_OURS[0]}.. and {_OURS[1]}.. are names of what is added by itself",
            )
        if flow.owner.strip(" .-").lower() in _NOBODY:
            yield (*at, "owner"), f"{flow.owner} answers for nothing; name a person or a group"
        yield from _ports(flow, at)
        versions: list[frozenset[int]] = []
        for key, end in (("from", flow.from_), ("to", flow.to)):
            zone = spec.zones.get(end.zone)
            if zone is None:
                yield (*at, key, "zone"), unknown("zone", end.zone, spec.zones)
            elif zone.kind == "internet":
                yield from _on_the_internet(end, (*at, key), taken, special)
            else:
                yield from _within(end, (*at, key), rooms[end.zone])
            versions.append(_versions(spec, end, rooms))
        yield from _between(spec, flow, at)
        if all(versions) and not versions[0] & versions[1]:
            (one,), (two,) = versions
            yield (
                (*at, "to"),
                f"{flow.to.zone} has IPv{two} there and {flow.from_.zone} IPv{one}: nothing goes "
                "from one to the other",
            )


def _ports(flow: "Flow", at: Place) -> Iterator[Problem]:
    if flow.protocol == "icmp" and flow.ports is not None:
        yield (*at, "ports"), "icmp has no ports; leave them out"
    elif flow.protocol != "icmp" and flow.ports is None:
        yield (
            (*at, "protocol"),
            f"{flow.protocol} needs ports: say which, such as [443], or 1-65535 if it is all",
        )


def _versions(spec: "Specification", end: "End", rooms: dict[str, Room]) -> frozenset[int]:
    if end.networks is not None:
        return frozenset(span(one).version for one in end.networks)
    if end.zone in spec.zones and spec.zones[end.zone].kind == "internet":
        return frozenset((4, 6) if spec.ipv6 else (4,))
    return rooms[end.zone].versions if end.zone in rooms else frozenset()


def _within(end: "End", at: Place, room: Room) -> Iterator[Problem]:
    for index, text in enumerate(end.networks or ()):
        if span(text) not in room:
            yield (*at, "networks", index), f"{text} is not in {end.zone} (zones.{end.zone})"


def _on_the_internet(end: "End", at: Place, taken: Room, special: Room) -> Iterator[Problem]:
    for index, text in enumerate(end.networks or ()):
        here = (*at, "networks", index)
        if taken.meets(span(text)):
            yield here, f"{text} is of another zone, at least in part; the internet is none of them"
        elif special.meets(span(text)):
            yield here, f"{text} is on nobody's internet (RFC 6890)"


def _between(spec: "Specification", flow: "Flow", at: Place) -> Iterator[Problem]:
    begins, ends = spec.zones.get(flow.from_.zone), spec.zones.get(flow.to.zone)
    if begins is None or ends is None:
        return
    kinds = (begins.kind, ends.kind)
    if flow.from_.zone == flow.to.zone:
        yield (
            (*at, "to", "zone"),
            f"{flow.to.zone} is where it comes from: what stays in a zone passes no device; "
            "leave the flow out",
        )
    elif "transit" in kinds:
        key = "from" if begins.kind == "transit" else "to"
        yield (
            (*at, key, "zone"),
            "only the gateway and the provider's router are in the transit zone; name the zone "
            "that is meant",
        )
    elif not any(one in _INSIDE for one in kinds):
        yield (
            (*at, "to", "zone"),
            f"neither {flow.from_.zone} nor {flow.to.zone} is the environment, and its gateway "
            "carries nobody else's traffic",
        )
    elif "tenants" in kinds:
        key = "from" if begins.kind == "tenants" else "to"
        yield (
            (*at, key, "zone"),
            "nothing joins the environment and another tenant; that is what it is for",
        )
