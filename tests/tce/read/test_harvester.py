from tce.read.harvester import provider
from tce.read.manifests import manifests
from tests.tce.prove.small import HARVESTER


def test_networks_and_machines_are_read_with_what_they_are_told() -> None:
    found = provider(manifests({file: text.encode() for file, text in HARVESTER.items()}))
    assert [one.name for one in found.cluster_networks] == ["lab"]
    assert [(one.cluster_network, one.nics, one.mtu) for one in found.uplinks] == [
        ("lab", ("ens2",), 1500)
    ]
    assert {(one.name, one.bridge, one.vlan) for one in found.attachments} == {
        ("tce-lab/inside", "lab-br", 412),
        ("tce-lab/uplink", "lab-br", 411),
    }
    gateway, node = found.machines
    assert [(one.name, one.attachment, one.quiet) for one in gateway.interfaces] == [
        ("tce0", "tce-lab/inside", True),
        ("up0", "tce-lab/uplink", True),
    ]
    (only,) = node.interfaces
    assert [str(one) for one in only.addresses] == ["10.90.12.11/24"]
    assert only.routes == ("10.90.12.1",)
    assert node.passed == ()


def test_a_network_without_namespace_is_the_machines_own() -> None:
    files = {
        file: text.replace("tce-lab/inside}", "inside}").encode()
        for file, text in HARVESTER.items()
    }
    found = provider(manifests(files))
    assert found.machines[1].interfaces[0].attachment == "tce-lab/inside"
