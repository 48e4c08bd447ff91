from __future__ import annotations

import pytest

from tce.visibility.planes import of_file, of_object


@pytest.mark.parametrize(
    ("path", "plane"),
    [
        ("network/harvester/machines.yaml", "provider"),
        ("network/switches/leaf1.eos", "provider"),
        ("network/perimeter/tce.nft", "provider"),
        ("network/vpn/gateway.conf", "provider"),
        ("network/vpn/hospital.conf", "institution"),
        ("network/assignment.yaml", "provider"),
        ("handover/provider.md", "provider"),
        ("handover/institution.md", "institution"),
        ("keys/policies/tce-hospital-kms.hcl", "institution"),
        ("k8s/storage/class.yaml", "environment"),
        ("rke2/config.yaml", "environment"),
        ("something/new.txt", "environment"),
    ],
)
def test_a_path_says_where_a_file_acts(path: str, plane: str) -> None:
    assert of_file(path).name == plane


@pytest.mark.parametrize(
    ("api_version", "plane"),
    [
        ("kubevirt.io/v1", "provider"),
        ("network.harvesterhci.io/v1beta1", "provider"),
        ("provisioning.cattle.io/v1", "provider"),
        ("k8s.cni.cncf.io/v1", "provider"),
        ("helm.cattle.io/v1", "environment"),
        ("apps/v1", "environment"),
        ("v1", "environment"),
        ("", "environment"),
        ("notkubevirt.io/v1", "environment"),
    ],
)
def test_what_only_a_harvester_takes_is_the_providers_in_any_file(
    api_version: str, plane: str
) -> None:
    assert of_object("k8s/more.yaml", api_version).name == plane


def test_an_object_in_a_file_for_the_provider_is_his() -> None:
    assert of_object("network/harvester/more.yaml", "v1").name == "provider"
