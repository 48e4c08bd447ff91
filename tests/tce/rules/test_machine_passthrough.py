"""Variants that the rule machine-passthrough finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "machine-passthrough"
MACHINES = "network/harvester/machines.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "SR-IOV": (
        (MACHINES, "bridge: {}", "sriov: {}"),
        "an interface of type sriov passes the VLAN by",
    ),
    "the network of pods": (
        (MACHINES, "bridge: {}", "masquerade: {}"),
        "an interface of type masquerade",
    ),
    "a device of the host": (
        (
            MACHINES,
            "          disks:",
            ("          hostDevices: [{name: cxi0, deviceName: hpe/cxi}]\n          disks:"),
        ),
        "is given devices of its host",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "no devices": (MACHINES, "          disks:", "          hostDevices: []\n          disks:"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
