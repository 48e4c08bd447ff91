"""A machine of a trusted environment that sends past every filter.

Looks at VirtualMachines: interfaces by SR-IOV or macvtap, host devices, network interfaces of the
supercomputer's fabric, and KubeVirt's own network of pods (`masquerade`).

What a device of the host sends meets neither the bridge with its VLAN nor the switch's filter; the
provider's Harvester has no filter of its own for machines (harvester/harvester#2260).

Give a machine interfaces of type `bridge` in the environment's VLAN, and nothing of the host.
"""

from collections.abc import Iterator

from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, mapping, mappings
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.environment import environment

ID = "machine-passthrough"
LEVEL = Level.ERROR

_PAST = ("sriov", "macvtap", "passt", "slirp", "masquerade")
_DEVICES = ("hostDevices", "usbDevices")
_SPEC: Path = ("spec", "template", "spec")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every interface and every device of the host."""
    if environment(repo) is None:
        return
    for item in repo.of_kind("VirtualMachine"):
        devices: Path = (*_SPEC, "domain", "devices")
        for n, one in mappings(item.data, *devices, "interfaces"):
            for kind in _PAST:
                if kind in one:
                    where: Path = (*devices, "interfaces", n, kind)
                    message = f"{item}: an interface of type {kind} passes the VLAN by"
                    yield found(ID, LEVEL, item, where, message, "write bridge: {}")
        for kind in _DEVICES:
            if mapping(item.data, *devices).get(kind):
                message = f"{item} is given devices of its host: what they send nobody filters"
                yield found(ID, LEVEL, item, (*devices, kind), message)
