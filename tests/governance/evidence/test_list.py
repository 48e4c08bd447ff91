"""tutela evidence list: what every source said last, as a tired person reads it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from blueprints.display import WIDTH, width
from governance.evidence.list import list_evidence
from governance.evidence.schema import Problem
from governance.workspace.workspace import Workspace
from tests.golden import Golden
from tests.governance.evidence.readings import NOW, add_source
from tests.governance.workspace.snapshots import add_snapshot

CONFIG = """
evidence:
  mlflow: [{uri: https://mlflow.example.org, name: prod}]
  dvc: [{repo: /srv/git/data.git, name: data, reach: ["s3://alpha/dvc"]}]
  jobs: [{file: /srv/jobs.json, name: slurm}]
"""


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    update = bool(request.config.getoption("--update-golden"))
    return Golden(Path(request.path).parent / "golden", update)


def place(tmp_path: Path) -> Workspace:
    workspace = Workspace.create(tmp_path, CONFIG)
    add_source(
        workspace,
        "mlflow",
        "prod",
        at=NOW - timedelta(hours=3),
        place="https://mlflow.example.org",
        writers="whoever may write to the MLflow server at mlflow.example.org",
        targets=["s3://alpha/a", "s3://alpha/b"],
    )
    add_source(
        workspace,
        "dvc",
        "data",
        at=NOW - timedelta(days=2),
        place="/srv/git/data.git",
        writers="whoever may push to /srv/git/data.git",
        problems=[
            Problem(words=f"commit {number:02d}\x1b[31m is damaged", within="s3://alpha/dvc/")
            for number in range(12)
        ],
        remarks=("3 pointers name data that is not there",),
    )
    add_source(workspace, "mlflow", "old", at=NOW - timedelta(days=40), place="https://old.org")
    add_snapshot(workspace, "alpha", NOW - timedelta(hours=1))
    return workspace


def test_the_list_reads_as_it_should(tmp_path: Path, golden: Golden) -> None:
    said = str(list_evidence(place(tmp_path), NOW)).replace(str(tmp_path), "@@DIR@@")
    golden.check("list.txt", said + "\n")


def test_no_line_is_wider_than_a_terminal_and_nothing_in_it_acts(tmp_path: Path) -> None:
    workspace = place(tmp_path)
    add_source(
        workspace,
        "jobs",
        "slurm",
        place="x" * 500,
        writers="\u202e" * 50 + "y" * 300,
        problems=[Problem(words="z" * 700, within="s3://" + "w" * 400)],
        remarks=("\x00" * 300,),
    )
    lines = str(list_evidence(workspace, NOW)).split("\n")
    assert [line for line in lines if width(line) > WIDTH] == []
    assert all(line.isprintable() for line in lines)


def test_the_list_as_data(tmp_path: Path) -> None:
    data = json.loads(json.dumps(list_evidence(place(tmp_path), NOW).as_json()))
    assert data["schema"] == "tutela/evidence-list/v1"
    found = {f"{one['kind']}/{one['name']}": one for one in data["sources"]}
    assert found["mlflow/prod"]["age_seconds"] == 3 * 3600
    assert found["dvc/data"]["problem_count"] == 12
    assert found["dvc/data"]["problems"][0] == {
        "words": "commit 00\x1b[31m is damaged",
        "within": "s3://alpha/dvc/",
    }
    assert found["jobs/slurm"]["as_of"] is None
    assert found["mlflow/old"]["registered"] is False
