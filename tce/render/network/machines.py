"""The machines that the provider makes: nodes of the cluster, and the gateway."""

import hashlib
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.openings.zones import networks_of
from blueprints.kinds.cluster.spec import HarvesterPool
from tce.intent.estate import ENVIRONMENT

if TYPE_CHECKING:
    from tce.intent.spec import Specification


GATEWAY = "gateway"
"""The pool of the gateway, which no pool of nodes is called."""
_ROOT = "20Gi"
"""Of a disk with the system alone: the institution's image, and nothing that is kept secret."""


@dataclass(frozen=True)
class Port:
    """A machine's interface."""

    zone: str
    """Whose VLAN it is in: never the provider's own network."""
    leg: str
    """What the machine calls it."""
    mac: str
    addresses: tuple[str, ...]
    """With the length of their network's prefix."""
    routers: tuple[str, ...]
    """Default routes; none where the gateway itself is the router."""


@dataclass(frozen=True)
class Machine:
    """A virtual machine on the provider's Harvester."""

    name: str
    pool: str
    cpu: int
    memory: str
    root: str
    """Size of the disk with the system."""
    data: str | None
    """Size of the disk that the node itself encrypts, with everything else on it."""
    ports: tuple[Port, ...]


def machines(spec: "Specification") -> Iterator[Machine]:
    """The gateway first, then nodes pool by pool."""
    ports = tuple(_gateway_ports(spec))
    yield Machine(f"{spec.name}-{GATEWAY}", GATEWAY, 4, "8Gi", _ROOT, None, ports)
    deployment = spec.cluster.environments[ENVIRONMENT]
    for pool in (deployment.masters, *deployment.workers):
        if isinstance(pool, HarvesterPool):
            every = [_hosts(spec, pool.name, version) for version in (4, 6)]
            for place in range(pool.count):
                name = f"{spec.name}-{pool.name}-{place + 1}"
                own = [hosts[place] for hosts in every if len(hosts) > place]
                port = _port(spec, name, pool.network, own, spec.gateway.addresses)
                sizes = (pool.memory, _ROOT, pool.disk)
                yield Machine(name, pool.name, pool.cpu, *sizes, (port,))


def vlans(spec: "Specification") -> Iterator[tuple[str, int]]:
    """Zones that have a VLAN on the provider's Harvester, and which."""
    tags = {"tce": spec.vlan.id, "transit": spec.vlan.uplink, "workers": spec.vlan.workers}
    for name, zone in spec.zones.items():
        tag = tags.get(zone.kind)
        if tag is not None:
            yield name, tag


def _gateway_ports(spec: "Specification") -> Iterator[Port]:
    own = {
        "tce": spec.gateway.addresses,
        "transit": spec.gateway.uplink,
        "workers": spec.gateway.workers,
    }
    for zone, _ in vlans(spec):
        kind = spec.zones[zone].kind
        routers = spec.gateway.router if kind == "transit" else []
        yield _port(spec, f"{spec.name}-gateway", zone, own[kind], routers)


def _port(
    spec: "Specification", machine: str, zone: str, own: list[str], routers: list[str]
) -> Port:
    return Port(
        zone=zone,
        leg=spec.zones[zone].leg,
        mac=mac(spec.name, machine, zone),
        addresses=tuple(_with_length(spec, zone, one) for one in own),
        routers=tuple(routers),
    )


def mac(*names: str) -> str:
    """The same for the same names everywhere; locally administered, for one host (IEEE 802)."""
    digest = hashlib.sha256("/".join(names).encode()).digest()
    return ":".join(f"{byte:02x}" for byte in (0x02, *digest[:5]))


def _with_length(spec: "Specification", zone: str, address: str) -> str:
    found = ipaddress.ip_address(address)
    for text in spec.zones[zone].networks:
        network = ipaddress.ip_network(text)
        if network.version == found.version and found in network:
            return f"{address}/{network.prefixlen}"
    return f"{address}/{found.max_prefixlen}"


def _hosts(spec: "Specification", pool: str, version: int) -> list[str]:
    given = map(ipaddress.ip_network, networks_of(spec.nodes[pool]))
    return [str(host) for network in given if network.version == version for host in network]
