"""ApplicationSets: what each setting is for, and that a generator that goes empty deletes nothing.

Facts are ArgoCD's manual and issues; each test names its own.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

import pytest

from tests.blueprints.kinds.cluster.argocd import (
    Cluster,
    Object,
    application_sets,
    children,
    clusters,
    deployed,
    files,
    generated,
)

FINALIZER = "resources-finalizer.argocd.argoproj.io"


def sets() -> list[Object]:
    return application_sets(files())


def test_each_environment_selects_its_own_clusters_by_their_labels() -> None:
    made = {
        one["metadata"]["name"]: [
            app["metadata"]["name"] for app in generated(one, clusters(files()))
        ]
        for one in sets()
    }
    assert made == {
        "development": ["development-inference", "development-sandbox"],
        "tds": ["tds-inference", "tds-sandbox", "tds-services"],
        "production": [
            "production-data",
            "production-inference",
            "production-sandbox",
            "production-services",
        ],
    }


def test_a_cluster_without_our_labels_gets_nothing() -> None:
    """The generator without a selector would take ArgoCD's own cluster too (manual, "Cluster
    Generator")."""
    own = Cluster("in-cluster", {"argocd.argoproj.io/secret-type": "cluster"})
    assert [app for one in sets() for app in generated(one, [own])] == []


def test_templates_are_of_go_and_refuse_what_they_do_not_know() -> None:
    """Without ``missingkey=error`` a slip gives ``<no value>`` (manual, "Go Template")."""
    for one in sets():
        assert one["spec"]["goTemplate"] is True
        assert one["spec"]["goTemplateOptions"] == ["missingkey=error"]


def test_components_follow_the_labels() -> None:
    cluster = Cluster(
        "production-small",
        {
            "tutela/environment": "production",
            "tutela/cluster": "inference",
            "component.tutela/metallb": "enabled",
            "component.tutela/kueue": "disabled",
            "component.tutela/monitoring": "",
        },
    )
    (root,) = [app for one in sets() for app in generated(one, [cluster])]
    names = [one["metadata"]["name"] for one in deployed(files(), root)]
    assert names == [
        "production-small-metallb",
        "production-small-metallb-config",
        "production-small-namespaces",
    ]


@pytest.mark.parametrize("label", ["tutela/cluster"])
def test_a_cluster_that_lacks_a_label_is_refused_and_not_guessed(label: str) -> None:
    (known,) = [one for one in clusters(files()) if one.name == "tds-services"]
    lacking = {key: value for key, value in known.labels.items() if key != label}
    (root,) = [app for one in sets() for app in generated(one, [Cluster(known.name, lacking)])]
    with pytest.raises(AssertionError, match="cluster"):
        deployed(files(), root)


def test_the_root_goes_to_argocds_own_cluster_and_its_children_to_the_cluster_by_name() -> None:
    """A destination by name survives a new address of the cluster (manual, "Declarative Setup")."""
    for one in sets():
        for root in generated(one, clusters(files())):
            assert root["spec"]["destination"] == {
                "server": "https://kubernetes.default.svc",
                "namespace": "argocd",
            }
    for child in children("cluster", "production-data"):
        assert child["spec"]["destination"]["name"] == "production-data"


def reconciled(
    appset: Object, there: Iterable[Object], known: list[Cluster]
) -> tuple[list[str], list[str]]:
    """What the controller deletes, and what goes with it: the manual, "Controlling if/when the
    ApplicationSet controller modifies Application resources" and "Application Pruning"."""
    policy = appset["spec"]["syncPolicy"]
    wanted = {one["metadata"]["name"] for one in generated(appset, known)}
    gone = [one for one in there if one["metadata"]["name"] not in wanted]
    if policy.get("applicationsSync", "sync") not in ("sync", "create-delete"):
        return [], []
    cascading = [
        one
        for one in gone
        if not policy.get("preserveResourcesOnDeletion")
        or FINALIZER in one["metadata"].get("finalizers", [])
    ]
    return _names(gone), _names(cascading)


def _names(several: Iterable[Object]) -> list[str]:
    return [one["metadata"]["name"] for one in several]


def test_a_generator_that_goes_empty_deletes_nothing() -> None:
    """argo-cd#16721: by default everything would go, with all that was deployed."""
    for one in sets():
        there = list(generated(one, clusters(files())))
        assert reconciled(one, there, []) == ([], [])


@pytest.mark.parametrize(
    ("changes", "cascade"),
    [
        ({"applicationsSync": "sync"}, False),
        ({"applicationsSync": "sync", "preserveResourcesOnDeletion": False}, True),
    ],
)
def test_the_model_tells_what_the_settings_prevent(changes: dict[str, Any], cascade: bool) -> None:
    (one,) = [one for one in sets() if one["metadata"]["name"] == "tds"]
    there = list(generated(one, clusters(files())))
    changed = copy.deepcopy(one)
    changed["spec"]["syncPolicy"].update(changes)
    deleted, gone = reconciled(changed, there, [])
    assert len(deleted) == 3
    assert bool(gone) is cascade


def test_an_application_that_is_deleted_leaves_everything() -> None:
    """Without the finalizer nothing is deleted with an Application (manual, "App Deletion")."""
    apps = [app for one in sets() for app in generated(one, clusters(files()))]
    apps += children("cluster", "production-inference")
    assert not any("finalizers" in one["metadata"] for one in apps)


def test_a_label_that_is_lost_prunes_no_application() -> None:
    """The app of apps does not prune: an Application that is not asked for any more stays."""
    (known,) = [one for one in clusters(files()) if one.name == "tds-services"]
    bare = {key: value for key, value in known.labels.items() if "component" not in key}
    (root,) = [app for one in sets() for app in generated(one, [Cluster(known.name, bare)])]
    assert _names(deployed(files(), root)) == ["tds-services-namespaces"]
    assert root["spec"]["syncPolicy"]["automated"]["prune"] is False
    assert root["spec"]["syncPolicy"]["automated"]["allowEmpty"] is False
