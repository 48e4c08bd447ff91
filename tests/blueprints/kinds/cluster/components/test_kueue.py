"""Kueue."""

from __future__ import annotations

from typing import Any

import pytest

from blueprints.kinds.cluster.components.component import Place, Values
from blueprints.kinds.cluster.components.kueue import COMPONENT
from tests.blueprints.kinds.cluster.argocd import files, helm, read
from tests.blueprints.kinds.cluster.places import HYBRID, METAL, place


def own(where: Place) -> Values:
    child = COMPONENT.children[1]
    assert child.own is not None
    return child.own(where)


def rendered(version: str) -> list[Any]:
    tree = files()
    chart = {
        path.removeprefix("argocd/components/kueue/"): tree[path].decode()
        for path in tree
        if path.startswith("argocd/components/kueue/")
    }
    (values,) = read(tree, "clusters/production/inference/values/kueue-config.yaml")
    return helm(chart, "kueue-config", "kueue-system", [values, {"version": version}])


@pytest.mark.parametrize(
    ("version", "api"), [("0.13.4", "v1beta1"), ("0.14.9", "v1beta1"), ("0.15.0", "v1beta2")]
)
def test_the_api_is_one_that_the_version_serves(version: str, api: str) -> None:
    """v1beta2 is served from 0.15.0 on, v1beta1 until 0.17 (CHANGELOG-0.15)."""
    assert {one["apiVersion"] for one in rendered(version)} == {f"kueue.x-k8s.io/{api}"}


def test_a_flavour_is_all_that_its_pool_has() -> None:
    assert own(HYBRID)["flavors"] == [
        {
            "name": "baseline",
            "labels": {"tutela/pool": "baseline"},
            "taints": [],
            "resources": {"cpu": "64", "memory": "256Gi", "nvidia.com/gpu": "0"},
        },
        {
            "name": "gpu",
            "labels": {"tutela/pool": "gpu"},
            "taints": [{"key": "hpc", "value": "true", "effect": "NoSchedule"}],
            "resources": {"cpu": "1152", "memory": "3200Gi", "nvidia.com/gpu": "16"},
        },
    ]


def test_a_pool_of_servers_counts_its_servers() -> None:
    flavors = own(METAL)["flavors"]
    assert isinstance(flavors, list)
    assert [one["resources"] for one in flavors] == [
        {"cpu": "192", "memory": "1536Gi", "nvidia.com/gpu": "0"},
        {"cpu": "192", "memory": "2Ti", "nvidia.com/gpu": "16"},
    ]


def test_pods_of_a_flavour_bear_its_taints() -> None:
    gpu = next(one for one in rendered("0.15.0") if one["metadata"]["name"] == "gpu")
    assert gpu["spec"] == {
        "nodeLabels": {"tutela/pool": "gpu"},
        "tolerations": [
            {"key": "hpc", "operator": "Equal", "value": "true", "effect": "NoSchedule"}
        ],
    }


def test_the_queue_covers_the_same_resources_in_every_flavour() -> None:
    """Each flavour of a group names all that the group covers, in its order (ClusterQueue API)."""
    queue = next(one for one in rendered("0.15.0") if one["kind"] == "ClusterQueue")
    (group,) = queue["spec"]["resourceGroups"]
    for flavour in group["flavors"]:
        assert [one["name"] for one in flavour["resources"]] == group["coveredResources"]


def test_each_environment_shares_what_it_has() -> None:
    assert own(place("development", "inference"))["queue"] == "inference"
