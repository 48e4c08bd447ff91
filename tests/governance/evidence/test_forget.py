"""tutela evidence forget: signed, moved aside, nothing deleted."""

import json
from pathlib import Path

import pytest

from governance.errors import GovernanceError
from governance.evidence.folders import evidence_dir
from governance.evidence.forget import Forgotten, UsageError, forget
from governance.evidence.known import known_evidence
from governance.workspace.workspace import Workspace
from tests.governance.evidence.readings import NOW, add_source

CONFIG = "evidence: {jobs: [{file: jobs.json, name: slurm}]}\n"


def sign(workspace: Workspace, source: str = "mlflow/old", **more: str | None) -> Forgotten:
    said: dict[str, str | None] = {"by": "ada", "reason": "moved to mlflow/prod", **more}
    return forget(workspace, source, by=said["by"], reason=said["reason"] or "", now=NOW)


def names(workspace: Workspace) -> list[str]:
    known = known_evidence(workspace, (), NOW)
    return [f"{one.reading.kind}/{one.reading.name}" for one in known]


def test_a_source_that_is_gone_counts_until_somebody_signs(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    reading = add_source(workspace, "mlflow", "old", targets=["s3://a/x", "s3://a/y"])
    assert "mlflow/old" in names(workspace)
    done = sign(workspace)
    assert names(workspace) == ["jobs/slurm", "links/workspace"]
    assert (done.claims, done.where.name) == (2, "old-20261122T012000Z")
    assert (done.where / reading.name / "claims.parquet").is_file()
    record = json.loads((done.where / "forgotten.json").read_text())
    assert (record["by"], record["reason"], record["at"]) == (
        "ada",
        "moved to mlflow/prod",
        "2026-11-22T01:20:00+00:00",
    )
    assert str(done).startswith("mlflow/old no longer counts; it made 2 claims\n")
    assert done.as_json()["schema"] == "tutela/evidence-forget/v1"


def test_the_same_name_can_be_forgotten_twice(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    for expected in ("old-20261122T012000Z", "old-20261122T012000Z-2"):
        add_source(workspace, "mlflow", "old")
        assert sign(workspace).where.name == expected


def test_a_registered_source_is_not_forgotten(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    add_source(workspace)
    with pytest.raises(UsageError, match=r"is in tutela\.yaml"):
        sign(workspace, "jobs/slurm")
    assert "jobs/slurm" in names(workspace)


@pytest.mark.parametrize(("by", "reason"), [(None, "x"), (" ", "x"), ("ada", "\n")])
def test_somebody_signs_with_a_reason(tmp_path: Path, by: str | None, reason: str) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    add_source(workspace, "mlflow", "old")
    with pytest.raises(UsageError):
        sign(workspace, by=by, reason=reason)
    assert "mlflow/old" in names(workspace)


@pytest.mark.parametrize("source", ["mlflow/none", "mlflow", "../../x", "/etc", "mlflow/..", ""])
def test_what_was_never_read_is_an_error_and_no_path(tmp_path: Path, source: str) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    add_source(workspace, "mlflow", "old")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(GovernanceError, match="no source"):
        sign(workspace, source)
    assert sorted(tmp_path.rglob("*")) == before
    assert not (evidence_dir(workspace) / ".forgotten").exists()
