"""Data of environments and clusters."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from blueprints.kinds.cluster.documents.data import (
    api_server,
    cluster_dns,
    folder,
    gibibytes,
    identifier,
    units,
)
from tests.blueprints.kinds.cluster.specifications import VERSIONS, typed
from tests.blueprints.kinds.cluster.tofu import files, rendered


def read(path: str, made: dict[str, str] | None = None) -> Any:
    return yaml.safe_load((made or files())[path])


def test_versions_of_an_environment_are_all_that_its_file_holds() -> None:
    assert read("clusters/tds/versions.yaml") == VERSIONS


def test_a_promotion_changes_one_file() -> None:
    newer = {**VERSIONS, "kubernetes": "v1.33.6+rke2r1"}
    made = rendered(typed({"environments/tds/versions": newer}))
    assert [path for path in made if made[path] != files()[path]] == ["clusters/tds/versions.yaml"]


def test_a_cluster_is_named_by_its_environment_everywhere() -> None:
    spec = typed()
    environment, cluster, deployment = next(
        one for one in spec.deployments() if one[1].name == "data"
    )
    assert folder(environment, cluster) == "clusters/production/data"
    assert identifier(environment, cluster) == "production-data"
    assert units(deployment) == ("cluster", "registration", "machines")
    said = read("clusters/production/data/cluster.yaml")
    assert said["name"] == "production-data"
    assert said["state"] == {
        unit: f"clusters/production-data/{unit}.tfstate"
        for unit in ("cluster", "registration", "machines")
    }


def test_keys_of_the_state_are_each_for_one_unit() -> None:
    keys = [
        key
        for path in files()
        if path.endswith("/cluster.yaml")
        for key in read(path)["state"].values()
    ]
    assert len(keys) == len(set(keys)) == 9


def test_pools_are_told_apart_by_how_they_get_nodes() -> None:
    pools = read("clusters/production/models/cluster.yaml")["pools"]
    assert [one["name"] for one in pools["virtual"]] == ["master", "baseline"]
    assert [one["role"] for one in pools["virtual"]] == ["master", "worker"]
    (hpc,) = pools["hpc"]
    assert hpc["labels"] == {"tutela/pool": "gpu", "hpc": "true"}
    assert hpc["taints"] == [{"key": "hpc", "value": "true", "effect": "NoSchedule"}]
    assert hpc["reserved_gib"] == 200
    assert pools["metal"] == []


def test_a_machine_knows_the_network_of_its_virtualization() -> None:
    pools = read("clusters/production/services/cluster.yaml")["pools"]["virtual"]
    assert pools[0]["harvester"]["network"] == "kubernetes/web"
    assert pools[2]["vsphere"]["network"] == "/Centre/network/web"


def test_a_disk_of_ceph_takes_no_memory() -> None:
    storage = {"type": "rbd", "size": "500Gi", "pool": "nodes"}
    made = rendered(typed({"clusters/1/environments/production/workers/1/storage": storage}))
    (hpc,) = read("clusters/production/models/cluster.yaml", made)["pools"]["hpc"]
    assert (hpc["reserved_gib"], hpc["storage"]) == (4, storage)


def test_a_mirror_answers_for_public_registries_but_not_for_itself() -> None:
    made = rendered(
        typed(
            {
                "site/mirror": {"registry": "quay.io/all", "charts": "quay.io/charts"},
                "site/registries": ["quay.io"],
                "site/acme/server": "https://acme.example.org/directory",
            }
        )
    )
    mirror = read("clusters/site.yaml", made)["mirror"]
    assert (mirror["host"], mirror["path"], mirror["credentials"]) == ("quay.io", "all", None)
    assert "docker.io" in mirror["registries"]
    assert "quay.io" not in mirror["registries"]


def test_no_secret_is_in_the_sites_data() -> None:
    assert set(read("clusters/site.yaml")["state"]) == {
        "bucket",
        "endpoint",
        "region",
        "server",
        "transit",
        "key",
    }


@pytest.mark.parametrize(
    ("quantity", "whole"), [("16Gi", 16), ("1Gi", 1), ("1500Mi", 2), ("1T", 932), ("1", 1)]
)
def test_machines_are_ordered_in_whole_gibibytes(quantity: str, whole: int) -> None:
    assert gibibytes(quantity) == whole


def test_an_address_of_ipv6_is_in_brackets() -> None:
    assert api_server("192.0.2.1") == "https://192.0.2.1:6443"
    assert api_server("2001:db8::1") == "https://[2001:db8::1]:6443"


def test_dns_is_the_tenth_service() -> None:
    assert cluster_dns("10.43.0.0/16") == "10.43.0.10"
    assert cluster_dns("2001:db8::/112") == "2001:db8::a"
