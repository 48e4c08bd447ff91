"""Waves that really order, and what is noticed when they do not."""

from __future__ import annotations

import copy

import pytest

from tests.blueprints.kinds.cluster.argocd import Object, children, clusters, files
from tests.blueprints.kinds.cluster.ordering import WAVE, Order, health_restored

FULL = ("cluster", "production-inference")
"""It has every component."""
LATER = (
    "ceph-csi-cephfs",
    "ceph-csi-config",
    "ceph-csi-rbd",
    "cert-manager",
    "cert-manager-config",
    "external-dns",
    "external-dns-secrets",
    "external-secrets",
    "external-secrets-config",
    "gpu-operator",
    "kuberay",
    "kueue",
    "kueue-config",
    "metallb",
    "metallb-config",
    "monitoring",
)
"""Its Applications that something has to come before."""


@pytest.mark.parametrize("example", ["cluster", "air-gapped"])
def test_everything_comes_after_what_it_needs(example: str) -> None:
    tree = files(example)
    health = health_restored(tree)
    for cluster in clusters(tree):
        order = Order(tree, list(children(example, cluster.name)), health=health)
        assert len(order.needs) > 20
        assert list(order.problems()) == []


def test_every_wave_of_a_whole_cluster_is_looked_at() -> None:
    names = {one["metadata"]["name"].removeprefix(f"{FULL[1]}-") for one in children(*FULL)}
    assert names == {*LATER, "namespaces", "monitoring-crds"}


def test_the_cluster_that_is_looked_at_has_every_component() -> None:
    names = {one["metadata"]["labels"]["tutela/component"] for one in children(*FULL)}
    assert names == {
        "namespaces",
        "metallb",
        "external-dns",
        "ceph-csi",
        "cert-manager",
        "external-secrets",
        "gpu-operator",
        "kueue",
        "kuberay",
        "monitoring",
    }


def test_without_the_health_of_applications_no_wave_orders_anything() -> None:
    found = list(Order(files(), list(children(*FULL)), health=False).problems())
    assert any(
        "ClusterIssuer/letsencrypt may come before definitions of cert-manager" in one
        for one in found
    )
    assert any("may come before ClusterSecretStore/platform" in one for one in found)
    assert any(
        "chart external-dns may come before Secret/external-dns-tsig" in one for one in found
    )
    assert len(found) > 30


@pytest.mark.parametrize("name", LATER)
def test_a_wave_that_is_taken_away_is_noticed(name: str) -> None:
    whole = f"{FULL[1]}-{name}"
    changed = [
        _without_wave(one) if one["metadata"]["name"] == whole else one for one in children(*FULL)
    ]
    found = list(Order(files(), changed, health=True).problems())
    assert any(one.startswith(f"{whole}:") for one in found)


@pytest.mark.parametrize(
    ("late", "first"),
    [
        ("monitoring-crds", "chart cert-manager may come before definitions of monitoring"),
        ("cert-manager", "ClusterIssuer/letsencrypt may come before definitions of cert-manager"),
        ("external-secrets-config", "ExternalSecret/acme-tsig may come before ClusterSecretStore"),
        ("external-dns-secrets", "chart external-dns may come before Secret/external-dns-tsig"),
        ("metallb", "IPAddressPool/services may come before chart metallb"),
        ("ceph-csi-config", "chart kube-prometheus-stack may come before StorageClass/ceph-rbd"),
        ("namespaces", "chart kueue may come before Namespace/kueue-system"),
    ],
)
def test_what_comes_too_late_is_noticed(late: str, first: str) -> None:
    whole = f"{FULL[1]}-{late}"
    changed = [
        _in_wave(one, "7") if one["metadata"]["name"] == whole else one for one in children(*FULL)
    ]
    found = list(Order(files(), changed, health=True).problems())
    assert any(first in one for one in found), found


def _without_wave(child: Object) -> Object:
    changed = copy.deepcopy(child)
    del changed["metadata"]["annotations"][WAVE]
    return changed


def _in_wave(child: Object, wave: str) -> Object:
    changed = copy.deepcopy(child)
    changed["metadata"]["annotations"][WAVE] = wave
    return changed
