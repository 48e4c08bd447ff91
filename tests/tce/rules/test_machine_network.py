"""Variants that the rule machine-network finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "machine-network"
MACHINES = "network/harvester/machines.yaml"
NETWORKS = "network/harvester/networks.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "the management network": (
        (MACHINES, "networkName: tce-hospital/hospital", 'networkName: ""'),
        "a network without a name is the management network",
    ),
    "the network of pods": (
        (MACHINES, "multus:\n            networkName: tce-hospital/hospital", "pod: {}"),
        "a network without a name",
    ),
    "a trunk": ((NETWORKS, "L2VlanNetwork", "L2VlanTrunkNetwork"), "is of type L2VlanTrunkNetwork"),
    "VLAN 1": (
        (NETWORKS, '"vlan": 412', '"vlan": 1'),
        "has VLAN 1, which is the untagged one or reserved",
    ),
    "no VLAN": ((NETWORKS, '"vlan": 412, ', ""), "has VLAN None"),
    "another bridge": (
        (NETWORKS, '"hospital-br"', '"mgmt-br"'),
        "is on mgmt-br, which is not the bridge of its own cluster network",
    ),
    "the management cluster network": (
        (NETWORKS, "clusternetwork: hospital", "clusternetwork: mgmt"),
        "is on hospital-br",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "another VLAN": (NETWORKS, '"vlan": 412', '"vlan": 413'),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
