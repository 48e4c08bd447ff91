"""Whether tunnels speak with whom they should, and take and send only what is declared.

A peer's allowed addresses are a filter of their own: what comes out of the tunnel has one of them
as its source, and what goes to one of them goes into it.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from tce.prove.intent import OWN, Intent
from tce.prove.ranges import Ranges, minus, union
from tce.prove.report import Finding
from tce.read.manifests import Source
from tce.read.wireguard import Peer, Tunnel, read
from tce.space.header import FAMILIES, Family

_PORT = 51820
Ways = dict[Family, Ranges]


def tunnels(
    source: Source, folder: str, vpn: Mapping[str, Any], gateway: Mapping[str, Any], intent: Intent
) -> Iterator[tuple[str, str, Iterator[Finding]]]:
    """Of each end its name, its file and what is wrong with it; these may raise NotModelledError.

    Raises KeyError, TypeError or ValueError where the specification is not understood.
    """
    peers = [dict(one) for one in vpn["peers"]]
    file = f"{folder}gateway.conf"
    yield "vpn-gateway", file, _gateway(source, file, vpn, peers, intent)
    known = {file}
    for peer in peers:
        file = f"{folder}{peer['name']}.conf"
        known.add(file)
        yield f"vpn-{peer['name']}", file, _far(source, file, peer, vpn, gateway, intent)
    for file in sorted(source):
        if file.startswith(folder) and file.endswith(".conf") and file not in known:
            name = f"vpn-{file.removeprefix(folder).removesuffix('.conf')}"
            found = Finding(name, "link", file, 1, "an end that is not declared")
            yield name, file, iter((found,))


def _read(source: Source, file: str) -> Tunnel | None:
    return read(source[file].decode(errors="replace"), file) if file in source else None


def _gateway(
    source: Source,
    file: str,
    vpn: Mapping[str, Any],
    peers: list[dict[str, Any]],
    intent: Intent,
) -> Iterator[Finding]:
    name = "vpn-gateway"
    tunnel = _read(source, file)
    if tunnel is None:
        yield Finding(name, "link", file, 0, "there is no such file")
        return
    yield from _own(name, file, tunnel, vpn.get("port", _PORT))
    wanted = {str(ipaddress.ip_network(one)) for one in vpn.get("addresses") or ()}
    if set(tunnel.addresses) != wanted:
        said = ", ".join(tunnel.addresses) or "none"
        yield Finding(name, "link", file, tunnel.line, f"its addresses are {said}: not as declared")
    by_key = {str(one["public_key"]): one for one in peers}
    seen: list[tuple[Peer, Ways]] = []
    for peer in tunnel.peers:
        declared = by_key.pop(peer.public_key, None)
        if declared is None:
            message = "a peer whose key nobody declares, or that stands twice"
            yield Finding(name, "link", file, peer.line, message)
            continue
        yield from _endpoint(name, file, peer, [declared["endpoint"]], declared.get("port", _PORT))
        zone = str(declared["zone"])
        most: Ways = {one: intent.zones[zone].addresses[one] for one in FAMILIES}
        yield from _allowed(name, file, peer, most, _named(intent, zone), zone)
        ways = _ways(peer)
        for other, taken in seen:
            if any(_meet(ways[one], taken[one]) for one in FAMILIES):
                message = f"takes addresses that the peer of line {other.line} has too"
                yield Finding(name, "link", file, peer.line, message)
        seen.append((peer, ways))
    for one in by_key.values():
        yield Finding(name, "link", file, tunnel.line, f"the peer {one['name']} is missing")


def _far(
    source: Source,
    file: str,
    peer: Mapping[str, Any],
    vpn: Mapping[str, Any],
    gateway: Mapping[str, Any],
    intent: Intent,
) -> Iterator[Finding]:
    name = f"vpn-{peer['name']}"
    tunnel = _read(source, file)
    if tunnel is None:
        yield Finding(name, "link", file, 0, "there is no such file")
        return
    yield from _own(name, file, tunnel, peer.get("port", _PORT))
    if len(tunnel.peers) != 1 or tunnel.peers[0].public_key != vpn["public_key"]:
        yield Finding(name, "link", file, tunnel.line, "its only peer has to be the gateway")
        return
    far = tunnel.peers[0]
    yield from _endpoint(name, file, far, list(gateway["uplink"]), vpn.get("port", _PORT))
    inner = [ipaddress.ip_network(one) for one in vpn.get("addresses") or ()]
    own: Ways = {
        family: union(
            (
                *intent.of_kind(family, *OWN),
                *(
                    (int(one.network_address), int(one.broadcast_address))
                    for one in inner
                    if one.version == family
                ),
            )
        )
        for family in FAMILIES
    }
    yield from _allowed(name, file, far, own, _named(intent, str(peer["zone"]), far=True), "it")


def _own(name: str, file: str, tunnel: Tunnel, port: int) -> Iterator[Finding]:
    if tunnel.port != port:
        message = f"listens at {tunnel.port}, where {port} is declared"
        yield Finding(name, "link", file, tunnel.line, message)
    if not tunnel.key_from_file:
        message = "takes its private key from no file of the host"
        yield Finding(name, "link", file, tunnel.line, message)


def _endpoint(name: str, file: str, peer: Peer, hosts: list[str], port: int) -> Iterator[Finding]:
    wanted = {(str(ipaddress.ip_address(one)), port) for one in hosts}
    if peer.endpoint is not None and peer.endpoint not in wanted:
        host, at = peer.endpoint
        yield Finding(name, "link", file, peer.line, f"speaks to {host} port {at}: not declared")


def _ways(peer: Peer) -> Ways:
    return {
        family: union(
            (int(one.network_address), int(one.broadcast_address))
            for _, one in peer.allowed
            if one.version == family
        )
        for family in FAMILIES
    }


def _allowed(
    name: str, file: str, peer: Peer, most: Ways, least: Ways, zone: str
) -> Iterator[Finding]:
    """All of it lies behind the peer, and all that flows name of that is in it."""
    for line, one in peer.allowed:
        family: Family = 4 if one.version == 4 else 6
        whole = (int(one.network_address), int(one.broadcast_address))
        if minus([whole], most[family]):
            message = f"takes {one}, which is not all behind {zone}"
            yield Finding(name, "link", file, line, message, family=family)
    ways = _ways(peer)
    for family in FAMILIES:
        for first, _ in minus(least[family], ways[family])[:1]:
            address = (ipaddress.IPv4Address if family == 4 else ipaddress.IPv6Address)(first)
            message = f"does not take {address}, which flows name"
            yield Finding(name, "link", file, peer.line, message, family=family)


def _named(intent: Intent, zone: str, far: bool = False) -> Ways:
    """Addresses of flows with a zone: its own, or those at the other end."""
    found: dict[Family, list[tuple[int, int]]] = {4: [], 6: []}
    for one in intent.flows:
        if zone in (one.source, one.destination):
            at_source = (one.source == zone) != far
            found[one.family].extend(one.sources if at_source else one.destinations)
    return {family: union(ranges) for family, ranges in found.items()}


def _meet(one: Ranges, other: Ranges) -> bool:
    return any(a <= d and c <= b for a, b in one for c, d in other)
