from __future__ import annotations

import yaml

from blueprints.engine.blueprint import Owner
from tce.render.repository import ci
from tests.tce.intent.specifications import typed


def test_each_push_is_checked_and_proved_with_no_right_but_to_read() -> None:
    made = {one.path: one for one in ci.files(typed({"git/ci": "github"}))}
    workflow = yaml.safe_load(made[".github/workflows/check.yaml"].content)
    steps = [one.get("run", "") for one in workflow["jobs"]["check"]["steps"]]
    assert workflow["permissions"] == {"contents": "read"}
    assert any(one.startswith("tutela check .") for one in steps)
    assert "tutela tce prove ." in steps
    assert any("tutela[check,prove]==" in one for one in steps), "the proof needs its solver"
    assert {one.owner for one in made.values()} == {Owner.SHARED}


def test_gitlab_does_the_same() -> None:
    made = {one.path: one for one in ci.files(typed())}
    job = yaml.safe_load(made[".gitlab-ci.yml"].content)["check"]
    assert job["script"][-1] == "tutela tce prove ."
    assert job["script"][-2].startswith("tutela check .")
    assert "tutela[check,prove]==" in job["script"][0]


def test_administrators_are_asked_to_review() -> None:
    (owners,) = [one for one in ci.files(typed()) if one.path == "CODEOWNERS"]
    assert owners.content.endswith(b"\n* @tce-admins\n")
