"""What is found of VLANs, machines' interfaces and tunnels that are not as declared."""

from __future__ import annotations

import pytest
import yaml

from tce.prove import link
from tce.prove.intent import UnreadableIntentError
from tests.tce.prove.small import SPEC, edited, intent, of_links, said

FOLDER = "network/harvester/"
INSIDE, UPLINK = f"{FOLDER}inside.yaml", f"{FOLDER}uplink.yaml"
CLUSTER, GATEWAY, NODE = f"{FOLDER}cluster.yaml", f"{FOLDER}gateway.yaml", f"{FOLDER}node.yaml"
Edit = tuple[str, str, str]
WRONG: dict[str, tuple[tuple[Edit, ...], str]] = {
    "another VLAN": (
        ((INSIDE, '"412"', '"413"'), (INSIDE, '"vlan": 412', '"vlan": 413')),
        "tce-lab/inside is VLAN 413: not declared",
    ),
    "no network of a VLAN": (
        ((UPLINK, '"411"', '"412"'), (UPLINK, '"vlan": 411', '"vlan": 412')),
        "there is no network of VLAN 411",
    ),
    "another bridge": (
        ((INSIDE, "lab-br", "mgmt-br"),),
        "tce-lab/inside is on mgmt-br of lab, not on lab-br",
    ),
    "another cluster network": (
        ((CLUSTER, "metadata: {name: lab}", "metadata: {name: shared}"),),
        "the cluster network shared is not declared",
    ),
    "other interfaces of the host": (
        ((CLUSTER, "nics: [ens2]", "nics: [ens2, ens3]"),),
        "lab leaves by ens2, ens3, which is not declared",
    ),
    "another MTU": (((CLUSTER, "mtu: 1500", "mtu: 9000"),), "an MTU of 9000 is not declared"),
    "a machine beside the gateway in the uplink": (
        ((NODE, "tce-lab/inside", "tce-lab/uplink"),),
        "node is in VLAN 411, beside the gateway",
    ),
    "an address in another VLAN": (
        ((GATEWAY, "192.0.2.2/29", "10.90.12.99/24"),),
        "gateway has 10.90.12.99 in VLAN 411, which is of transit",
    ),
    "legs that changed places": (
        (
            (GATEWAY, "tce-lab/inside", "tce-lab/other"),
            (GATEWAY, "tce-lab/uplink", "tce-lab/inside"),
            (GATEWAY, "tce-lab/other", "tce-lab/uplink"),
        ),
        "the gateway's interface in VLAN 412 is up0, not tce0",
    ),
    "a network that is not here": (
        ((NODE, "tce-lab/inside", "tce-lab/elsewhere"),),
        "node is attached to tce-lab/elsewhere, which is not here",
    ),
    "a way out beside the gateway": (
        ((NODE, 'via: "10.90.12.1"', 'via: "10.90.12.254"'),),
        "node leaves by 10.90.12.254, which is not the gateway",
    ),
    "routes that the network gives": (
        ((NODE, "accept-ra: false", "accept-ra: true"),),
        "node takes addresses or routes from VLAN 412",
    ),
    "a device of the host": (
        (
            (
                NODE,
                "          interfaces:",
                "          hostDevices: [{name: cxi0}]\n          interfaces:",
            ),
        ),
        "node is given cxi0 of its host",
    ),
    "two gateways": (
        ((NODE, "10.90.12.11/24", "10.90.12.1/24"),),
        "2 machines have the gateway's addresses, not one",
    ),
}
REFUSED: dict[str, tuple[Edit, str]] = {
    "a trunk": ((INSIDE, "L2VlanNetwork", "L2VlanTrunkNetwork"), "type L2VlanTrunkNetwork"),
    "an untagged network": ((INSIDE, "L2VlanNetwork", "UntaggedNetwork"), "UntaggedNetwork"),
    "a label of another VLAN": ((INSIDE, '"412"', '"413"'), "a label that says another VLAN"),
    "more VLANs": ((INSIDE, '"ipam"', '"vlanTrunk": [{"id": 1}], "ipam"'), "config: vlanTrunk"),
    "SR-IOV": ((NODE, "bridge: {}", "sriov: {}"), "an interface with sriov"),
    "the network of pods": (
        (NODE, "multus: {networkName: tce-lab/inside}", "pod: {}"),
        "is no mapping",
    ),
    "no name, which is the management network": (
        (NODE, "networkName: tce-lab/inside", 'networkName: ""'),
        "a network that is none of Harvester's VLANs",
    ),
    "another kind": ((CLUSTER, "kind: VlanConfig", "kind: VlanStatus"), "the kind VlanStatus"),
}


def test_what_is_as_declared_holds() -> None:
    found = link.prove(edited(), yaml.safe_load(SPEC), intent())
    assert said(found.findings) == []
    assert [(one.name, one.proved) for one in found.targets] == [
        ("harvester", ("parse", "link")),
        ("assignment", ("parse", "link")),
        ("vpn-gateway", ("parse", "link")),
        ("vpn-home", ("parse", "link")),
    ]


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_as_declared_is_found(name: str) -> None:
    edits, words = WRONG[name]
    messages = said(of_links(*edits))
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_modelled_is_refused_with_its_line(name: str) -> None:
    edit, words = REFUSED[name]
    found = of_links(edit)
    assert [one.property for one in found] == ["parse"], said(found)
    assert words in found[0].message
    assert found[0].file == edit[0]
    assert found[0].line > 0


def test_a_repository_without_documents_for_the_provider_is_told() -> None:
    files = {file: raw for file, raw in edited().items() if not file.startswith(FOLDER)}
    found = link.prove(files, yaml.safe_load(SPEC), intent())
    assert [one.message for one in found.findings] == [f"there is nothing in {FOLDER}"]


def test_a_specification_without_vlan_is_refused() -> None:
    with pytest.raises(UnreadableIntentError, match=r"spec\.yaml: cannot be understood"):
        link.prove(edited(), {}, intent())
