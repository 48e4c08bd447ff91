from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tce.render.network.harvester import files, network_of
from tests.golden import Golden
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed

Found = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module", params=[HOSPITAL, ALPS])
def found(request: pytest.FixtureRequest) -> Found:
    spec = typed(example=request.param)
    return {
        file.path.rpartition("/")[2]: list(yaml.safe_load_all(file.content)) for file in files(spec)
    }


def test_the_example_renders_to_its_golden_files(golden: Golden) -> None:
    for file in files(typed()):
        golden.check(file.path.rpartition("/")[2], file.content.decode())


def test_every_network_is_tagged_and_on_the_environments_own_bridge(found: Found) -> None:
    cluster, config = found["cluster-network.yaml"]
    assert config["spec"]["clusterNetwork"] == cluster["metadata"]["name"] != "mgmt"
    for one in found["networks.yaml"]:
        said = json.loads(one["spec"]["config"])
        labels = one["metadata"]["labels"]
        assert said["bridge"] == f"{cluster['metadata']['name']}-br"
        assert labels["network.harvesterhci.io/type"] == "L2VlanNetwork"
        assert labels["network.harvesterhci.io/vlan-id"] == str(said["vlan"])
        assert 1 < said["vlan"] < 4095


def test_machines_name_networks_that_are_there_and_no_other(found: Found) -> None:
    known = {
        f"{one['metadata']['namespace']}/{one['metadata']['name']}"
        for one in found["networks.yaml"]
    }
    for machine in found["machines.yaml"]:
        spec = machine["spec"]["template"]["spec"]
        assert spec["networks"]
        for network in spec["networks"]:
            assert set(network) == {"name", "multus"}
            assert network["multus"]["networkName"] in known
        interfaces = spec["domain"]["devices"]["interfaces"]
        assert [one["name"] for one in interfaces] == [one["name"] for one in spec["networks"]]
        assert all("bridge" in one for one in interfaces)


def test_what_cloud_init_is_given_is_addresses(found: Found) -> None:
    for machine in found["machines.yaml"]:
        (*_, volume) = machine["spec"]["template"]["spec"]["volumes"]
        given = volume["cloudInitNoCloud"]
        assert given["userData"] == "#cloud-config\nssh_pwauth: false\n"
        for one in yaml.safe_load(given["networkData"])["ethernets"].values():
            assert one["dhcp4"] is one["dhcp6"] is one["accept-ra"] is False
            assert one["addresses"]


def test_only_nodes_and_the_uplink_have_a_default_route(found: Found) -> None:
    for machine in found["machines.yaml"]:
        given = machine["spec"]["template"]["spec"]["volumes"][-1]["cloudInitNoCloud"]
        ports = yaml.safe_load(given["networkData"])["ethernets"]
        routed = [name for name, one in ports.items() if "routes" in one]
        expected = "up0" if machine["metadata"]["labels"]["tutela/pool"] == "gateway" else "tce0"
        assert routed == [expected]


def test_a_network_has_the_name_that_is_given_or_its_zones() -> None:
    spec = typed(example=ALPS)
    assert network_of(spec, "tce") == "tce-genomics/genomics"
    assert network_of(spec, "transit") == "tce-genomics/genomics-transit"
