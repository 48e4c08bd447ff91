"""Every node as Ansible meets it: its name, its address, its pool, and what it is."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tce.intent import estate
from tce.render.network import machines as virtual

if TYPE_CHECKING:
    from tce.intent.spec import Specification

Role = Literal["server", "agent"]


@dataclass(frozen=True)
class Node:
    """A node of the cluster."""

    name: str
    address: str
    """Of the family of pods: the one that Kubernetes knows it by."""
    pool: str
    role: Role
    diskless: bool
    """A node of the supercomputer: it has what it booted with, and memory."""


def nodes(spec: "Specification") -> Iterator[Node]:
    """Servers first, then agents, pool by pool."""
    family = estate.version(spec)
    deployment = spec.cluster.environments[estate.ENVIRONMENT]
    for machine in virtual.machines(spec):
        if machine.pool == virtual.GATEWAY:
            continue
        role: Role = "server" if machine.pool == deployment.masters.name else "agent"
        for text in machine.ports[0].addresses:
            address = ipaddress.ip_interface(text).ip
            if address.version == family:
                yield Node(machine.name, str(address), machine.pool, role, diskless=False)
    for pool in deployment.workers:
        if pool.flavour == "hpc":
            for one in pool.nodes:
                yield Node(one.name, one.address, pool.name, "agent", diskless=True)
