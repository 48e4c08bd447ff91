"""Namespaces of components."""

from __future__ import annotations

from blueprints.kinds.cluster.components import COMPONENTS, NAMESPACES
from tests.blueprints.kinds.cluster.argocd import children, deployed, files
from tests.blueprints.kinds.cluster.places import VIRTUAL


def test_every_component_has_a_namespace_of_its_own() -> None:
    spaces = [one.namespace for one in COMPONENTS.values()]
    assert len(spaces) == len(set(spaces))
    assert not {"default", "kube-system"} & set(spaces)


def test_what_pods_may_do_is_said_by_label() -> None:
    (app,) = [
        one
        for one in children("cluster", VIRTUAL.id)
        if one["metadata"]["name"] == f"{VIRTUAL.id}-namespaces"
    ]
    levels = {
        one["metadata"]["name"]: one["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        for one in deployed(files(), app)
    }
    assert levels == {
        "ceph-csi": "privileged",
        "cert-manager": "restricted",
        "external-dns": "restricted",
        "external-secrets": "restricted",
        "metallb-system": "privileged",
        "monitoring": "privileged",
    }


def test_a_cluster_gets_those_that_it_needs_whatever_its_labels_say() -> None:
    assert NAMESPACES.always
    (child,) = NAMESPACES.children
    assert child.own is not None
    given = child.own(VIRTUAL)["namespaces"]
    assert isinstance(given, list)
    assert {one["component"] for one in given} == set(VIRTUAL.cluster.components)
