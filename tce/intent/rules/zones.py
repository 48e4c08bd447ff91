"""Zones: which there have to be, whose address is whose, and what lies behind which leg."""

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.spans import Span, collisions, span
from blueprints.parts.refuse import Place, Problem

if TYPE_CHECKING:
    from tce.intent.spec import Specification

_ONE = {
    "tce": "the environment's own VLAN",
    "transit": "what lies between its gateway and the provider's switches",
}
_SOME = {
    "tenants": "who else is there, to be kept away",
    "institution": "whose environment it is",
}
_AT_MOST_ONE = ("workers", "internet")
_OWN = ("tce", "workers")
"""Kinds that share their leg with no other zone: what shares one, no device stands between."""

_TAKEN = ("gateway", "elsewhere")
"""What results call what is no zone."""


def problems(spec: "Specification") -> Iterator[Problem]:
    """Every zone that cannot be, and every one that is missing."""
    yield from _kinds(spec)
    yield from _networks(spec)
    yield from _disjoint(spec)
    yield from _legs(spec)
    yield from _families(spec)


def _kinds(spec: "Specification") -> Iterator[Problem]:
    by_kind: dict[str, list[str]] = {}
    for name, zone in spec.zones.items():
        by_kind.setdefault(zone.kind, []).append(name)
        if name in _TAKEN:
            yield ("zones", name), f"{name} is what results call something else; take another name"
    for kind, what in {**_ONE, **_SOME}.items():
        if kind not in by_kind:
            yield ("zones",), f"none is of the kind {kind}: {what}; add it"
    for kind in (*_ONE, *_AT_MOST_ONE):
        for name in by_kind.get(kind, [])[1:]:
            yield (
                ("zones", name, "kind"),
                f"{by_kind[kind][0]} is of the kind {kind} already, and there is one of it",
            )


def _networks(spec: "Specification") -> Iterator[Problem]:
    for name, zone in spec.zones.items():
        at: Place = ("zones", name, "networks")
        if zone.kind == "internet":
            if zone.networks:
                yield at, "the internet is what no other zone has; leave networks out"
            continue
        if not zone.networks:
            yield ("zones", name), f"{name} has no networks; only the internet has none"
        families: set[int] = set()
        for index, text in enumerate(zone.networks):
            version = ipaddress.ip_network(text).version
            if zone.kind in (*_OWN, "transit") and version in families:
                yield (
                    (*at, index),
                    f"{text} is the second IPv{version} network of {name}: a VLAN has one of each "
                    "family",
                )
            families.add(version)


def _disjoint(spec: "Specification") -> Iterator[Problem]:
    """No address in two zones: filters could not say which it is of."""
    said: list[tuple[Span, tuple[Place, str, str]]] = [
        (span(text), (("zones", name, "networks", index), name, text))
        for name, zone in spec.zones.items()
        for index, text in enumerate(zone.networks)
    ]
    for (_, first, there), (at, second, here) in collisions(said):
        if first == second:
            yield at, f"{here} and {there} overlap; once is enough"
        elif here == there:
            yield at, f"{here} is in {first} too: an address is in one zone"
        else:
            yield at, f"{here} overlaps with {there} of {first}: an address is in one zone"


def _legs(spec: "Specification") -> Iterator[Problem]:
    behind: dict[str, list[str]] = {}
    for name, zone in spec.zones.items():
        behind.setdefault(zone.leg, []).append(name)
    for name, zone in spec.zones.items():
        at: Place = ("zones", name, "leg")
        if zone.leg == "lo":
            yield at, "lo is the gateway's own loopback; name an interface such as tce0"
        others = [one for one in behind[zone.leg] if one != name]
        if zone.kind in _OWN and others:
            yield (
                at,
                f"{', '.join(others)} lies behind {zone.leg} too, and nothing would stand "
                f"between; give {name} a leg of its own",
            )
        if zone.leg == spec.vpn.leg and zone.kind != "institution":
            yield at, f"{zone.leg} is the tunnel: zones of the kind institution lie behind it"


def _families(spec: "Specification") -> Iterator[Problem]:
    """IPv6 that is declared off has no addresses anywhere."""
    if spec.ipv6:
        return
    for at, text in _said(spec):
        if ":" in text:
            yield at, f"{text} is IPv6, and ipv6 is false: leave it out, or say ipv6: true"


def _said(spec: "Specification") -> Iterator[tuple[Place, str]]:
    """Every address and network that is written down, with its place."""
    for name, zone in spec.zones.items():
        for index, text in enumerate(zone.networks):
            yield ("zones", name, "networks", index), text
    for key in ("addresses", "uplink", "workers", "router"):
        for index, text in enumerate(getattr(spec.gateway, key)):
            yield ("gateway", key, index), text
    for index, text in enumerate(spec.vpn.addresses):
        yield ("vpn", "addresses", index), text
    for index, peer in enumerate(spec.vpn.peers):
        yield ("vpn", "peers", index, "endpoint"), peer.endpoint
    for index, flow in enumerate(spec.flows):
        for key, end in (("from", flow.from_), ("to", flow.to)):
            for number, text in enumerate(end.networks or ()):
                yield ("flows", index, key, "networks", number), text
    for pool, ranges in spec.nodes.items():
        for index, text in enumerate(ranges):
            yield ("nodes", pool, index), text
