"""Charts of configuration: strict, whole, and the same for every cluster but for its values."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from blueprints.kinds.cluster.components import COMPONENTS, NAMESPACES
from tests.blueprints.kinds.cluster.argocd import children, deployed, files, read, specification

CHARTED = [one for one in (NAMESPACES, *COMPONENTS.values()) if one.chart is not None]
GUARD = "argocd.argoproj.io/sync-options"
GUARDED = {
    "ClusterIssuer",
    "ClusterQueue",
    "ClusterSecretStore",
    "IPAddressPool",
    "Namespace",
    "ResourceFlavor",
    "StorageClass",
}


def schema(component: str) -> Any:
    return json.loads(files()[f"argocd/components/{component}/values.schema.json"])


@pytest.mark.parametrize("component", CHARTED, ids=lambda one: str(one.name))
def test_every_clusters_values_are_whole_without_the_charts_example(component: Any) -> None:
    """Helm lays a cluster's values over the example: what they leave out would be the example's."""
    validator = jsonschema_rs.validator_for(schema(component.name))
    (child,) = [one for one in component.children if one.upstream is None]
    paths = [path for path in files() if path.endswith(f"/values/{child.values}.yaml")]
    assert len(paths) >= 5
    for path in paths:
        (values,) = read(files(), path)
        if child.wants_version:
            values["version"] = "1.0.0"
        assert [error.message for error in validator.iter_errors(values)] == []


@pytest.mark.parametrize("component", CHARTED, ids=lambda one: str(one.name))
def test_no_value_is_unknown_or_left_out(component: Any) -> None:
    own = schema(component.name)
    assert own["additionalProperties"] is False
    assert set(own["required"]) == set(own["properties"])
    assert ".helmignore" not in str(sorted(files()))


def test_a_slip_in_values_is_refused() -> None:
    validator = jsonschema_rs.validator_for(schema("metallb"))
    assert validator.is_valid({"addresses": ["10.0.0.1-10.0.0.9"]})
    assert not validator.is_valid({"adresses": ["10.0.0.1-10.0.0.9"]})
    assert not validator.is_valid({"addresses": []})
    assert not validator.is_valid({"addresses": ["10.0.0.1"]})


def test_what_others_hang_on_is_never_deleted() -> None:
    found = {}
    for child in children("cluster", "production-inference"):
        for item in deployed(files(), child):
            if item["kind"] in GUARDED:
                options = item["metadata"]["annotations"][GUARD].split(",")
                assert set(options) == {"Prune=false", "Delete=false"}, item["metadata"]["name"]
                found[item["kind"]] = True
    assert set(found) == GUARDED


def test_defaults_of_external_secrets_are_written_out() -> None:
    """What the API server writes and Git does not say is a difference for ever
    (external-secrets#6797)."""
    several = [
        item
        for child in children("cluster", "production-inference")
        for item in deployed(files(), child)
        if item["kind"] == "ExternalSecret"
    ]
    assert len(several) == 4
    for item in several:
        assert item["apiVersion"] == "external-secrets.io/v1"
        for one in item["spec"]["data"]:
            assert one["remoteRef"].keys() >= {
                "conversionStrategy",
                "decodingStrategy",
                "metadataPolicy",
            }
        assert item["spec"]["target"]["deletionPolicy"] == "Retain"


def test_namespaces_of_a_cluster_are_those_of_its_components() -> None:
    (given,) = read(files(), "clusters/production/services/values/namespaces.yaml")
    assert [one["name"] for one in given["namespaces"]] == [
        "ceph-csi",
        "cert-manager",
        "external-dns",
        "external-secrets",
        "metallb-system",
        "monitoring",
    ]


def test_charts_are_for_every_kubernetes_that_an_environment_runs() -> None:
    lowest = min(
        int(one.versions.kubernetes.split(".")[1]) for one in specification().environments.values()
    )
    for component in CHARTED:
        (chart,) = read(files(), f"argocd/components/{component.name}/Chart.yaml")
        assert chart["kubeVersion"] == f">=1.{lowest}.0-0"
