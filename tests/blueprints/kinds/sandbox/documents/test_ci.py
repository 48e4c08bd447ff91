import re
from typing import Any

import pytest
import yaml

from blueprints.kinds.sandbox.documents import ci
from blueprints.kinds.sandbox.spec import Site
from tests.blueprints.kinds.sandbox.specifications import GITHUB, project, typed

PINNED = re.compile(r"[a-z-]+/[a-z-]+@[0-9a-f]{40}")


def site(**changes: Any) -> Site:
    return typed(project(), **changes).site


def made(**changes: Any) -> dict[str, Any]:
    return {one.path: yaml.safe_load(one.content) for one in ci.files(site(**changes))}


def steps(workflow: dict[str, Any], job: str) -> dict[str, Any]:
    return {step["name"]: step for step in workflow["jobs"][job]["steps"]}


def test_github_checks_every_push_with_a_pinned_tool_and_all_of_the_history() -> None:
    workflow = made()[".github/workflows/check.yaml"]
    assert set(workflow["on"]) == {"push", "pull_request"}
    assert workflow["permissions"] == {"contents": "read"}
    found = steps(workflow, "check")
    assert found["checkout"]["with"] == {"persist-credentials": False, "fetch-depth": 0}
    assert re.search(r" 'tutela\[check\]==\d[^ ]*' pytest==", found["install"]["run"])
    assert found["check"]["run"].startswith("tutela check .")
    assert found["smoke tests"]["run"] == "python -m pytest -q tests"


def test_every_action_is_named_by_its_commit() -> None:
    for path, workflow in made().items():
        for job in workflow.get("jobs", {}).values():
            for step in job["steps"]:
                assert PINNED.fullmatch(step.get("uses", "a/b@" + "0" * 40)), path


def test_the_portal_is_followed_before_opentofu_runs() -> None:
    workflow = made()[".github/workflows/reconcile.yaml"]
    assert workflow["on"]["schedule"] == [{"cron": "17 3 * * *"}]
    assert workflow["jobs"]["reconcile"]["needs"] == ["portal"]
    order = list(steps(workflow, "portal"))
    assert order[-3:] == ["follow the portal", "check", "commit"]


def test_without_a_portal_only_opentofu_runs() -> None:
    workflow = made(waldur=None)[".github/workflows/reconcile.yaml"]
    assert list(workflow["jobs"]) == ["reconcile"]
    assert "needs" not in workflow["jobs"]["reconcile"]


def test_secrets_come_from_the_ci_and_never_from_the_repository() -> None:
    for changes in ({}, GITHUB):
        workflow = made(**changes)[".github/workflows/reconcile.yaml"]
        given = steps(workflow, "reconcile")["reconcile"]["env"]
        for name, value in given.items():
            source = (
                "inputs.approved_deletions" if name == "APPROVED_DELETIONS" else f"secrets.{name}"
            )
            assert value == f"${{{{ {source} }}}}"


def test_github_s_own_prefix_is_not_a_secret_s_name() -> None:
    workflow = made(**GITHUB)[".github/workflows/reconcile.yaml"]
    step = steps(workflow, "reconcile")["reconcile"]
    assert "TOFU_GITHUB_TOKEN" in step["env"]
    assert step["run"] == 'GITHUB_TOKEN="$TOFU_GITHUB_TOKEN" tofu/reconcile.sh apply'


def test_gitlab_does_the_same() -> None:
    pipeline = made(ci="gitlab")[".gitlab-ci.yml"]
    assert pipeline["check"]["variables"] == {"GIT_DEPTH": "0"}
    assert any("tutela check ." in line for line in pipeline["check"]["script"])
    assert pipeline["reconcile"]["rules"] == [
        {"if": '$CI_PIPELINE_SOURCE == "schedule" && $RECONCILE'}
    ]
    assert "image" not in pipeline["check"]


def test_gitlab_takes_images_that_the_site_has() -> None:
    image = f"registry.example.org/python:3.11@sha256:{'1' * 64}"
    images = {"python": image, "dex": image}
    pipeline = made(ci="gitlab", images=images)[".gitlab-ci.yml"]
    assert pipeline["check"]["image"]["name"] == image


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, {"GITEA_TOKEN", "KEYCLOAK_CLIENT_ID", "KEYCLOAK_CLIENT_SECRET"}),
        (GITHUB, {"GITHUB_TOKEN"}),
    ],
)
def test_each_provider_has_its_credentials(changes: dict[str, Any], names: set[str]) -> None:
    assert names <= set(ci.variables(site(**changes)))


def test_a_hook_checks_before_each_commit() -> None:
    (repo,) = made()[".pre-commit-config.yaml"]["repos"]
    hooks = {hook["id"]: hook for hook in repo["hooks"]}
    assert hooks["tutela-check"]["entry"] == "tutela check . --no-history"
