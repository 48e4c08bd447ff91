"""The gateway, its tunnels, VLANs and the provider's switches: each address where it belongs."""

import ipaddress
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.spans import span, usable
from blueprints.parts.refuse import Place, Problem, unknown
from tce.intent.rules.room import Room

if TYPE_CHECKING:
    from tce.intent.spec import Specification, Zone

_CLOSED = ("tce", "workers", "tenants")
"""Where no peer of the tunnel may be: the environment itself, and who is kept away from it."""
_TARGETS = ("perimeter", "kubernetes", "link")
"""What proofs and results call what is no switch."""
_OF_HARVESTER = ("default", "harvester-system", "harvester-public", "longhorn-system", "local")


def problems(spec: "Specification") -> Iterator[Problem]:
    """Everything about the way in and out that cannot be."""
    yield from _addresses(spec)
    yield from _vlans(spec)
    yield from _switches(spec)
    yield from _tunnel(spec)
    yield from _peers(spec)


def _of_kind(spec: "Specification", kind: str) -> "tuple[str, Zone] | None":
    return next(((name, one) for name, one in spec.zones.items() if one.kind == kind), None)


def _addresses(spec: "Specification") -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for key, kind in (
        ("addresses", "tce"),
        ("workers", "workers"),
        ("uplink", "transit"),
        ("router", "transit"),
    ):
        said: list[str] = getattr(spec.gateway, key)
        at: Place = ("gateway", key)
        found = _of_kind(spec, kind)
        if found is None:
            if said and kind == "workers":
                yield at, "no zone is of the kind workers; leave it out"
            continue
        name, zone = found
        for index, text in enumerate(said):
            yield from _lies(text, (*at, index), name, zone.networks)
            if text in taken:
                yield (*at, index), f"{text} is gateway.{taken[text]} already"
            taken[text] = key
        for family in sorted({ipaddress.ip_network(one).version for one in zone.networks}):
            number = sum(ipaddress.ip_address(one).version == family for one in said)
            if number != 1:
                place = at if said else ("gateway",)
                yield (
                    place,
                    f"{key} needs one IPv{family} address, as {name} has IPv{family}; "
                    f"it has {number or 'none'}",
                )


def _lies(text: str, at: Place, name: str, networks: Iterable[str]) -> Iterator[Problem]:
    if not any(span(text).within(usable(one)) for one in networks):
        yield at, f"{text} is no host's address in {name} ({', '.join(networks)})"


def _vlans(spec: "Specification") -> Iterator[Problem]:
    vlan, taken = spec.vlan, {spec.vlan.id: "id"}
    for key in ("uplink", "workers"):
        tag: int | None = getattr(vlan, key)
        if tag in taken:
            yield (
                ("vlan", key),
                f"{tag} is vlan.{taken[tag]} already: what shares a VLAN, shares it",
            )
        if tag is not None:
            taken[tag] = key
    workers = _of_kind(spec, "workers")
    if workers and vlan.workers is None:
        yield ("vlan",), f"needs workers, the VLAN of {workers[0]}"
    if not workers and vlan.workers is not None:
        yield ("vlan", "workers"), "no zone is of the kind workers; leave it out"
    if vlan.cluster_network == "mgmt":
        yield ("vlan", "cluster_network"), "mgmt is Harvester's own: its hosts speak there"
    if vlan.namespace in _OF_HARVESTER or vlan.namespace.startswith(("kube-", "cattle-")):
        yield ("vlan", "namespace"), f"{vlan.namespace} is shared on Harvester; name one of its own"
    for index, nic in enumerate(vlan.nics):
        if nic in vlan.nics[:index]:
            yield ("vlan", "nics", index), f"{nic} stands here twice"


def _switches(spec: "Specification") -> Iterator[Problem]:
    names: set[str] = set()
    for index, one in enumerate(spec.switches):
        at: Place = ("switches", index)
        if one.name in names:
            yield (*at, "name"), f"there are two switches of the name {one.name}"
        if one.name in _TARGETS:
            yield (*at, "name"), f"{one.name} is what results call something else; take another"
        names.add(one.name)
        wanted = f"irb.{spec.vlan.uplink}" if one.format == "junos" else f"Vlan{spec.vlan.uplink}"
        if one.interface != wanted:
            yield (
                (*at, "interface"),
                f"has to be {wanted}, where {one.format} routes the transit zone (vlan.uplink is "
                f"{spec.vlan.uplink}); it is {one.interface}",
            )


def _tunnel(spec: "Specification") -> Iterator[Problem]:
    behind = {name for name, zone in spec.zones.items() if zone.leg == spec.vpn.leg}
    if not behind:
        yield ("vpn", "leg"), f"no zone lies behind {spec.vpn.leg}; that of the institution has to"
    for name in sorted(behind - {one.zone for one in spec.vpn.peers}):
        yield ("vpn", "peers"), f"none leads to {name}, which lies behind the tunnel"
    for index, text in enumerate(spec.vpn.addresses):
        for name, zone in spec.zones.items():
            if name not in behind and span(text) in Room(map(span, zone.networks)):
                yield (
                    ("vpn", "addresses", index),
                    f"{text} is in {name}, which does not lie behind the tunnel",
                )


def _peers(spec: "Specification") -> Iterator[Problem]:
    keys = {spec.vpn.public_key: "the gateway's own"}
    names: set[str] = set()
    zones: dict[str, str] = {}
    uplinks = {ipaddress.ip_address(one).version for one in spec.gateway.uplink}
    for index, peer in enumerate(spec.vpn.peers):
        at: Place = ("vpn", "peers", index)
        if peer.name in names or peer.name == "gateway":
            yield (*at, "name"), f"there are two ends of the name {peer.name}"
        names.add(peer.name)
        if peer.public_key in keys:
            yield (*at, "public_key"), f"is {keys[peer.public_key]}; each end has its own"
        keys[peer.public_key] = f"that of {peer.name}"
        zone = spec.zones.get(peer.zone)
        if zone is None:
            yield (*at, "zone"), unknown("zone", peer.zone, spec.zones)
        elif zone.leg != spec.vpn.leg:
            yield (*at, "zone"), f"{peer.zone} lies behind {zone.leg}, not behind {spec.vpn.leg}"
        elif peer.zone in zones:
            yield (*at, "zone"), f"{zones[peer.zone]} leads there already; WireGuard takes one"
        zones.setdefault(peer.zone, peer.name)
        version = ipaddress.ip_address(peer.endpoint).version
        if version not in uplinks:
            yield (
                (*at, "endpoint"),
                f"{peer.endpoint} is IPv{version}, and gateway.uplink has no such address",
            )
        for name, other in spec.zones.items():
            inside = other.kind in _CLOSED or other.leg == spec.vpn.leg
            if inside and span(peer.endpoint) in Room(map(span, other.networks)):
                yield (
                    (*at, "endpoint"),
                    f"{peer.endpoint} is in {name}: the outside of the tunnel cannot be there",
                )
