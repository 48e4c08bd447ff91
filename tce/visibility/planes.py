"""Where a file of a repository acts, and who can read there. The first place that fits counts.

| plane | who can read there |
|---|---|
| provider | whoever administers the provider's Harvester, switches, images or storage |
| institution | the institution alone: its OpenBao, its end of the tunnel, its people |
| environment | the institution; in memory also whoever has the provider's hypervisor |

Sources: Harvester's and KubeVirt's API (objects lie unencrypted in the provider's etcd), the
environment's assumptions (``evidence/assumptions.yaml``).
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

Name: TypeAlias = Literal["provider", "institution", "environment"]


@dataclass(frozen=True)
class Plane:
    """A plane, and why something belongs to it."""

    name: Name
    why: str


_HANDED = Plane("provider", "handed to the provider, who applies it")
_GATEWAY = Plane("provider", "lies on the gateway's disk, which the provider stores")
_HARVESTER = Plane("provider", "an object of the provider's Harvester")
_PEOPLE = Plane("institution", "for people and programs of the institution")
_BAO = Plane("institution", "applied to the institution's OpenBao")
_INSIDE = Plane("environment", "on encrypted disks of the environment, or in its etcd")

PLACES: tuple[tuple[str, Plane], ...] = (
    ("network/harvester/*", _HARVESTER),
    ("iac/harvester/*", _HARVESTER),
    ("network/switches/*", Plane("provider", "runs on the provider's switches")),
    ("network/assignment.yaml", _HANDED),
    ("handover/provider.md", _HANDED),
    ("network/perimeter/*", _GATEWAY),
    ("network/vpn/gateway.conf", _GATEWAY),
    ("network/vpn/*", Plane("institution", "the institution's end of the tunnel")),
    ("keys/*", _BAO),
    ("iac/bao/*", _BAO),
    ("handover/*", _PEOPLE),
    ("evidence/*", _PEOPLE),
    ("ansible/*", Plane("environment", "run by the institution; what it writes lies on hosts")),
    ("*", _INSIDE),
)
_GROUPS = (
    "kubevirt.io",
    "cdi.kubevirt.io",
    "k8s.cni.cncf.io",
    "harvesterhci.io",
    "cattle.io",
)
"""Groups of objects that only a Harvester or a Rancher takes, and these are the provider's."""
_OWN = ("helm.cattle.io", "k3s.cattle.io")
"""What RKE2 itself takes, inside of the environment."""


def of_file(path: str) -> Plane:
    """Where a file acts, by its path in the repository."""
    return next(plane for pattern, plane in PLACES if fnmatchcase(path, pattern))


def of_object(path: str, api_version: str) -> Plane:
    """Where an object of Kubernetes acts: one that only a Harvester takes is the provider's, in
    whatever file it stands."""
    group = api_version.rpartition("/")[0]
    if group not in _OWN and any(group == one or group.endswith(f".{one}") for one in _GROUPS):
        return _HARVESTER
    return of_file(path)
