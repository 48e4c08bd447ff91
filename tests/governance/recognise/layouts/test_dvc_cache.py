"""DVC caches: blobs one by one, lists of folders, what only looks alike."""

import json
from hashlib import md5
from pathlib import Path

import pytest

from tests.governance.recognise.trees import recognise_files, recognise_rows, row


def place(data: bytes, store: str, end: str = "") -> str:
    digest = md5(data).hexdigest()
    return f"{store}{digest[:2]}/{digest[2:]}{end}"


def listing(*files: bytes) -> bytes:
    rows = [{"md5": md5(data).hexdigest(), "relpath": f"{i}"} for i, data in enumerate(files)]
    return json.dumps(rows).encode()


@pytest.mark.parametrize("store", ["", "remote/files/md5/", "old/"])
def test_each_blob_and_each_list_is_an_artifact(tmp_path: Path, store: str) -> None:
    one, two, both = b"1", b"", listing(b"1", b"")
    files = {place(data, store): data for data in (one, two)} | {place(both, store, ".dir"): both}
    found = recognise_files(files, tmp_path)
    assert sorted(a["root"] for a in found.artifacts) == sorted(files)
    assert {(a["kind"], a["layout"], a["complete"]) for a in found.artifacts} == {
        ("blob", "dvc-cache", True)
    }


def test_a_list_names_the_blobs_that_are_gone(tmp_path: Path) -> None:
    both = listing(b"1", b"2")
    found = recognise_files({place(both, "r/", ".dir"): both, place(b"1", "r/"): b"1"}, tmp_path)
    one = found.at(place(both, "r/", ".dir"))
    assert (one["complete"], one["missing"]) == (False, [place(b"2", "r/")])


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'[{"md5": "../../x"}]', b"[" * 9999])
def test_a_list_that_is_none_makes_it_unknown(tmp_path: Path, data: bytes) -> None:
    key = place(b"x", "r/", ".dir")
    found = recognise_files({key: data}, tmp_path)
    assert found.at(key)["complete"] is None
    assert key in found.at(key)["why"]


def test_the_run_cache_is_blobs_too(tmp_path: Path) -> None:
    digest, other = "ab" * 32, "cd" * 32
    key = f"c/runs/ab/{digest}/{other}"
    assert recognise_files({key: b"x"}, tmp_path).at(key)["kind"] == "blob"


def test_git_objects_and_files_beside_blobs_are_unknown(tmp_path: Path) -> None:
    git, note = f"x/.git/objects/ab/{'c' * 38}", "r/c4/note.txt"
    found = recognise_files({git: b"g", place(b"1", "r/"): b"1", note: b"?"}, tmp_path)
    kinds = {one["root"]: one["kind"] for one in found.artifacts}
    assert kinds == {"r/c4/": "unknown", place(b"1", "r/"): "blob", "x/": "unknown"}


def test_an_unfinished_copy_among_blobs_is_debris(tmp_path: Path) -> None:
    key = place(b"1", "r/files/md5/")
    found = recognise_files({key: b"1", f"{key}.tmp": b""}, tmp_path)
    assert [(a["root"], a["kind"]) for a in found.artifacts] == [
        (key, "blob"),
        (f"{key}.tmp", "debris"),
    ]


def test_a_deleted_blob_beside_debris_is_still_a_blob(tmp_path: Path) -> None:
    gone, there = place(b"1", "r/"), place(b"1", "r/", ".tmp")
    rows = [row(there, 1), row(gone, 1, version_id="0", is_latest=False)]
    rows.append(row(gone, 0, version_id="1", entry="delete_marker"))
    found = recognise_rows(rows, tmp_path)
    assert {a["root"]: (a["kind"], a["live"]) for a in found.artifacts} == {
        gone: ("blob", False),
        there: ("debris", True),
    }
