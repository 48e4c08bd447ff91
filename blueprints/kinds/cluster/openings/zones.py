"""Where flows begin and end, as the specification says it.

A pool is as many addresses as are known of it and no more: those of its servers or nodes, the
range that the site's DHCP gives to virtual machines, or else its whole VLAN.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blueprints.kinds.cluster.openings.opening import Zone

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Network, Site
    from blueprints.kinds.cluster.spec import AnyPool, Cluster, Deployment, Environment

_WHAT = {
    "harvester": "virtual machines on SUSE Virtualization",
    "vmware": "virtual machines on VMware",
    "metal": "bare-metal servers",
    "hpc": "HPC nodes of Alps",
}
_KEEPS_AWAY = ("NoSchedule", "NoExecute")


@dataclass(frozen=True)
class Nodes:
    """A pool, and what the others have to know of it."""

    zone: Zone
    several: bool
    """Whether one of its nodes can meet another."""
    pool: "AnyPool"


@dataclass(frozen=True)
class Place:
    """A deployment: its zones."""

    environment: "Environment"
    cluster: "Cluster"
    deployment: "Deployment"
    masters: Nodes
    workers: tuple[Nodes, ...]
    api: Zone
    services: Zone

    @property
    def nodes(self) -> tuple[Nodes, ...]:
        """Every pool, the masters first."""
        return (self.masters, *self.workers)

    @cached_property
    def platform(self) -> tuple[Nodes, ...]:
        """Workers that pods of the platform may run on: not HPC nodes, no taint keeps them away."""
        return tuple(one for one in self.workers if not _kept_free(one.pool))


def place(
    site: "Site", environment: "Environment", cluster: "Cluster", deployment: "Deployment"
) -> Place:
    """The zones of one cluster in one environment."""
    networks = {one.name: one for one in site.networks}
    hsn = {one.name: one.network for one in (site.alps.vclusters if site.alps else ())}
    id_ = f"{environment}-{cluster.name}"

    def zone(name: str, kind: str, what: str, network: "Network", addresses: Iterable[str]) -> Zone:
        return Zone(
            name=f"{id_}/{name}",
            kind=kind,  # type: ignore[arg-type]
            what=what,
            addresses=networks_of(addresses),
            network=network.name,
            vlan=network.vlan,
            plane=network.plane,
            cidr=network.cidr,
            environment=environment,
            cluster=id_,
        )

    def nodes(pool: "AnyPool", what: str) -> Nodes:
        network = networks[hsn[pool.vcluster] if pool.flavour == "hpc" else pool.network]
        made = zone(f"nodes/{pool.name}", "pool", what, network, _addresses(pool, network))
        flavoured = Zone(**{**vars(made), "flavour": pool.flavour})
        return Nodes(flavoured, _amount(pool) > 1, pool)

    front = networks[deployment.network]
    return Place(
        environment=environment,
        cluster=cluster,
        deployment=deployment,
        masters=nodes(deployment.masters, f"masters: {_WHAT[deployment.masters.flavour]}"),
        workers=tuple(nodes(one, _WHAT[one.flavour]) for one in deployment.workers),
        api=zone("api", "api", "the API's virtual address", front, [deployment.api]),
        services=zone(
            "services", "services", "services that MetalLB announces", front, deployment.addresses
        ),
    )


def system(name: str, what: str, addresses: Iterable[str] = (), hosts: Iterable[str] = ()) -> Zone:
    """One of the site's systems; known by address, by name, or by both."""
    return Zone(f"site/{name}", "system", what, networks_of(addresses), tuple(hosts))


def people(addresses: Iterable[str]) -> Zone:
    """Where people come from."""
    return Zone("site/people", "people", "people, and what they work with", networks_of(addresses))


def networks_of(addresses: Iterable[str]) -> tuple[str, ...]:
    """Addresses, networks and ranges as the fewest networks that are exactly them; IPv4 first."""
    four: list[ipaddress.IPv4Network] = []
    six: list[ipaddress.IPv6Network] = []
    for text in addresses:
        for network in _networks(text):
            if isinstance(network, ipaddress.IPv4Network):
                four.append(network)
            else:
                six.append(network)
    fewest = (*ipaddress.collapse_addresses(four), *ipaddress.collapse_addresses(six))
    return tuple(map(str, fewest))


def _networks(text: str) -> Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    first, dash, last = text.partition("-")
    if not dash:
        return [ipaddress.ip_network(text)]
    return ipaddress.summarize_address_range(
        ipaddress.ip_address(first), ipaddress.ip_address(last)
    )


def host_and_port(url: str, usual: int = 443) -> tuple[str, int]:
    """Of a URL, a registry or an endpoint; `usual` where none is named."""
    parts = urlsplit(url if "://" in url else f"//{url}")
    return parts.hostname or "", parts.port or usual


def _addresses(pool: "AnyPool", network: "Network") -> list[str]:
    if pool.flavour == "hpc":
        return [one.address for one in pool.nodes]
    if pool.flavour == "metal":
        return [one.address for one in pool.servers]
    return [network.dhcp or network.cidr]


def _amount(pool: "AnyPool") -> int:
    if pool.flavour == "hpc":
        return len(pool.nodes)
    return len(pool.servers) if pool.flavour == "metal" else pool.count


def _kept_free(pool: "AnyPool") -> bool:
    return pool.flavour == "hpc" or any(one.effect in _KEEPS_AWAY for one in pool.taints)
