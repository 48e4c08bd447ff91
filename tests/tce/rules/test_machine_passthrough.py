"""Variants that the rule machine-passthrough finds, and others that it has nothing to say of."""

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

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


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, RIGHT[name]) == []
