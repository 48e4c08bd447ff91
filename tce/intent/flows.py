"""From what is declared to what devices allow: addresses and ports, one family at a time.

Flows of the specification, what nodes on the supercomputer and in the VLAN need of each other
(the cluster blueprint's openings), and the tunnel itself. Renderers know nothing else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import TYPE_CHECKING, Literal, TypeAlias

from tce.intent import openings
from tce.intent.names import port_range

if TYPE_CHECKING:
    from tce.intent.spec import Specification

VERSIONS: tuple[Literal[4, 6], ...] = (4, 6)
Network: TypeAlias = IPv4Network | IPv6Network
Scope: TypeAlias = Literal["forward", "input"]
"""``forward``: through the gateway; ``input``: to the gateway itself, by its uplink."""


@dataclass(frozen=True)
class Allowed:
    """What may begin, in one family; networks sorted, none within another."""

    name: str
    """The flow's, or ``opening-<component>-<number>``, ``vpn-<peer>``."""
    version: Literal[4, 6]
    scope: Scope
    source_zone: str
    destination_zone: str
    source_leg: str
    destination_leg: str
    sources: tuple[Network, ...]
    destinations: tuple[Network, ...]
    protocol: Literal["tcp", "udp", "sctp", "icmp"]
    ports: tuple[tuple[int, int], ...]
    """Sorted, merged; none for icmp."""
    why: str
    owner: str
    expires: str | None
    """None for what the cluster or the tunnel cannot do without."""
    switched: bool
    """Whether the provider's switches see it: what goes by the transit zone, but not through the
    tunnel."""


def allowed(spec: "Specification") -> tuple[Allowed, ...]:
    """Every flow, in each family that both ends have; in the order of the specification."""
    return (*_declared(spec), *_openings(spec), *_tunnels(spec))


def _declared(spec: "Specification") -> Iterator[Allowed]:
    for flow in spec.flows:
        source, destination = spec.zones[flow.from_.zone], spec.zones[flow.to.zone]
        ranges = merged(port_range(one) for one in flow.ports or ())
        for version in VERSIONS:
            sources = networks(spec, flow.from_.zone, flow.from_.networks, version)
            destinations = networks(spec, flow.to.zone, flow.to.networks, version)
            if sources and destinations:
                yield Allowed(
                    name=flow.name,
                    version=version,
                    scope="forward",
                    source_zone=flow.from_.zone,
                    destination_zone=flow.to.zone,
                    source_leg=source.leg,
                    destination_leg=destination.leg,
                    sources=sources,
                    destinations=destinations,
                    protocol=flow.protocol,
                    ports=ranges,
                    why=flow.why,
                    owner=flow.owner,
                    expires=flow.expires,
                    switched=_switched(spec, source.leg, destination.leg),
                )


def _openings(spec: "Specification") -> Iterator[Allowed]:
    for one in openings.across(spec):
        source, destination = spec.zones[one.source_zone], spec.zones[one.destination_zone]
        ranges = merged((ports.first, ports.last) for ports in one.opening.ports)
        for version in VERSIONS:
            sources = fewest(map(ip_network, one.sources), version)
            destinations = fewest(map(ip_network, one.destinations), version)
            if sources and destinations:
                yield Allowed(
                    name=one.name,
                    version=version,
                    scope="forward",
                    source_zone=one.source_zone,
                    destination_zone=one.destination_zone,
                    source_leg=source.leg,
                    destination_leg=destination.leg,
                    sources=sources,
                    destinations=destinations,
                    protocol=one.opening.protocol,
                    ports=ranges,
                    why=f"{one.opening.component}: {one.opening.why}",
                    owner=spec.institution.contact,
                    expires=None,
                    switched=_switched(spec, source.leg, destination.leg),
                )


def _switched(spec: "Specification", *legs: str) -> bool:
    """Whether it passes the transit zone in clear: not through the tunnel, not around it."""
    transit = next(zone.leg for zone in spec.zones.values() if zone.kind == "transit")
    return transit in legs and spec.vpn.leg not in legs


def _tunnels(spec: "Specification") -> Iterator[Allowed]:
    transit = next(name for name, zone in spec.zones.items() if zone.kind == "transit")
    leg = spec.zones[transit].leg
    for peer in spec.vpn.peers:
        endpoint = ip_network(peer.endpoint)
        for own in map(ip_network, spec.gateway.uplink):
            if own.version == endpoint.version:
                yield Allowed(
                    name=f"vpn-{peer.name}",
                    version=endpoint.version,
                    scope="input",
                    source_zone=peer.name,
                    destination_zone=transit,
                    source_leg=leg,
                    destination_leg=leg,
                    sources=(endpoint,),
                    destinations=(own,),
                    protocol="udp",
                    ports=((spec.vpn.port, spec.vpn.port),),
                    why="the tunnel (WireGuard)",
                    owner=spec.institution.contact,
                    expires=None,
                    switched=True,
                )


def networks(
    spec: "Specification", zone: str, said: Iterable[str] | None, version: Literal[4, 6]
) -> tuple[Network, ...]:
    """Of one family: those that are said, or all of the zone's; the fewest that are exactly them.

    The internet is all that may be routed there (IPv6: 2000::/3) and no zone has.
    """
    if said is not None:
        return _said(tuple(said), version)
    if spec.zones[zone].kind != "internet":
        return _said(tuple(spec.zones[zone].networks), version)
    if not spec.ipv6 and version == 6:
        return ()
    left: list[Network] = [ip_network("0.0.0.0/0" if version == 4 else "2000::/3")]
    taken = [one for other in spec.zones.values() for one in map(ip_network, other.networks)]
    for away in fewest((*taken, *map(ip_network, SPECIAL)), version):
        left = [part for one in left for part in _without(one, away)]
    return fewest(left, version)


@lru_cache(maxsize=65_536)
def _said(texts: tuple[str, ...], version: Literal[4, 6]) -> tuple[Network, ...]:
    """Ten thousand flows are asked for by every renderer, and most name the same networks."""
    return fewest(map(ip_network, texts), version)


SPECIAL = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/3",
)
"""Never on the internet (RFC 6890, RFC 5771)."""


def fewest(given: Iterable[Network], version: Literal[4, 6]) -> tuple[Network, ...]:
    """Of one family, sorted, none within another."""
    return tuple(collapse_addresses(one for one in given if one.version == version))  # type: ignore[type-var]


def _without(one: Network, away: Network) -> Iterable[Network]:
    if one.subnet_of(away):  # type: ignore[arg-type]
        return ()
    return one.address_exclude(away) if away.subnet_of(one) else (one,)  # type: ignore[arg-type]


def merged(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """As few ranges as are exactly them, sorted."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)
