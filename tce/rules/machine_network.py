"""A machine in the provider's management network, or a network that carries more than its VLAN.

Looks at NetworkAttachmentDefinitions (type, VLAN, bridge) and at VirtualMachines: networks without
a name, which is Harvester's management network; `L2VlanTrunkNetwork` and `UntaggedNetwork`; VLANs
0, 1 and 4095; a bridge that is not `<cluster network>-br`; the cluster network `mgmt`.

A machine in the management network sees the provider's control plane and every other tenant's
machines there; a trunk gives it all VLANs.

Write `L2VlanNetwork` with a VLAN of the environment's own, and name it at each interface.
"""

from collections.abc import Iterator

from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, at, mappings, text
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.environment import environment
from tce.check.inner import inner

ID = "machine-network"
LEVEL = Level.ERROR

_LABEL = "network.harvesterhci.io/"
_RESERVED = (0, 1, 4095)


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every network, and every machine's place in one."""
    if environment(repo) is None:
        return
    for item in repo.of_kind("NetworkAttachmentDefinition"):
        place: Path = ("spec", "config")
        config = inner(text(item.data, *place))
        kind = item.labels.get(f"{_LABEL}type")
        if kind != "L2VlanNetwork":
            message = f"{item} is of type {kind}: it carries other VLANs than one"
            yield found(ID, LEVEL, item, ("metadata", "labels"), message)
        vlan, bridge = at(config, "vlan"), at(config, "bridge")
        if not isinstance(vlan, int) or vlan in _RESERVED:
            message = f"{item} has VLAN {vlan}, which is the untagged one or reserved"
            yield found(ID, LEVEL, item, place, message)
        of = item.labels.get(f"{_LABEL}clusternetwork")
        if of == "mgmt" or bridge != f"{of}-br":
            message = f"{item} is on {bridge}, which is not the bridge of its own cluster network"
            yield found(ID, LEVEL, item, place, message)
    for item in repo.of_kind("VirtualMachine"):
        spec: Path = ("spec", "template", "spec")
        for n, one in mappings(item.data, *spec, "networks"):
            if not text(one, "multus", "networkName"):
                where: Path = (*spec, "networks", n)
                message = f"{item}: a network without a name is the management network"
                yield found(ID, LEVEL, item, where, message)
