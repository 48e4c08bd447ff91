"""external-secrets."""

from __future__ import annotations

from typing import Any

from tests.blueprints.kinds.cluster.argocd import Object, children, deployed, files, specification


def store(cluster: str) -> Object:
    (app,) = [
        one
        for one in children("cluster", cluster)
        if one["metadata"]["name"] == f"{cluster}-external-secrets-config"
    ]
    (one,) = deployed(files(), app)
    return one


def vault(cluster: str) -> Any:
    return store(cluster)["spec"]["provider"]["vault"]


def test_the_store_is_of_the_version_that_is_served() -> None:
    """v1beta1 is served no more from 0.17 on."""
    assert store("production-inference")["apiVersion"] == "external-secrets.io/v1"


def test_each_cluster_logs_in_by_itself() -> None:
    """A token of one cluster's service account is worth nothing at another's mount."""
    mounts = {
        vault(f"{environment}-{cluster.name}")["auth"]["kubernetes"]["mountPath"]
        for environment, cluster, _ in specification().deployments()
    }
    assert len(mounts) == 9
    assert "kubernetes/tds-services" in mounts


def test_it_logs_in_with_the_operators_own_account() -> None:
    assert vault("tds-services")["auth"]["kubernetes"]["serviceAccountRef"] == {
        "name": "external-secrets",
        "namespace": "external-secrets",
    }


def test_only_namespaces_that_need_secrets_may_name_it() -> None:
    (condition,) = store("production-services")["spec"]["conditions"]
    assert condition == {"namespaces": ["ceph-csi", "cert-manager", "external-dns"]}


def test_the_store_says_its_engine() -> None:
    one = vault("tds-services")
    assert (one["path"], one["version"]) == ("secret", "v2")
