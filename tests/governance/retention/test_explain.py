from pathlib import Path

from governance.retention.explain import Explanation, explain
from governance.workspace.workspace import Workspace
from tests.governance.retention.places import NOW, File, Thing, add_snapshot, save, workspace

POLICY = """version: 1
grace: {min_age: 14d}
rules:
  - id: thin
    match: {kind: checkpoint}
    keep: {last_verified: 2, every_steps: 500}
    else: {after: 60d, action: delete}
  - id: young
    match: {kind: checkpoint, prefix: "b/"}
    else: {after: 1y, action: delete}
"""


def _explained(tmp_path: Path, name: str, policy: str | None = POLICY) -> Explanation:
    place = workspace(tmp_path, policy=policy)
    things = [
        *(save("a/", step, 1000, age=100) for step in (100, 200, 300, 500, 600)),
        save("a/", 50, 1000, age=30),
        save("b/", 100),
        Thing("x/", [File("x/y", 1)], kind="unknown", layout="unknown"),
        Thing("d/", [File("d/y", 1)], kind="dataset", layout="files"),
    ]
    add_snapshot(place, things)
    return explain(place, f"s3://lab/{name}", now=NOW)


def test_what_may_go_says_which_line_and_what_was_checked(tmp_path: Path) -> None:
    found = _explained(tmp_path, "a/checkpoint-200/")
    assert found.artifact["verdict"] == "expire"
    assert [(rule.id, rule.at, rule.lets_go) for rule in found.rules] == [
        ("thin", ".tutela/policy.yaml:4", True)
    ]
    assert len(found.checked) == 8
    said = "\n".join(found.changes)
    assert f"tutela pin add {found.artifact['id']}" in said
    assert "last_verified: 4 or more in rule thin" in said
    assert "every_steps: 200" in said
    assert "age of 100 days" in said


def test_what_is_kept_says_until_when(tmp_path: Path) -> None:
    found = _explained(tmp_path, "a/checkpoint-50/")
    assert (found.artifact["verdict"], found.checked) == ("keep", ())
    assert found.changes == ("time alone: from 2026-12-22 it may go, if nothing else changes",)


def test_the_newest_say_how_many_newer_ones_it_takes(tmp_path: Path) -> None:
    assert "2 newer complete saves of its series" in str(_explained(tmp_path, "a/checkpoint-600/"))


def test_one_rule_that_keeps_is_named_among_those_that_match(tmp_path: Path) -> None:
    found = _explained(tmp_path, "b/checkpoint-100/")
    assert {rule.id for rule in found.rules} == {"thin", "young"}
    assert "time alone changes nothing" in found.changes


def test_what_nobody_knows_and_what_no_rule_is_about_stays(tmp_path: Path) -> None:
    assert "does not recognise" in found if (found := str(_explained(tmp_path, "x/"))) else False
    dataset = explain(Workspace.find(tmp_path, tmp_path), "s3://lab/d/", now=NOW)
    assert dataset.changes[0] == "a rule about it; what no rule is about is kept"


def test_without_a_policy_a_policy_is_what_would_change_it(tmp_path: Path) -> None:
    found = _explained(tmp_path, "a/checkpoint-200/", policy=None)
    assert found.changes[0].startswith("a policy: name one in tutela.yaml")


def test_the_json_form_holds_facts_and_decision(tmp_path: Path) -> None:
    found = _explained(tmp_path, "a/checkpoint-200/").as_json()
    assert found["schema"] == "tutela/explanation/v1"
    artifact = found["artifact"]
    assert isinstance(artifact, dict)
    assert artifact["bytes"] == 4010
    assert artifact["policy_line"] == ".tutela/policy.yaml:4"
    assert "fact" not in artifact
