"""What bounds a project."""

from __future__ import annotations

from tests.blueprints.kinds.sandbox.specifications import (
    GITHUB,
    named,
    objects,
    project,
    rendered,
    typed,
)

FOLDER = "projects/climate/tenancy"


def test_only_restricted_pods_start_in_the_namespace() -> None:
    made = rendered(typed(project(title="A\nB", waldur="5c" * 16), kubernetes=["1.34", "1.33"]))
    (space,) = objects(made, f"{FOLDER}/namespace.yaml")
    labels = space["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert labels["pod-security.kubernetes.io/enforce-version"] == "v1.33"
    assert space["metadata"]["annotations"]["tutela/title"] == "A\nB"
    assert space["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == (
        "Prune=false,Delete=false"
    )


def test_an_ended_project_is_marked() -> None:
    made = rendered(typed(project(ended="2026-11-22")))
    (space,) = objects(made, f"{FOLDER}/namespace.yaml")
    assert space["metadata"]["annotations"]["tutela/ended"] == "2026-11-22"


def test_the_quota_counts_requests_and_limits_and_lets_nothing_out() -> None:
    (quota,) = objects(rendered(typed(project())), f"{FOLDER}/quota.yaml")
    assert quota["spec"]["hard"] == {
        "requests.cpu": "64",
        "limits.cpu": "64",
        "requests.memory": "512Gi",
        "limits.memory": "512Gi",
        "requests.nvidia.com/gpu": "8",
        "requests.storage": "4Ti",
        "persistentvolumeclaims": "20",
        "pods": "50",
        "services.loadbalancers": "0",
        "services.nodeports": "0",
    }


def test_defaults_of_a_container_never_exceed_a_small_quota() -> None:
    small = {"cpu": "50m", "memory": "100Mi", "storage": "1Gi"}
    (limits,) = objects(rendered(typed(project(quota=small))), f"{FOLDER}/limits.yaml")
    container, claim = limits["spec"]["limits"]
    assert container["default"] == {"cpu": "50m", "memory": "100Mi"}
    assert container["defaultRequest"] == {"cpu": "50m", "memory": "100Mi"}
    assert container["max"] == {"cpu": "50m", "memory": "100Mi"}
    assert claim == {"type": "PersistentVolumeClaim", "max": {"storage": "1Gi"}}


def test_each_role_is_bound_to_its_group_in_this_namespace_only() -> None:
    made = rendered(typed(project(), **GITHUB))
    for role in ("admin", "member", "viewer"):
        binding = named(made, f"{FOLDER}/rbac.yaml", "RoleBinding", f"sandbox-{role}")
        assert binding["metadata"]["namespace"] == "climate"
        assert binding["roleRef"]["name"] == f"sandbox-{role}"
        (subject,) = binding["subjects"]
        assert subject["name"] == f"oidc:example-sandboxes:climate-{role}s"


def test_every_file_is_of_one_project() -> None:
    made = rendered(typed(project("a"), project("b")))
    for path, text in made.items():
        if path.startswith("projects/a/"):
            assert "b-admins" not in text
            assert "/b/" not in text
