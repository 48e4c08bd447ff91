"""A scan reads what the bucket says of itself, keeps it in the snapshot, and only ever adds."""

import json
from pathlib import Path

import pytest

from governance.catalog.verify import verify
from governance.evidence.reading import read_reading, rows_of
from governance.evidence.schema import CLAIMS, NOTES
from governance.snapshot.manifest import EVIDENCE_FILES
from governance.snapshot.reader import snapshots
from governance.workspace.workspace import Workspace
from tests.governance.catalog.places import NOON, quiet, scanned
from tests.labs.seaweed import LIST_ALL, Lab


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path)


@pytest.fixture
def login(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> Lab:
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)
    return s3


RUN = {
    "runs/a/latest": b"global_step10",
    "runs/a/global_step10/mp_rank_00_model_states.pt": b"x",
}


def test_a_scan_of_a_real_store_reads_its_pointers(login: Lab, workspace: Workspace) -> None:
    bucket = login.bucket(versioned=True)
    for key, body in RUN.items():
        login.client.put_object(Bucket=bucket, Key=key, Body=body)
    [taken] = scanned(workspace, f"s3://{bucket}", endpoint=login.endpoint).taken
    out = taken.snapshot.folder / "evidence"
    reading = read_reading(out)
    assert (reading.kind, reading.place, reading.trusted) == ("store", f"s3://{bucket}/", False)
    assert reading.writers == f"whoever may write to s3://{bucket}/"
    assert (reading.asked, reading.as_of) == (NOON, NOON)
    assert reading.complete
    assert reading.requests == 1
    rows = rows_of(out, CLAIMS, reading)
    assert rows is not None
    assert rows.count == reading.claims > 0
    assert rows_of(out, NOTES, reading) is not None
    assert set(EVIDENCE_FILES) <= set(taken.snapshot.manifest.files)
    assert verify(workspace, live=False, progress=quiet).exit_code == 0


@pytest.mark.parametrize("name", EVIDENCE_FILES)
def test_damage_to_what_was_read_is_found(name: str, workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    [taken] = scanned(workspace, f"file://{tmp_path}/tree").taken
    file = taken.snapshot.folder / name
    text = bytearray(file.read_bytes())
    text[len(text) // 2] ^= 1
    file.write_bytes(text)
    [checked] = verify(workspace, live=False, progress=quiet).checked
    assert checked.problem == f"{name} is not as it was written"
    file.unlink()
    [checked] = verify(workspace, live=False, progress=quiet).checked
    assert checked.problem is not None


def test_a_snapshot_of_before_is_read_as_ever(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    [taken] = scanned(workspace, f"file://{tmp_path}/tree").taken
    manifest = taken.snapshot.manifest
    for name in EVIDENCE_FILES:
        (taken.snapshot.folder / name).unlink()
    files = {name: one for name, one in manifest.files.items() if name not in EVIDENCE_FILES}
    old = manifest.model_copy(update={"files": files}).sealed()
    (taken.snapshot.folder / "manifest.json").write_text(old.to_text())
    assert [one.manifest.id for one in snapshots(workspace)] == [manifest.id]
    assert verify(workspace, live=False, progress=quiet).exit_code == 0


def test_who_may_list_but_not_read_gets_problems_and_a_snapshot(
    s3: Lab, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = s3.bucket(versioned=True)
    for key, body in RUN.items():
        s3.client.put_object(Bucket=bucket, Key=key, Body=body)
    s3.allow(bucket, LIST_ALL)
    for name, value in s3.environ(s3.guest).items():
        monkeypatch.setenv(name, value)
    [taken] = scanned(workspace, f"s3://{bucket}", endpoint=s3.endpoint).taken
    reading = read_reading(taken.snapshot.folder / "evidence")
    assert not reading.complete
    [problem] = reading.problems
    assert problem.within == f"s3://{bucket}/runs/a/"
    assert "the right s3:GetObject is missing" in problem.words


def test_a_listing_file_gives_claims_by_name_and_problems(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "l.csv").write_text("Bucket,Key,Size\nb,runs/a/latest,4\nb,runs/a/last.ckpt,5\n")
    [taken] = scanned(workspace, str(tmp_path / "l.csv")).taken
    said = json.loads((taken.snapshot.folder / "evidence" / "reading.json").read_text())
    assert [one["within"] for one in said["problems"]] == ["s3://b/runs/a/"]
    assert said["claims"] > 0


def test_nothing_else_is_left_in_the_snapshot(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    [taken] = scanned(workspace, f"file://{tmp_path}/tree").taken
    names = {
        path.relative_to(taken.snapshot.folder).as_posix()
        for path in taken.snapshot.folder.rglob("*")
    }
    assert names == {
        *("manifest.json", "objects.parquet", "artifacts.parquet"),
        *("evidence", *EVIDENCE_FILES),
    }
