"""AppProjects: all that a cluster's Applications need, and nothing of another's."""

from __future__ import annotations

import pytest

from tests.blueprints.kinds.cluster.argocd import (
    Object,
    application_sets,
    children,
    clusters,
    deployed,
    files,
    generated,
    read,
)

EXAMPLES = ("cluster", "air-gapped")
CLUSTER_SCOPED = {
    "ClusterIssuer",
    "ClusterQueue",
    "ClusterSecretStore",
    "Namespace",
    "ResourceFlavor",
    "StorageClass",
}


def projects(example: str) -> dict[str, Object]:
    """Every AppProject by its name."""
    tree = files(example)
    return {
        one["metadata"]["name"]: one
        for path in sorted(tree)
        if path.startswith("argocd/projects/")
        for one in read(tree, path)
    }


def refused(project: Object, application: Object, objects: list[Object]) -> list[str]:
    """What ArgoCD would refuse: the manual, "Projects"."""
    spec, found = project["spec"], []
    app = application["spec"]
    for source in app.get("sources") or [app["source"]]:
        if source["repoURL"] not in spec["sourceRepos"]:
            found.append(f"source {source['repoURL']}")
    if app["destination"] not in spec["destinations"]:
        found.append(f"destination {app['destination']}")
    for item in objects:
        group = item["apiVersion"].rpartition("/")[0]
        scoped = item["kind"] in CLUSTER_SCOPED
        allowed = spec["clusterResourceWhitelist" if scoped else "namespaceResourceWhitelist"]
        if {"group": group, "kind": item["kind"]} not in allowed:
            found.append(f"kind {item['kind']}")
        space = item["metadata"].get("namespace", app["destination"]["namespace"])
        target = {**app["destination"], "namespace": space}
        if not scoped and target not in spec["destinations"]:
            found.append(f"namespace {space}")
    return found


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_clusters_project_takes_everything_that_its_applications_bring(example: str) -> None:
    known = projects(example)
    for cluster in clusters(files(example)):
        for child in children(example, cluster.name):
            assert child["spec"]["project"] == cluster.name
            objects = deployed(files(example), child)
            assert refused(known[cluster.name], child, objects) == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_it_takes_no_more_places_and_repositories_than_they_need(example: str) -> None:
    known = projects(example)
    for cluster in clusters(files(example)):
        apps = children(example, cluster.name)
        needed = {one["spec"]["destination"]["namespace"] for one in apps}
        spec = known[cluster.name]["spec"]
        extra = {one["namespace"] for one in spec["destinations"]} - needed
        # The stack's Services for the kubelet and the cluster's DNS lie there.
        assert extra <= {"kube-system"}
        repositories = {
            source["repoURL"]
            for one in apps
            for source in (one["spec"].get("sources") or [one["spec"]["source"]])
        }
        assert set(spec["sourceRepos"]) == repositories


def test_nothing_is_allowed_by_a_pattern() -> None:
    for project in projects("cluster").values():
        assert "*" not in str(
            {key: value for key, value in project["spec"].items() if key != "roles"}
        )


def test_no_cluster_reaches_another() -> None:
    known = projects("cluster")
    for child in children("cluster", "production-services"):
        assert refused(known["tds-services"], child, []) != []
        assert refused(known["production-inference"], child, []) != []


def test_the_apps_of_apps_may_make_applications_and_nothing_else() -> None:
    roots = projects("cluster")["roots"]
    assert roots["spec"]["namespaceResourceWhitelist"] == [
        {"group": "argoproj.io", "kind": "Application"}
    ]
    assert roots["spec"]["clusterResourceWhitelist"] == []
    for appset in application_sets(files()):
        for root in generated(appset, clusters(files())):
            assert refused(roots, root, deployed(files(), root)) == []


def test_default_allows_nothing() -> None:
    spec = projects("cluster")["default"]["spec"]
    assert [spec[key] for key in ("sourceRepos", "destinations")] == [[], []]


def test_the_platforms_project_takes_all_of_argocds_own() -> None:
    (platform,) = read(files(), "argocd/platform.yaml")
    objects = deployed(files(), platform)
    assert {one["kind"] for one in objects} >= {"ConfigMap", "AppProject", "ApplicationSet"}
    assert refused(projects("cluster")["platform"], platform, objects) == []


def test_owners_get_the_roles_that_the_specification_gives_them() -> None:
    roles = {
        one["name"]: one["groups"]
        for one in projects("cluster")["production-inference"]["spec"]["roles"]
    }
    assert roles == {
        "admin": ["inference-admins"],
        "member": ["inference-operators"],
        "viewer": ["inference-users"],
    }


def test_a_role_that_the_cluster_gives_to_nobody_is_the_administrators() -> None:
    roles = {
        one["name"]: one["groups"]
        for one in projects("cluster")["production-data"]["spec"]["roles"]
    }
    assert roles["member"] == ["platform-admins"]


def test_no_role_may_delete_or_override() -> None:
    for project in projects("cluster").values():
        for role in project["spec"].get("roles", ()):
            for policy in role["policies"]:
                assert ", delete," not in policy
                assert ", override," not in policy
