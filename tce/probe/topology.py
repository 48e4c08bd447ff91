"""Which hosts packets are sent from and arrive at: one for each zone, the gateway between them.

Read from the specification as it lies in the repository, by nothing that renders it.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_interface, ip_network
from typing import Any, TypeAlias

from tce.space.header import Family

Network: TypeAlias = IPv4Network | IPv6Network
GATEWAY = "gateway"


@dataclass(frozen=True)
class Host:
    """One zone's."""

    name: str
    leg: str
    networks: tuple[str, ...]
    default: bool
    """Also gets what no other zone has."""


@dataclass(frozen=True)
class Topology:
    """The gateway's legs, and what lies behind each."""

    legs: tuple[str, ...]
    """In the order in which the proof counts them, from 1."""
    hosts: tuple[Host, ...]
    own: Mapping[str, tuple[str, ...]]
    """Addresses of the gateway itself, by leg."""

    def leg(self, name: str) -> int:
        """A leg's number."""
        return self.legs.index(name) + 1


def read(raw: Mapping[str, Any]) -> Topology:
    """From a specification; what is missing in it is a KeyError of whoever rendered it."""
    zones = raw["zones"]
    kinds = {zone["kind"]: name for name, zone in zones.items()}
    default = kinds.get("internet", kinds["transit"])
    hosts = tuple(
        Host(name, zone["leg"], tuple(map(str, zone.get("networks") or ())), name == default)
        for name, zone in zones.items()
    )
    legs = tuple(dict.fromkeys(host.leg for host in hosts))
    own: dict[str, list[str]] = {leg: [] for leg in legs}
    own[zones[kinds["tce"]]["leg"]] += map(str, raw["gateway"]["addresses"])
    own[zones[kinds["transit"]]["leg"]] += map(str, raw["gateway"]["uplink"])
    if raw["gateway"].get("workers"):
        own[zones[kinds["workers"]]["leg"]] += map(str, raw["gateway"]["workers"])
    vpn = raw["vpn"]
    own.setdefault(vpn["leg"], []).extend(
        str(ip_interface(one).ip) for one in vpn.get("addresses") or ()
    )
    return Topology(legs, hosts, {leg: tuple(given) for leg, given in own.items()})


class Routes:
    """Where the gateway sends a packet: its own addresses first, then the longest prefix."""

    def __init__(self, topology: Topology) -> None:
        """Sorted once: asked for every packet."""
        self._default = next(host for host in topology.hosts if host.default)
        self._own = {
            (address.version, int(address))
            for given in topology.own.values()
            for address in map(ip_address, given)
        }
        # No two zones overlap, so at most one network holds an address.
        self._starts: dict[int, list[tuple[int, int, Host]]] = {4: [], 6: []}
        for host in topology.hosts:
            for network in _networks(host):
                first, last = int(network.network_address), int(network.broadcast_address)
                self._starts[network.version].append((first, last, host))
        for found in self._starts.values():
            found.sort(key=lambda one: one[:2])
        self._keys = {family: [one[0] for one in found] for family, found in self._starts.items()}

    def is_own(self, family: Family, address: int) -> bool:
        """Whether it is the gateway's."""
        return (family, address) in self._own

    def host(self, family: Family, address: int) -> Host:
        """Whose it is, if it is not the gateway's."""
        at = bisect_right(self._keys[family], address) - 1
        if at >= 0:
            _, last, host = self._starts[family][at]
            if address <= last:
                return host
        return self._default


def _networks(host: Host) -> Iterator[Network]:
    yield from map(ip_network, host.networks)
