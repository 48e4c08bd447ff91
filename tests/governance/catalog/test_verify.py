import os
from pathlib import Path

import pytest

from governance.catalog.verify import verify
from governance.snapshot.reader import folders
from governance.workspace.workspace import Workspace
from tests.governance.catalog.places import quiet, result, scanned
from tests.governance.catalog.trees import project
from tests.labs.seaweed import Lab
from tests.program import run


def test_snapshots_as_they_were_written_are_fine(workspace: Workspace) -> None:
    project(workspace)
    done = verify(workspace, live=False, progress=quiet)
    assert done.exit_code == 0
    assert "as it was written" in str(done)


def test_no_snapshots_are_no_fault(workspace: Workspace) -> None:
    assert verify(workspace, live=False, progress=quiet).exit_code == 0


def test_one_changed_byte_is_found(workspace: Workspace) -> None:
    project(workspace)
    [folder] = folders(workspace)
    file = folder / "objects.parquet"
    text = bytearray(file.read_bytes())
    text[len(text) // 2] ^= 1
    file.write_bytes(text)
    done = run("catalog", "verify", "-w", str(workspace.folder))
    assert done.code == 3
    assert "objects.parquet is not as it was written" in done.out


def test_a_damaged_snapshot_hides_no_other_and_stops_no_check(workspace: Workspace) -> None:
    tree = project(workspace)
    scanned(workspace, f"file://{tree}", hours=1)
    (folders(workspace)[0] / "manifest.json").write_text("{")
    done = verify(workspace, live=True, progress=quiet)
    assert [one.problem is None for one in done.checked] == [False, True]
    assert done.compared == ()
    assert done.exit_code == 3


def test_a_tree_that_changed_is_told_apart_from_one_that_did_not(workspace: Workspace) -> None:
    tree = project(workspace)
    [same] = verify(workspace, live=True, progress=quiet).compared or ()
    assert same.same
    save = tree / "runs" / "a" / "checkpoint-10"
    (save / "optimizer.pt").unlink()
    (save / "new").write_text("x")
    os.utime(save / "config.json", (1, 1))
    done = verify(workspace, live=True, progress=quiet)
    [one] = done.compared or ()
    assert (one.added, one.removed, one.changed) == (1, 1, 1)
    assert done.exit_code == 3
    text = str(done)
    assert "1 added, 1 removed, 1 changed" in text
    assert "removed runs/a/checkpoint-10/optimizer.pt" in text


def test_a_bucket_is_held_against_its_snapshot(login: Lab, workspace: Workspace) -> None:
    bucket = login.bucket(versioned=True)
    login.client.put_object(Bucket=bucket, Key="a", Body=b"x")
    scanned(workspace, f"s3://{bucket}", endpoint=login.endpoint)
    where = ("catalog", "verify", "--live", "-w", str(workspace.folder))
    assert "nothing has changed" in run(*where).out
    login.client.delete_object(Bucket=bucket, Key="a")
    found = result(run("--json", *where))
    assert found["schema"] == "tutela/catalog-verify/v1"
    live = found["live"]
    assert isinstance(live, list)
    # A new marker, and the version is no longer the latest.
    assert (live[0]["added"], live[0]["removed"], live[0]["changed"]) == (1, 0, 1)


def test_a_store_that_cannot_be_asked_is_not_called_unchanged(
    login: Lab, workspace: Workspace
) -> None:
    bucket = login.bucket()
    scanned(workspace, f"s3://{bucket}", endpoint=login.endpoint)
    login.client.delete_bucket(Bucket=bucket)
    done = verify(workspace, live=True, progress=quiet)
    [one] = done.compared or ()
    assert one.problem is not None
    assert "no bucket" in one.problem
    assert done.exit_code == 3


def test_a_listing_file_cannot_be_asked_again(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("Bucket,Key,Size\nb,k,1\n")
    scanned(workspace, str(tmp_path / "l.csv"))
    [one] = verify(workspace, live=True, progress=quiet).compared or ()
    assert one.problem == "it came from a listing file, not from a store"


def test_nothing_is_left_in_the_cache(workspace: Workspace) -> None:
    project(workspace)
    verify(workspace, live=True, progress=quiet)
    assert list(workspace.cache_dir.iterdir()) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "x/y"])
def test_a_manifest_that_names_files_elsewhere_is_not_followed(
    workspace: Workspace, name: str
) -> None:
    project(workspace)
    [folder] = folders(workspace)
    from governance.snapshot.manifest import FileRecord
    from governance.snapshot.reader import read_snapshot

    manifest = read_snapshot(folder).manifest
    more = {**manifest.files, name: FileRecord(sha256="0", bytes=1)}
    changed = manifest.model_copy(update={"files": more}).sealed()
    (folder / "manifest.json").write_text(changed.to_text())
    [one] = verify(workspace, live=False, progress=quiet).checked
    assert one.problem == f"{name} is not as it was written"
