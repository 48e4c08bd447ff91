"""Every node as Ansible meets it: its name, its address, its pool, and what it is."""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tce.intent import estate

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import AnyPool
    from tce.intent.spec import Specification

Role = Literal["server", "agent"]


@dataclass(frozen=True)
class Machine:
    """A node of the cluster."""

    name: str
    address: str
    """Of the family of pods: the one that Kubernetes knows it by."""
    more: tuple[str, ...]
    """Its address in the other family, if it has one."""
    pool: str
    role: Role
    diskless: bool


def machines(spec: "Specification") -> Iterator[Machine]:
    """Servers first, then agents, pool by pool."""
    deployment = spec.cluster.environments[estate.ENVIRONMENT]
    yield from _of(spec, deployment.masters, "server")
    for pool in deployment.workers:
        yield from _of(spec, pool, "agent")


def _of(spec: "Specification", pool: "AnyPool", role: Role) -> Iterator[Machine]:
    if pool.flavour == "hpc":
        for node in pool.nodes:
            yield Machine(node.name, node.address, (), pool.name, role, True)
        return
    family = estate.version(spec)
    given = [*addresses(spec.nodes.get(pool.name, ()))]
    own = [one for one in given if ipaddress.ip_address(one).version == family]
    other = [one for one in given if ipaddress.ip_address(one).version != family]
    for index, address in enumerate(own):
        yield Machine(
            name=f"{spec.cluster.name}-{pool.name}-{index + 1}",
            address=address,
            more=tuple(other[index : index + 1]),
            pool=pool.name,
            role=role,
            diskless=False,
        )


def addresses(ranges: Iterable[str]) -> Iterator[str]:
    """Each address of networks and ``first-last``, in order."""
    for text in ranges:
        first, dash, last = text.partition("-")
        if dash:
            low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
            for number in range(int(low), int(high) + 1):
                yield str(type(low)(number))
        else:
            for one in ipaddress.ip_network(text):
                yield str(one)
