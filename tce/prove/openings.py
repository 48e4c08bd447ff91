"""What nodes in the VLAN and nodes on the supercomputer need of each other across the gateway.

Ports are facts, written down here a second time from their sources; a test holds them equal to the
cluster blueprint's, from which devices are rendered:
https://docs.rke2.io/install/requirements, https://docs.cilium.io/en/stable/operations/system_requirements/,
https://docs.cilium.io/en/stable/security/network/encryption-wireguard/.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from tce.prove.ranges import Ranges, union
from tce.space.header import Family, Range

API: Range = (6443, 6443)
SUPERVISOR: Range = (9345, 9345)
KUBELET: Range = (10250, 10250)
HEALTH: Range = (4240, 4240)
HUBBLE: Range = (4244, 4244)
WIREGUARD: Range = (51871, 51871)
NODE_EXPORTER: Range = (9100, 9100)
_AWAY = ("NoSchedule", "NoExecute")


@dataclass(frozen=True)
class Pool:
    """Nodes of one kind."""

    name: str
    zone: str
    addresses: Ranges
    hpc: bool
    platform: bool
    """Whether pods of the platform may run there."""


@dataclass(frozen=True)
class Across:
    """What one pool may begin to another, in another zone."""

    component: str
    source_zone: str
    destination_zone: str
    sources: Ranges
    destinations: Ranges
    protocol: str
    ports: tuple[Range, ...]


def across(said: Mapping[str, Any]) -> tuple[Family, tuple[Across, ...]]:
    """Of a specification, in the one family that its nodes have.

    Raises KeyError or ValueError for what is not understood.
    """
    cluster = said["cluster"]
    pods = cluster.get("ranges", {}).get("pods", "0.0.0.0/0")
    family: Family = 4 if ipaddress.ip_network(pods).version == 4 else 6
    if not any(zone["kind"] == "workers" for zone in said["zones"].values()):
        return family, ()
    place = cluster["environments"]["production"]
    masters = _pool(said, place["masters"], family)
    workers = [_pool(said, one, family) for one in place["workers"]]
    api = Pool("api", place["network"], _addresses([place["api"]], family), False, False)
    found = _needs(cluster, masters, workers, api)
    return family, tuple(
        dict.fromkeys(one for one in found if one.source_zone != one.destination_zone)
    )


def _needs(
    cluster: Mapping[str, Any], masters: Pool, workers: list[Pool], api: Pool
) -> Iterator[Across]:
    if (cluster["cni"]["name"], cluster["cni"]["encryption"]) != ("cilium", "wireguard"):
        raise ValueError("only the ports of Cilium with WireGuard are known")
    nodes = [masters, *workers]
    platform = [one for one in workers if one.platform]
    for port in (API, SUPERVISOR):
        yield from _each("rke2", nodes, [masters], "tcp", port)
        yield from _each("ansible", (one for one in workers if one.hpc), [api], "tcp", port)
    yield from _each("rke2", [masters, *platform], nodes, "tcp", KUBELET)
    yield from _each("cilium", nodes, nodes, "tcp", HEALTH)
    yield from _each("cilium", nodes, nodes, "icmp")
    yield from _each("cilium", nodes, nodes, "udp", WIREGUARD)
    yield from _each("cilium", platform, nodes, "tcp", HUBBLE)
    if "monitoring" in cluster["components"]:
        yield from _each("monitoring", platform, nodes, "tcp", NODE_EXPORTER)


def _each(
    component: str, sources: Iterable[Pool], ends: Iterable[Pool], protocol: str, *ports: Range
) -> Iterator[Across]:
    for source, end in product(sources, tuple(ends)):
        yield Across(
            component, source.zone, end.zone, source.addresses, end.addresses, protocol, ports
        )


def _pool(said: Mapping[str, Any], pool: Mapping[str, Any], family: Family) -> Pool:
    hpc = pool["flavour"] == "hpc"
    texts = [one["address"] for one in pool["nodes"]] if hpc else said["nodes"][pool["name"]]
    zone = said["vcluster"]["network"] if hpc else pool["network"]
    kept_free = any(one.get("effect") in _AWAY for one in pool.get("taints", ()))
    return Pool(pool["name"], zone, _addresses(texts, family), hpc, not hpc and not kept_free)


def _addresses(texts: Iterable[str], family: Family) -> Ranges:
    """Addresses, networks, and ranges ``first-last``."""
    found = []
    for text in texts:
        first, dash, last = str(text).partition("-")
        low = ipaddress.ip_network(first)
        high = ipaddress.ip_network(last) if dash else low
        if low.version == family:
            found.append((int(low.network_address), int(high.broadcast_address)))
    return union(found)
