import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from governance.snapshot.errors import NewerSnapshotError, SnapshotError
from governance.snapshot.manifest import MANIFEST
from governance.snapshot.reader import folders, latest, read_snapshot, snapshots
from tests.governance.snapshot.snapshots import NOON, Home, manifest, write


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_workspace_without_snapshots_has_none(home: Home) -> None:
    assert snapshots(home) == []
    assert latest(home) == []


def test_snapshots_come_newest_first_and_nothing_else_does(home: Home) -> None:
    old = write(home, manifest(at=NOON))
    new = write(home, manifest(at=NOON + timedelta(hours=1)))
    (home.snapshots_dir / ".partial-20261122T120000Z-abcdef").mkdir()
    (home.snapshots_dir / f"{old.folder.name}.damaged").mkdir()
    (home.snapshots_dir / "notes.txt").write_text("mine")
    assert [one.manifest.id for one in snapshots(home)] == [new.manifest.id, old.manifest.id]
    assert folders(home) == [new.folder, old.folder]


def test_the_newest_of_each_source_counts(home: Home) -> None:
    write(home, manifest("s3://b/", NOON))
    new = write(home, manifest("s3://b/", NOON + timedelta(hours=1)))
    other = write(home, manifest("s3://c/", NOON))
    assert {one.manifest.id for one in latest(home)} == {new.manifest.id, other.manifest.id}


def test_the_same_bucket_name_in_another_store_is_another_source(home: Home) -> None:
    write(home, manifest("s3://b/", NOON))
    elsewhere = {"store": {"identity": "y:1"}, "id": "20261122T120000Z-ffffff"}
    write(home, manifest("s3://b/", NOON, **elsewhere))
    assert len(latest(home)) == 2


@pytest.mark.parametrize(
    ("wide", "narrow"), [("s3://b/", "s3://b/team/"), ("file:///a", "file:///a/b")]
)
def test_of_sources_that_overlap_the_widest_wins_whatever_its_age(
    home: Home, wide: str, narrow: str
) -> None:
    first = write(home, manifest(wide, NOON))
    write(home, manifest(narrow, NOON + timedelta(hours=1)))
    assert [one.manifest.source for one in latest(home)] == [first.manifest.source]


def test_a_folder_whose_name_only_begins_alike_does_not_overlap(home: Home) -> None:
    write(home, manifest("file:///a", NOON))
    write(home, manifest("file:///ab", NOON))
    assert len(latest(home)) == 2


def test_an_old_listing_file_that_was_scanned_today_is_still_old(home: Home) -> None:
    live = write(home, manifest("s3://b/", NOON))
    late = manifest("s3://b/", NOON + timedelta(hours=1)).id
    write(home, manifest("s3://b/", NOON - timedelta(days=30), id=late, listing="l.csv"))
    assert latest(home) == [live]


def test_a_snapshot_of_a_newer_schema_is_refused_with_what_to_install(home: Home) -> None:
    folder = write(home).folder
    _edit(folder, schema="tutela/snapshot/v2")
    with pytest.raises(NewerSnapshotError, match="tutela/snapshot/v2, newer than") as caught:
        snapshots(home)
    assert folder.name in str(caught.value)
    assert caught.value.__notes__ == ["pip install --upgrade tutela"]


@pytest.mark.parametrize("schema", [None, 7, "something/else", "tutela/snapshot/v0", ["x"]])
def test_a_schema_that_is_none_of_ours_is_damage(home: Home, schema: object) -> None:
    _edit(write(home).folder, schema=schema)
    with pytest.raises(SnapshotError, match="is damaged"):
        snapshots(home)


def test_a_manifest_that_was_changed_by_hand_does_not_match_its_digest(home: Home) -> None:
    _edit(write(home).folder, complete=False)
    with pytest.raises(SnapshotError, match="does not match its digest"):
        snapshots(home)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
def test_a_manifest_that_is_no_json_is_one_clear_error(home: Home, text: bytes) -> None:
    folder = write(home).folder
    (folder / MANIFEST).write_bytes(text)
    with pytest.raises(SnapshotError, match=f"snapshot {folder.name} is damaged") as caught:
        read_snapshot(folder)
    assert caught.value.__notes__[0].startswith("mv ")


def test_a_field_of_the_wrong_type_is_named(home: Home) -> None:
    folder = write(home).folder
    _edit(folder, bucket=7)
    with pytest.raises(SnapshotError, match="bucket"):
        read_snapshot(folder)


def test_a_file_that_is_missing_or_cut_short_is_named(home: Home) -> None:
    folder = write(home).folder
    os.truncate(folder / "objects.parquet", 10)
    with pytest.raises(SnapshotError, match=r"objects\.parquet has 10 bytes"):
        read_snapshot(folder)
    (folder / "artifacts.parquet").unlink()
    (folder / "objects.parquet").unlink()
    with pytest.raises(SnapshotError, match=r"objects\.parquet cannot be read"):
        read_snapshot(folder)


def test_a_manifest_in_another_snapshot_s_folder_is_refused(home: Home) -> None:
    folder = write(home).folder
    moved = folder.with_name("20200101T000000Z-000000")
    folder.rename(moved)
    with pytest.raises(SnapshotError, match="is the one of"):
        read_snapshot(moved)


def _edit(folder: Path, **changes: object) -> None:
    values = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**values, **changes}))
