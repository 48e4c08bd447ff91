"""What a report certifies of each source, and what it says may not go for its sake."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from governance.evidence.known import Known, known_evidence
from governance.evidence.schema import Problem
from governance.policy.parse import Source, parse
from governance.retention.certificate import (
    HERE,
    Certificate,
    cautions,
    certificates,
    hushed,
    is_about,
    narrowed,
    of_project,
)
from governance.workspace.config import ProjectConfig
from governance.workspace.workspace import Workspace
from tests.governance.evidence.readings import NOW, add_source

RULES = "rules: [{id: old, match: {kind: checkpoint}, else: {after: 60d, action: delete}}]\n"
CONFIG = """
evidence:
  mlflow: [{uri: https://mlflow.example.org, name: prod}]
  jobs: [{file: jobs.json, name: slurm, reach: ["s3://alpha/"]}]
  reads: [{file: audit.json, format: vast-audit, name: audit}]
"""


def policy(text: str = "", name: str = "policy.yaml") -> Source:
    return parse(f"version: 1\n{text}\n{RULES}", name)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    workspace = Workspace.create(tmp_path, CONFIG)
    add_source(workspace, "mlflow", "prod", targets=["s3://alpha/a", "s3://alpha/b"])
    add_source(workspace, "jobs", "slurm")
    add_source(workspace, "reads", "audit")
    return workspace


def certified(
    workspace: Workspace, policies: Sequence[Source] | None = None
) -> dict[str, Certificate]:
    known = known_evidence(workspace, (), NOW)
    found = certificates(known, [policy()] if policies is None else policies, NOW)
    return {one.title: one for one in found}


def test_a_source_that_answered_stands_in_no_way(place: Workspace) -> None:
    found = certified(place)
    assert list(found) == ["mlflow prod", "jobs slurm", "reads audit", "links workspace"]
    prod = found["mlflow prod"]
    assert (prod.answered, prod.age, prod.blocks, prod.remedy) == (
        "completely",
        "0 seconds",
        None,
        None,
    )
    assert prod.as_json()["claims"] == 2
    assert cautions(tuple(found.values())) == ()


def test_one_that_failed_blocks_what_it_can_be_about(place: Workspace) -> None:
    add_source(place, "mlflow", "prod", failed=True)
    add_source(place, "jobs", "slurm", failed=True)
    found = certified(place)
    prod, slurm = found["mlflow prod"], found["jobs slurm"]
    assert (prod.blocks, prod.places) == ("did not answer completely", ())
    assert slurm.places == ("s3://alpha/",)
    assert cautions([prod, slurm]) == (
        "mlflow prod did not answer completely, so everything is kept (see Evidence)",
        "jobs slurm did not answer completely, so s3://alpha/ is kept (see Evidence)",
    )
    assert prod.remedy == "tutela evidence read prod"


def test_a_problem_about_one_place_blocks_only_that(place: Workspace) -> None:
    bad = Problem(words="bad run", within="s3://beta/run/")
    add_source(place, "mlflow", "prod", problems=[bad])
    assert certified(place)["mlflow prod"].places == ("s3://beta/run/",)


def test_places_within_others_are_not_named_twice(place: Workspace) -> None:
    places = ("s3://beta/run/x/", "s3://beta/run", "s3://beta/run-2/", "s3://beta/run/")
    add_source(place, "mlflow", "prod", problems=[Problem(words="w", within=uri) for uri in places])
    assert len(certified(place)["mlflow prod"].places) == 2


def test_one_that_is_too_old_for_a_policy_blocks(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    add_source(workspace, "mlflow", "prod", at=NOW - timedelta(days=3))
    prod = certified(workspace)["mlflow prod"]
    assert prod.blocks == "is 3 days old, and the policy relies on 24 hours at most"
    assert prod.remedy == "tutela evidence read prod"
    week = [policy("evidence: {max_age: 7d}")]
    assert certified(workspace, week)["mlflow prod"].blocks is None
    add_source(workspace, "mlflow", "prod", at=NOW + timedelta(days=3))
    assert certified(workspace)["mlflow prod"].blocks == "is dated in the future"


def test_an_optional_kind_blocks_only_where_a_policy_names_it(place: Workspace) -> None:
    add_source(place, "reads", "audit", failed=True)
    assert certified(place)["reads audit"].blocks is None
    named = certified(place, [policy('evidence: {require: ["vast:audit"]}')])
    # `vast:audit` is another name of the kind.
    assert named["reads audit"].required == ("policy.yaml",)
    assert named["reads audit"].blocks == "did not answer completely"
    rooted = [policy("protect: [{id: used, roots: [read.within(90d)]}]", "b.yaml"), policy()]
    assert certified(place, rooted)["reads audit"].required == ("b.yaml",)


def test_what_a_policy_requires_and_nobody_registered_is_told(place: Workspace) -> None:
    found = certified(place, [policy("evidence: {require: [dvc]}")])
    assert found["dvc"].blocks == "is not registered in tutela.yaml"
    assert found["dvc"].remedy == "register it in tutela.yaml: evidence: {dvc: [..]}"
    assert found["dvc"].required == ("policy.yaml",)
    assert found["dvc"].as_json()["registered"] is False


def test_without_a_policy_nothing_is_blocked(place: Workspace) -> None:
    add_source(place, "mlflow", "prod", failed=True)
    assert certified(place, [])["mlflow prod"].blocks is None


def test_one_that_was_taken_out_tells_how_to_forget_it(place: Workspace) -> None:
    add_source(place, "mlflow", "old", at=NOW - timedelta(days=90))
    old = certified(place)["mlflow old"]
    assert old.blocks is not None
    assert old.remedy == 'tutela evidence forget mlflow/old --reason "WHY"'


def test_a_source_is_about_what_it_can_reach(place: Workspace) -> None:
    known = {one.reading.kind: one for one in known_evidence(place, (), NOW)}
    assert is_about(known["mlflow"], "s3://beta/x/", "any")
    assert is_about(known["jobs"], "s3://alpha/x/", "any")
    assert not is_about(known["jobs"], "s3://beta/x/", "any")
    assert not is_about(known["jobs"], "s3://alpha-2/x/", "any")


ALPHA = ProjectConfig(prefixes=["s3://lab/alpha/"])


def shown(workspace: Workspace) -> dict[str, Known]:
    known = known_evidence(workspace, (), NOW)
    ours = [of_project(one, ALPHA) for one in known]
    return {one.reading.kind: one for one in ours if one is not None}


def test_a_project_sees_no_place_of_another(tmp_path: Path) -> None:
    workspace = Workspace.create(
        tmp_path,
        'evidence: {mlflow: [{uri: "https://x.org", name: a}],'
        ' jobs: [{file: j, name: b, reach: ["s3://lab/alpha-2/"]}]}',
    )
    add_source(
        workspace,
        "mlflow",
        "a",
        problems=[
            Problem(words="run 7 saves in s3://lab/alpha-2/x and s3://lab/alpha/y"),
            Problem(words="secret", within="s3://lab/alpha-2/secret/"),
            Problem(words="bad run", within="s3://lab/alpha/run/"),
        ],
        remarks=("s3://lab/alpha-2/ is odd",),
    )
    add_source(workspace, "jobs", "b")
    found = shown(workspace)
    assert "jobs" not in found
    reading = found["mlflow"].reading
    assert [problem.words for problem in reading.problems] == [
        f"run 7 saves in {HERE} and s3://lab/alpha/y",
        "something outside this project could not be read",
        "bad run",
    ]
    assert "alpha-2" not in str(reading)
    assert (reading.complete, reading.problem_count) == (False, 3)


def test_what_blocks_another_project_does_not_block_this_one(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    bad = Problem(words="bad run", within="s3://lab/alpha-2/run/")
    add_source(workspace, "mlflow", "prod", problems=[bad])
    one = certified(workspace)["mlflow prod"]
    assert one.blocks is not None
    own = narrowed(one, ALPHA)
    assert own is not None
    assert (own.blocks, own.places) == (None, ())
    assert "alpha-2" not in str(own.as_json())
    failed = certified(workspace)["reads audit"]
    assert narrowed(failed, ALPHA) is not None


def test_reasons_of_a_project_name_no_other_place_and_decide_the_same(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    bad = Problem(words="s3://lab/alpha-2/run is cut", within="s3://lab/alpha-2/run/")
    add_source(workspace, "mlflow", "prod", problems=[bad])
    one = certified(workspace)["mlflow prod"].known
    own = hushed(one, ALPHA)
    assert [problem.within for problem in own.reading.problems] == ["s3://lab/alpha-2/run/"]
    assert "alpha-2" not in own.reading.problems[0].words


def test_keys_that_a_scan_could_not_read_are_named_to_their_project_only(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path)
    add_source(
        workspace,
        "store",
        "x",
        problems=[
            Problem(words="alpha-2/secret was not listed", within="s3://lab/"),
            Problem(words="alpha/latest is no text", within="s3://lab/alpha/"),
        ],
    )
    assert [problem.words for problem in shown(workspace)["store"].reading.problems] == [
        "something in this store could not be read",
        "alpha/latest is no text",
    ]
