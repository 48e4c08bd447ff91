"""The values: zones, ports, and what is open between two zones.

An opening is said once, from the side that begins: answers come back by connection tracking.
"""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

Protocol: TypeAlias = Literal["tcp", "udp", "icmp"]
"""``icmp`` is an echo request, of ICMP or ICMPv6 as the addresses are."""
Kind: TypeAlias = Literal["pool", "api", "services", "system", "people"]
Direction: TypeAlias = Literal["within", "in", "out", "beside"]
"""Seen from the cluster: between its nodes, to it, from it; ``beside``: between site's systems."""


@dataclass(frozen=True)
class Zone:
    """Where a flow begins or ends."""

    name: str
    """``production-inference/gpu``, ``site/rancher``; no other zone has it."""
    kind: Kind
    what: str
    """In a few words, for people."""
    addresses: tuple[str, ...] = ()
    """Networks, as few as say it, sorted; none where only :attr:`hosts` are known."""
    hosts: tuple[str, ...] = ()
    """Names that it is known by."""
    network: str | None = None
    """The site's name of its VLAN; None for what lies in none of them."""
    vlan: int | None = None
    plane: str | None = None
    cidr: str | None = None
    """Of the whole VLAN."""
    flavour: str | None = None
    environment: str | None = None
    cluster: str | None = None
    """The deployment's id, ``production-inference``."""

    @property
    def versions(self) -> frozenset[int]:
        """IP versions of its addresses; both where no address is known."""
        return _versions(self.addresses)


@lru_cache(maxsize=4096)
def _versions(addresses: tuple[str, ...]) -> frozenset[int]:
    """A zone is part of many openings."""
    found = {ipaddress.ip_network(one).version for one in addresses}
    return frozenset(found or {4, 6})


@dataclass(frozen=True, order=True)
class Ports:
    """A port, or all from the first to the last."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True)
class Opening:
    """What has to be open, from the side that begins."""

    source: Zone
    destination: Zone
    protocol: Protocol
    ports: tuple[Ports, ...]
    """Of the destination, sorted, none of them twice; none for ICMP."""
    component: str
    """Who asks for it: ``cilium``, ``rke2``, ``ceph-csi``."""
    why: str
    fact: str
    """Where it is known from; see :data:`blueprints.kinds.cluster.openings.facts.FACTS`."""

    @property
    def direction(self) -> Direction:
        """Seen from the cluster that it is for."""
        begins, ends = self.source.cluster is not None, self.destination.cluster is not None
        if begins and ends:
            return "within"
        if begins:
            return "out"
        return "in" if ends else "beside"

    @property
    def cluster(self) -> str | None:
        """The deployment that it is for; None for what the site's systems need of each other."""
        return self.source.cluster or self.destination.cluster

    @property
    def versions(self) -> frozenset[int]:
        """IP versions that both sides have; none where they cannot reach each other at all."""
        return self.source.versions & self.destination.versions

    @property
    def key(self) -> tuple[str, ...]:
        """By which openings are sorted: cluster by cluster, zone by zone."""
        ports = ",".join(f"{one.first:05}-{one.last:05}" for one in self.ports)
        zones = (self.source.name, self.destination.name)
        return (self.cluster or "", *zones, self.component, self.protocol, ports, self.why)


def port(number: int) -> Ports:
    """One port."""
    return Ports(number, number)
