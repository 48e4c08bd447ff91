from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from blueprints.engine.blueprint import File, Owner
from blueprints.kinds.cluster.documents import ci
from blueprints.kinds.cluster.documents.tofu import root
from tests.blueprints.kinds.cluster.specifications import GONE, typed

PINNED = re.compile(r"[a-z-]+/[a-z-]+@[0-9a-f]{40}")
VIRTUAL = {"clusters/2": GONE, "clusters/1": GONE}


def files(changes: dict[str, Any] | None = None) -> dict[str, File]:
    return {one.path: one for one in ci.files(typed(changes))}


def made(changes: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        path.rpartition("/")[2]: yaml.safe_load(one.content)
        for path, one in files(changes).items()
        if path.endswith((".yaml", ".yml"))
    }


def steps(workflow: dict[str, Any], job: str) -> dict[str, Any]:
    return {step["name"]: step for step in workflow["jobs"][job]["steps"]}


def test_github_checks_every_push_and_every_request() -> None:
    check = made()["check.yaml"]
    assert set(check["on"]) == {"push", "pull_request"}
    assert set(check["jobs"]) == {"check", "validate"}
    assert steps(check, "check")["check"]["run"].startswith("tutela check .")
    validate = steps(check, "validate")
    assert validate["format"]["run"] == "tofu fmt -check -recursive tofu"
    assert "-lockfile=readonly" in validate["validate"]["run"]
    assert "secrets." not in repr(check)


def test_every_action_is_named_by_its_commit_and_no_job_may_write() -> None:
    for name, workflow in made().items():
        assert workflow.get("permissions", {"contents": "read"}) == {"contents": "read"}, name
        for job in workflow.get("jobs", {}).values():
            assert isinstance(job["timeout-minutes"], int)
            for step in job["steps"]:
                assert PINNED.fullmatch(step.get("uses", "a/b@" + "0" * 40)), name


def test_a_review_shows_plans_and_applies_nothing() -> None:
    plan = made()["plan.yaml"]
    assert set(plan["on"]) == {"pull_request"}
    words = steps(plan, "plan")["plan"]
    assert 'tofu/units.sh plan all "$SINCE"' in words["run"]
    assert words["env"]["SINCE"] == "${{ github.event.pull_request.base.sha }}"
    assert "head.repo.full_name == github.repository" in plan["jobs"]["plan"]["if"]
    assert "apply" not in words["run"]


def test_environments_are_applied_one_after_the_other_behind_their_protection() -> None:
    apply = made()["apply.yaml"]
    assert apply["on"]["push"] == {"branches": ["main"]}
    assert list(apply["jobs"]) == ["tds", "production"]
    assert apply["jobs"]["production"]["needs"] == ["tds"]
    assert apply["concurrency"] == {"group": "apply", "cancel-in-progress": False}
    for environment, job in apply["jobs"].items():
        assert job["environment"] == environment
        assert f'tofu/units.sh apply {environment} "$SINCE"' in job["steps"][-1]["run"]
        assert job["steps"][0]["with"]["ref"] == "main"
        assert job["steps"][-1]["env"]["APPROVED_DELETIONS"] == "${{ inputs.approved_deletions }}"


def test_jobs_have_what_units_ask_the_environment_for() -> None:
    asked = set(re.findall(r"\b(?:[A-Z]+_)+[A-Z]+\b", root().decode().partition("\n\n")[0]))
    assert asked == set(ci.variables(typed()))
    for name, job in (("plan.yaml", "plan"), ("apply.yaml", "production")):
        given = steps(made()[name], job)[job if job == "plan" else "apply"]["env"]
        for variable in asked:
            assert given[variable] == f"${{{{ secrets.{variable} }}}}"
    without = {**VIRTUAL, "site/maas": GONE}
    assert "MAAS_API_KEY" not in ci.variables(typed(without))


def test_what_strangers_write_stands_in_no_script() -> None:
    for workflow in made().values():
        for job in workflow.get("jobs", {}).values():
            assert not [step for step in job["steps"] if "${{" in step.get("run", "")]


def test_gitlab_does_the_same() -> None:
    pipeline = made({"site/ci": "gitlab"})[".gitlab-ci.yml"]
    assert pipeline["stages"] == ["check", "plan", "apply-tds", "apply-production"]
    assert any("tutela check ." in line for line in pipeline["check"]["script"])
    assert pipeline["plan"]["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}]
    for environment in ("tds", "production"):
        job = pipeline[f"apply-{environment}"]
        assert job["environment"] == {"name": environment}
        assert '$CI_COMMIT_REF_PROTECTED == "true"' in job["rules"][0]["if"]
        assert job["script"] == [f'tofu/units.sh apply {environment} "$CI_COMMIT_BEFORE_SHA"']
        assert job["resource_group"]
    assert set(made({"site/ci": "gitlab"})) == {".gitlab-ci.yml", ".pre-commit-config.yaml"}


@pytest.mark.parametrize(
    ("kind", "pattern"), [("github", "*"), ("gitlab", "*"), ("gitea", ".*"), ("forgejo", ".*")]
)
def test_a_team_reviews_every_change(kind: str, pattern: str) -> None:
    ci_of = "gitlab" if kind == "gitlab" else "github"
    owners = files({"site/git/type": kind, "site/ci": ci_of})[f".{kind}/CODEOWNERS"]
    assert owners.content.decode().splitlines()[-1] == f"{pattern} @platform/platform"
    assert owners.owner is Owner.SHARED


def test_people_may_add_to_their_ci_and_the_script_is_the_tool_s() -> None:
    for path, one in files().items():
        assert one.owner is (Owner.GENERATED if path == ci.UNITS else Owner.SHARED)
        assert one.executable is (path == ci.UNITS)
