"""What is known of every source, whatever lies on disk."""

from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.evidence.known import Known, known_evidence
from governance.evidence.reading import ENTRY
from governance.evidence.schema import CLAIMS, NOTES, READING, Problem
from governance.snapshot.reader import latest
from governance.workspace.workspace import Workspace
from tests.governance.evidence.readings import NOW, add_source
from tests.governance.workspace.snapshots import add_snapshot
from tests.prove import share

CONFIG = """
evidence:
  mlflow: [{uri: https://mlflow.example.org, name: prod}]
  jobs: [{file: jobs.json, name: slurm, reach: ["s3://alpha/", "s3://beta/"]}]
"""


def sources(workspace: Workspace) -> dict[str, Known]:
    found = known_evidence(workspace, latest(workspace), NOW)
    return {f"{one.reading.kind}/{one.reading.name}": one for one in found}


def targets(known: Known) -> list[str]:
    assert known.claims is not None
    return list(pq.read_table(known.claims)["target"].to_pylist())


def problems(known: Known) -> list[str]:
    return [problem.words for problem in known.reading.problems]


def test_a_source_that_was_never_read_says_so(tmp_path: Path) -> None:
    known = sources(Workspace.create(tmp_path, CONFIG))
    assert list(known) == ["mlflow/prod", "jobs/slurm", "links/workspace"]
    prod, slurm = known["mlflow/prod"], known["jobs/slurm"]
    assert (prod.reading.as_of, prod.reading.complete, prod.claims) == (None, False, None)
    assert problems(prod) == ["not read yet: tutela evidence read"]
    assert prod.registered
    # Where it fails, only what it can be about is kept for its sake.
    assert [one.within for one in slurm.reading.problems] == ["s3://alpha/", "s3://beta/"]
    assert slurm.reach == ("s3://alpha/", "s3://beta/")


def test_the_newest_reading_counts(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    add_source(workspace, at=NOW - timedelta(days=1), targets=["s3://alpha/old"])
    add_source(workspace, at=NOW, targets=["s3://alpha/new", "s3://alpha/more"])
    slurm = sources(workspace)["jobs/slurm"]
    assert targets(slurm) == ["s3://alpha/new", "s3://alpha/more"]
    assert (slurm.reading.as_of, slurm.reading.complete, slurm.reading.claims) == (NOW, True, 2)


def test_a_clock_that_was_wrong_once_does_not_hide_what_was_read_later(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    add_source(workspace, at=NOW + timedelta(days=900), targets=["s3://alpha/future"])
    add_source(workspace, at=NOW, targets=["s3://alpha/now"])
    assert targets(sources(workspace)["jobs/slurm"]) == ["s3://alpha/now"]


def test_a_failed_reading_keeps_the_older_claims_with_their_date(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    then = NOW - timedelta(days=3)
    add_source(workspace, at=then, targets=["s3://alpha/old"])
    add_source(workspace, at=NOW, failed=True)
    add_source(workspace, at=NOW, failed=True)
    slurm = sources(workspace)["jobs/slurm"]
    assert targets(slurm) == ["s3://alpha/old"]
    assert slurm.notes is not None
    assert (slurm.reading.as_of, slurm.reading.complete) == (then, False)
    assert (slurm.reading.asked, slurm.reading.claims) == (NOW, 1)
    assert set(problems(slurm)) == {"it is down"}


def test_a_whole_reading_without_claims_drops_the_older_ones(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    add_source(workspace, at=NOW - timedelta(days=3), targets=["s3://alpha/old"])
    add_source(workspace, at=NOW, targets=[])
    slurm = sources(workspace)["jobs/slurm"]
    assert (targets(slurm), slurm.reading.complete) == ([], True)


def test_a_source_taken_out_of_the_configuration_still_counts(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, "")
    add_source(workspace, "mlflow", "old")
    known = sources(workspace)["mlflow/old"]
    assert not known.registered
    assert targets(known) == ["s3://alpha/a"]


def test_another_registration_than_was_read_is_not_complete(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "a", CONFIG)
    add_source(workspace)
    moved = CONFIG.replace("jobs.json", "other.json")
    (workspace.folder / "tutela.yaml").write_text(moved)
    slurm = sources(Workspace.find(tmp_path / "a", tmp_path))["jobs/slurm"]
    assert not slurm.reading.complete
    assert problems(slurm)[0].startswith("tutela.yaml was changed since it was read")
    assert targets(slurm) == ["s3://alpha/a"]
    # What it can be about is asked of the configuration of today, and changes no reading.
    wider = CONFIG.replace('"s3://alpha/", ', "")
    (workspace.folder / "tutela.yaml").write_text(wider)
    assert sources(Workspace.find(tmp_path / "a", tmp_path))["jobs/slurm"].reading.complete


@pytest.mark.parametrize("file", [READING, CLAIMS, NOTES, ENTRY])
@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"PAR1", None])
def test_a_damaged_file_of_the_newest_reading_leaves_the_older_one(
    tmp_path: Path, file: str, content: bytes | None
) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    add_source(workspace, at=NOW - timedelta(days=1), targets=["s3://alpha/old"])
    newest = add_source(workspace, at=NOW, targets=["s3://alpha/new"])
    if content is None:
        (newest / file).unlink()
    else:
        (newest / file).write_bytes(content)
    slurm = sources(workspace)["jobs/slurm"]
    assert not slurm.reading.complete
    assert problems(slurm)
    assert targets(slurm) == ["s3://alpha/old" if file in (READING, CLAIMS) else "s3://alpha/new"]


def test_a_reading_of_a_newer_version_is_told_and_not_used(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    folder = add_source(workspace)
    text = (folder / READING).read_text().replace("tutela/evidence/v1", "tutela/evidence/v2")
    (folder / READING).write_text(text)
    slurm = sources(workspace)["jobs/slurm"]
    assert (slurm.claims, slurm.reading.as_of) == (None, None)
    assert "pip install --upgrade tutela" in problems(slurm)[0]


def test_claims_with_other_columns_are_not_used(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    folder = add_source(workspace)
    (folder / CLAIMS).write_bytes((folder / NOTES).read_bytes())
    text = (folder / READING).read_text()
    (folder / READING).write_text(text[: text.index('"files"')] + '"files": {}}')
    slurm = sources(workspace)["jobs/slurm"]
    assert slurm.claims is None
    assert "does not have the columns" in problems(slurm)[0]


def test_each_snapshot_has_what_its_scan_read(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, "")
    new = add_snapshot(workspace, "alpha", NOW)
    old = add_snapshot(workspace, "beta", NOW, evidence=False)
    known = sources(workspace)
    assert known[f"store/{new.id}"].reading.complete
    missing = known[f"store/{old.id}"]
    assert (missing.reading.as_of, missing.reading.complete) == (None, False)
    assert problems(missing) == [
        "this snapshot was taken by an older version: tutela catalog scan s3://beta"
    ]
    assert missing.registered


def test_what_a_store_says_is_never_trusted(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, "")
    manifest = add_snapshot(workspace, "alpha", NOW)
    file = workspace.snapshots_dir / manifest.id / "evidence" / READING
    file.write_text(file.read_text().replace('"trusted": false', '"trusted": true'))
    assert not sources(workspace)[f"store/{manifest.id}"].reading.trusted


def test_one_damaged_source_hides_no_other(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    (add_source(workspace, "mlflow", "prod") / READING).write_bytes(b"\xff\x00")
    add_source(workspace)
    known = sources(workspace)
    assert known["jobs/slurm"].reading.complete
    assert not known["mlflow/prod"].reading.complete


@given(
    file=st.sampled_from([READING, CLAIMS, NOTES, ENTRY]),
    content=st.binary(max_size=300),
    cut=st.none() | st.integers(0, 3_000),
    recorded=st.booleans(),
)
@settings(
    max_examples=share(3000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nothing_that_lies_there_raises_or_loses_the_older_claims(
    tmp_path_factory: pytest.TempPathFactory,
    file: str,
    content: bytes,
    cut: int | None,
    recorded: bool,
) -> None:
    workspace = Workspace.create(tmp_path_factory.mktemp("known"), CONFIG)
    add_source(workspace, at=NOW - timedelta(days=1), targets=["s3://alpha/a"])
    newest = add_source(workspace, at=NOW, targets=["s3://alpha/a"])
    if not recorded:
        text = (newest / READING).read_text()
        (newest / READING).write_text(text[: text.index('"files"')] + '"files": {}}')
    whole = (newest / file).read_bytes()
    (newest / file).write_bytes(content if cut is None else whole[:cut] + content)
    slurm = sources(workspace)["jobs/slurm"]
    assert targets(slurm) == ["s3://alpha/a"]
    assert slurm.reading.complete == (not slurm.reading.problems)
    if recorded and (newest / file).read_bytes() != whole and file != READING:
        assert not slurm.reading.complete


def test_a_problem_about_one_place_stays_there(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    add_source(workspace, problems=[Problem(words="bad run", within="s3://alpha/run/")])
    slurm = sources(workspace)["jobs/slurm"]
    assert [one.within for one in slurm.reading.problems] == ["s3://alpha/run/"]
    assert not slurm.reading.complete
