"""ArgoCD's own settings, and its projects."""

from __future__ import annotations

import yaml

from tests.blueprints.kinds.sandbox.specifications import GITHUB, named, project, rendered, typed

PROJECTS = "platform/argocd/projects.yaml"
SETTINGS = "platform/argocd/settings.yaml"


def test_the_default_project_allows_nothing() -> None:
    spec = named(rendered(typed(project())), PROJECTS, "AppProject", "default")["spec"]
    assert {key: value for key, value in spec.items() if key != "description"} == {
        "sourceRepos": [],
        "destinations": [],
        "clusterResourceWhitelist": [],
        "namespaceResourceWhitelist": [],
    }


def test_the_borders_project_reaches_the_projects_namespaces_only() -> None:
    made = rendered(typed(project("a"), project("b")))
    spec = named(made, PROJECTS, "AppProject", "sandboxes")["spec"]
    assert [one["namespace"] for one in spec["destinations"]] == ["a", "b"]
    assert spec["clusterResourceWhitelist"] == [{"group": "", "kind": "Namespace"}]
    assert spec["sourceRepos"] == ["https://git.example.org/platform/sandboxes.git"]


def test_volumes_of_the_cluster_are_allowed_only_where_scratch_needs_them() -> None:
    made = rendered(typed(project(data={"scratch": {"sub_path": "a"}})))
    spec = named(made, PROJECTS, "AppProject", "sandboxes")["spec"]
    assert {"group": "", "kind": "PersistentVolume"} in spec["clusterResourceWhitelist"]


def test_argocd_trusts_dex_and_lets_nobody_in_by_default() -> None:
    made = rendered(typed(project(), **GITHUB))
    data = named(made, SETTINGS, "ConfigMap", "argocd-cm")["data"]
    oidc = yaml.safe_load(data["oidc.config"])
    assert oidc["issuer"] == "https://dex.example.org"
    assert oidc["clientSecret"] == "$argocd-oidc:client_secret"
    assert data["admin.enabled"] == "false"
    assert "resource.customizations.health.argoproj.io_Application" in data
    rbac = named(made, SETTINGS, "ConfigMap", "argocd-rbac-cm")["data"]
    assert rbac["policy.default"] == ""
    assert rbac["policy.csv"] == "g, example-sandboxes:platform-admins, role:admin\n"


def test_applications_may_lie_in_the_projects_namespaces_each_by_name() -> None:
    made = rendered(typed(project("a"), project("b")))
    data = named(made, SETTINGS, "ConfigMap", "argocd-cmd-params-cm")["data"]
    assert data == {"application.namespaces": "a,b"}


def test_the_platform_itself_is_never_pruned() -> None:
    made = rendered(typed(project()))
    found = named(made, "platform/argocd/application.yaml", "Application", "platform")
    assert found["spec"]["syncPolicy"]["automated"]["prune"] is False
    assert "finalizers" not in found["metadata"]
