"""Which packets clusters send, worked out host by host from a specification as people write it.

Shares nothing with the code that it judges: ports stand here a second time, flows come from hosts
with addresses, and what a firewall would do is read from the JSON as any other program would.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

OSD = range(6800, 7569)


class Host(NamedTuple):
    """Somebody who sends or answers."""

    zone: str
    address: str | None
    """None for who is known by name only."""
    role: str = ""
    flavour: str = ""
    tainted: bool = False


class Packet(NamedTuple):
    """The first of a flow."""

    source: Host
    target: Host
    protocol: str
    port: int
    """0 for ICMP."""


def packets(spec: dict[str, Any]) -> Iterator[Packet]:
    """Every first packet that has to arrive."""
    site = spec["site"]
    yield from _beside(site)
    for cluster in spec["clusters"]:
        for environment, placed in cluster["environments"].items():
            yield from _cluster(site, cluster, f"{environment}-{cluster['name']}", placed)


def _cluster(
    site: dict[str, Any], cluster: dict[str, Any], name: str, placed: dict[str, Any]
) -> Iterator[Packet]:
    hosts = list(_hosts(site, name, placed))
    masters = [one for one in hosts if one.role == "master"]
    workers = [one for one in hosts if one.role == "worker"]
    free = [one for one in workers if one.flavour != "hpc" and not one.tainted]
    api = Host(f"{name}/api", placed["api"])
    components = cluster["components"]
    cni = {"name": "cilium", "encryption": "wireguard", **cluster.get("cni", {})}

    for one in hosts:
        for other in hosts:
            if one == other:
                continue
            for protocol, port in _overlay(cni, one, other):
                yield Packet(one, other, protocol, port)
            if other in masters:
                yield Packet(one, other, "tcp", 6443)
                yield Packet(one, other, "tcp", 9345)
                if one in masters:
                    for port in (2379, 2380, 2381):
                        yield Packet(one, other, "tcp", port)
            if one in free or one in masters:
                yield Packet(one, other, "tcp", 10250)
            if one in free:
                if cni["name"] == "cilium":
                    yield Packet(one, other, "tcp", 4244)
                if "monitoring" in components:
                    yield Packet(one, other, "tcp", 9100)
                if "metallb" in components and other in free:
                    yield Packet(one, other, "tcp", 7946)
                    yield Packet(one, other, "udp", 7946)
    for one in workers:
        if one.flavour in ("metal", "hpc"):
            yield Packet(one, api, "tcp", 6443)
            yield Packet(one, api, "tcp", 9345)
    yield Packet(_system(site, "argocd"), api, "tcp", 6443)
    for cidr in site.get("clients", ()):
        person = Host("site/people", _first(cidr))
        yield Packet(person, api, "tcp", 6443)
        if "metallb" in components:
            low = placed["addresses"][0].partition("-")[0]
            yield Packet(person, Host(f"{name}/services", low), "tcp", 443)
    for one in hosts:
        yield from _every_node(site, one)
    for one in masters:
        yield Packet(one, Host("site/identity", None), "tcp", 443)
        if "snapshots" in site:
            yield Packet(one, Host("site/snapshots", None), "tcp", 443)
    for one in free:
        yield from _components(site, components, one)
    for one in workers:
        rbd = one.role == "worker" and _storage(placed, one) == "rbd"
        if "ceph" in site and ("ceph-csi" in components or rbd):
            for monitor in site["ceph"]["monitors"]:
                target = Host("site/ceph-monitors", monitor.rpartition(":")[0].strip("[]"))
                yield Packet(one, target, "tcp", 3300)
                yield Packet(one, target, "tcp", 6789)
            for port in OSD:
                yield Packet(one, Host("site/ceph", _first(site["ceph"]["cidr"])), "tcp", port)


def _overlay(cni: dict[str, str], one: Host, other: Host) -> Iterator[tuple[str, int]]:
    six = ipaddress.ip_address(one.address or "").version == 6
    secret = cni["encryption"] == "wireguard"
    match cni["name"]:
        case "cilium":
            yield "icmp", 0
            yield "tcp", 4240
            yield "udp", 51871 if secret else 8472
        case "canal":
            yield "udp", 8472
        case "calico":
            yield "tcp", 5473
            yield "udp", 4789
            if secret:
                yield "udp", 51821 if six else 51820


def _every_node(site: dict[str, Any], one: Host) -> Iterator[Packet]:
    yield Packet(one, _system(site, "rancher"), "tcp", 443)
    if "mirror" in site:
        yield Packet(one, Host("site/mirror", None), "tcp", 443)
    else:
        yield Packet(one, Host("site/registries", None), "tcp", 443)
    for resolver in site.get("resolvers", ()):
        yield Packet(one, Host("site/resolvers", resolver), "udp", 53)
        yield Packet(one, Host("site/resolvers", resolver), "tcp", 53)
    if one.flavour in ("harvester", "vmware"):
        yield Packet(_system(site, "rancher"), one, "tcp", 22)
        return
    yield Packet(Host("site/automation", _first(site["automation"]["cidrs"][0])), one, "tcp", 22)
    if site.get("ntp"):
        yield Packet(one, Host("site/ntp", None), "udp", 123)
    if one.flavour == "metal":
        maas = _system(site, "maas")
        for protocol, port in (
            ("udp", 67),
            ("udp", 69),
            ("tcp", 5240),
            ("tcp", 5248),
            ("tcp", 8000),
        ):
            yield Packet(one, maas, protocol, port)


def _components(site: dict[str, Any], names: list[str], one: Host) -> Iterator[Packet]:
    if "external-secrets" in names:
        yield Packet(one, _system(site, "secrets"), "tcp", _store(site))
    if "dns" in site and {"external-dns", "cert-manager"} & set(names):
        yield Packet(one, _system(site, "dns"), "udp", 53)
        yield Packet(one, _system(site, "dns"), "tcp", 53)
    if "acme" in site and "cert-manager" in names:
        yield Packet(one, Host("site/acme", None), "tcp", 443)


def _beside(site: dict[str, Any]) -> Iterator[Packet]:
    yield Packet(_system(site, "argocd"), Host("site/git", None), "tcp", 443)
    if "mirror" in site:
        yield Packet(_system(site, "argocd"), Host("site/mirror", None), "tcp", 443)
    for kind in ("harvester", "vmware"):
        for one in site.get(kind, ()):
            address = one.get("address", "").partition("/")[0] or None
            yield Packet(
                _system(site, "rancher"), Host(f"site/{kind}-{one['name']}", address), "tcp", 443
            )
    if "automation" in site:
        job = Host("site/automation", _first(site["automation"]["cidrs"][0]))
        for name in ("rancher", *(["maas"] if "maas" in site else [])):
            yield Packet(job, _system(site, name), "tcp", 443)
        yield Packet(job, _system(site, "secrets"), "tcp", _store(site))


def _hosts(site: dict[str, Any], name: str, placed: dict[str, Any]) -> Iterator[Host]:
    networks = {one["name"]: one for one in site["networks"]}
    for role, pool in (
        ("master", placed["masters"]),
        *(("worker", one) for one in placed["workers"]),
    ):
        hard = [one for one in pool.get("taints", ()) if one.get("effect") != "PreferNoSchedule"]
        zone = f"{name}/nodes/{pool['name']}"
        if "servers" in pool or "nodes" in pool:
            addresses = [one["address"] for one in pool.get("servers") or pool["nodes"]]
        else:
            network = networks[pool["network"]]
            low = network.get("dhcp", "").partition("-")[0]
            first = ipaddress.ip_address(low or _first(network["cidr"]))
            addresses = [str(first + number) for number in range(pool["count"])]
        for address in addresses:
            yield Host(zone, address, role, pool["flavour"], bool(hard))


def _storage(placed: dict[str, Any], one: Host) -> str:
    (pool,) = (two for two in placed["workers"] if one.zone.endswith(f"/{two['name']}"))
    kind: str = pool.get("storage", {}).get("type", "")
    return kind


def _system(site: dict[str, Any], name: str) -> Host:
    return Host(f"site/{name}", _first(site[name]["address"]))


def _store(site: dict[str, Any]) -> int:
    return urlsplit(site["secrets"]["server"]).port or 443


def _first(cidr: str) -> str:
    return str(ipaddress.ip_network(cidr)[0])


def differences(spec: dict[str, Any], openings: str) -> list[str]:
    """What has to pass and would not, and what would pass and need not."""
    data = json.loads(openings)
    zones = {one["name"]: one for one in data["zones"]}
    opened: set[tuple[str, str, str, int]] = set()
    for one in data["openings"]:
        ranges = one["ports"] or [[0, 0]]
        for first, last in ranges:
            for port in range(first, last + 1):
                opened.add((one["source"], one["destination"], one["protocol"], port))
    needed: set[tuple[str, str, str, int]] = set()
    found: list[str] = []
    for packet in packets(spec):
        flow = (packet.source.zone, packet.target.zone, packet.protocol, packet.port)
        needed.add(flow)
        for host in packet[:2]:
            if not _inside(host, zones.get(host.zone)):
                found.append(f"{host.address} is not in {host.zone}")
    found += [f"shut: {' '.join(map(str, flow))}" for flow in sorted(needed - opened)]
    found += [f"open for nobody: {' '.join(map(str, flow))}" for flow in sorted(opened - needed)]
    return sorted(set(found))


def _inside(host: Host, zone: dict[str, Any] | None) -> bool:
    if host.address is None or zone is None:
        return zone is not None
    address = ipaddress.ip_address(host.address)
    return any(address in ipaddress.ip_network(one) for one in zone.get("addresses", ()))
