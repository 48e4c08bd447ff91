"""A tenant's repository stays in its namespace, whatever it holds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.blueprints.kinds.sandbox.specifications import (
    GITHUB,
    objects,
    project,
    rendered,
    site,
    typed,
)

FOLDER = "projects/climate/argocd"
REPOSITORY = "https://git.example.org/sandboxes/climate.git"


def one(made: dict[str, str], name: str) -> dict[str, Any]:
    (found,) = objects(made, f"{FOLDER}/{name}.yaml")
    return found


def test_the_tenants_project_allows_its_repository_and_its_namespace() -> None:
    spec = one(rendered(typed(project())), "project")["spec"]
    assert spec["sourceRepos"] == [REPOSITORY]
    assert spec["sourceNamespaces"] == ["climate"]
    assert spec["destinations"] == [
        {"server": "https://kubernetes.default.svc", "namespace": "climate"}
    ]
    assert spec["clusterResourceWhitelist"] == []
    assert "namespaceResourceBlacklist" not in spec


@pytest.mark.parametrize(
    "kind",
    [
        "Application",
        "ApplicationSet",
        "AppProject",
        "LimitRange",
        "Namespace",
        "NetworkPolicy",
        "CiliumNetworkPolicy",
        "ResourceQuota",
        "Role",
        "RoleBinding",
        "Secret",
        "SecretStore",
        "*",
    ],
)
def test_a_tenant_cannot_bring_what_would_let_it_out(kind: str) -> None:
    spec = one(rendered(typed(project())), "project")["spec"]
    assert kind not in {entry["kind"] for entry in spec["namespaceResourceWhitelist"]}


def test_the_root_project_allows_applications_in_the_namespace_and_nothing_else() -> None:
    spec = one(rendered(typed(project())), "project-root")["spec"]
    assert spec["namespaceResourceWhitelist"] == [{"group": "argoproj.io", "kind": "Application"}]
    assert spec["clusterResourceWhitelist"] == []
    assert "sourceNamespaces" not in spec
    assert spec["destinations"][0]["namespace"] == "climate"
    assert "roles" not in spec


def test_rights_in_argocd_are_those_of_the_role_in_this_project() -> None:
    roles = one(rendered(typed(project(), **GITHUB)), "project")["spec"]["roles"]
    by_name = {role["name"]: role for role in roles}
    assert by_name["viewer"]["groups"] == ["example-sandboxes:climate-viewers"]
    assert by_name["viewer"]["policies"] == [
        "p, proj:climate:viewer, applications, get, climate/climate/*, allow",
        "p, proj:climate:viewer, logs, get, climate/climate/*, allow",
    ]
    for role in roles:
        for policy in role["policies"]:
            words = [word.strip() for word in policy.split(",")]
            assert words[1] == f"proj:climate:{role['name']}"
            assert words[3] not in ("*", "create", "update")
            assert words[4] == "climate/climate/*"


@pytest.mark.parametrize(("on_delete", "expected"), [("keep", None), ("cascade", 1)])
def test_what_deleting_the_root_does_is_said(on_delete: str, expected: int | None) -> None:
    argocd = {**site()["argocd"], "on_delete": on_delete}
    root = one(rendered(typed(project(), argocd=argocd)), "root")
    assert len(root["metadata"].get("finalizers", [])) == (expected or 0)
    assert root["metadata"]["annotations"]["tutela/on-delete"] == on_delete
    assert root["metadata"]["namespace"] == "argocd"
    assert root["spec"]["project"] == "climate-root"
    assert root["spec"]["source"]["path"] == "apps"


def test_the_platform_keeps_the_borders_from_its_own_repository() -> None:
    data = {"s3": [{"name": "a", "bucket": "abc"}]}
    tenancy = one(rendered(typed(project(data=data))), "tenancy")["spec"]
    assert tenancy["project"] == "sandboxes"
    assert [source["path"] for source in tenancy["sources"]] == [
        "projects/climate/tenancy",
        "projects/climate/data",
    ]
    plain = one(rendered(typed(project())), "tenancy")["spec"]
    assert plain["source"]["path"] == "projects/climate/tenancy"


def test_credentials_are_a_reference_and_belong_to_one_project_each() -> None:
    made = rendered(typed(project()))
    for name, scope in (("repository", "climate"), ("repository-root", "climate-root")):
        template = one(made, name)["spec"]["target"]["template"]
        assert template["metadata"]["labels"] == {"argocd.argoproj.io/secret-type": "repository"}
        assert template["data"] == {
            "type": "git",
            "url": REPOSITORY,
            "project": scope,
            "username": "{{ .username }}",
            "password": "{{ .password }}",
        }


def test_on_github_the_reader_is_an_app() -> None:
    template = one(rendered(typed(project(), **GITHUB)), "repository")["spec"]["target"]["template"]
    assert set(template["data"]) == {
        "type",
        "url",
        "project",
        "githubAppID",
        "githubAppInstallationID",
        "githubAppPrivateKey",
    }


def test_every_file_holds_one_document_for_opentofu() -> None:
    made = rendered(typed(project()))
    for path in made:
        if path.startswith(f"{FOLDER}/"):
            assert len(objects(made, path)) == 1
