"""Real trees on a real file system."""

import json
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from governance.catalog.sources.posix import NoFolderError, PosixReader, PosixTree
from governance.recognise.reading import Unreadable
from governance.snapshot.schema import LISTED
from tests.governance.recognise.trees import recognise_rows


def listed(tree: PosixTree) -> dict[str, dict[str, Any]]:
    table = pa.Table.from_batches(list(tree.rows()), LISTED)
    rows = {row["key"]: row for row in table.to_pylist()}
    assert len(rows) == table.num_rows, "a key twice"
    return rows


def write(root: Path, *names: str, data: bytes = b"0123456789") -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


def test_lists_regular_files_with_apparent_and_allocated_bytes(tmp_path: Path) -> None:
    write(tmp_path, "a/x", "b")
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(50_000_000)
    tree = PosixTree(tmp_path)
    rows = listed(tree)
    assert sorted(rows) == ["a/x", "b", "sparse"]
    assert rows["b"]["size"] == 10
    assert rows["b"]["owner"] == str(os.getuid())
    assert rows["sparse"]["size"] == 50_000_000 > 10 * rows["sparse"]["allocated"]
    assert not tree.gaps


def test_follows_no_symbolic_link_and_opens_no_pipe(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    write(outside, "secret")
    root = tmp_path / "root"
    write(root, "file")
    (root / "to-folder").symlink_to(outside)
    (root / "to-file").symlink_to(outside / "secret")
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(root / "socket"))
        tree = PosixTree(root)
        assert list(listed(tree)) == ["file"]
    assert tree.notes == [
        "2 devices, pipes and sockets left out",
        "2 symbolic links not followed",
    ]


def test_counts_a_hard_linked_file_once_and_still_sees_every_name(tmp_path: Path) -> None:
    write(tmp_path, "blobs/one")
    for name in ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"):
        (tmp_path / name).hardlink_to(tmp_path / "blobs/one")
    tree = PosixTree(tmp_path)
    rows = listed(tree)
    assert sum(row["size"] for row in rows.values()) == 10
    assert sorted(row["linked"] or 0 for row in rows.values()) == [0, 10, 10]
    assert sum(1 for row in rows.values() if row["allocated"]) == 1
    assert tree.notes == ["2 further names of hard-linked files counted once"]


def test_a_hard_linked_shard_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    index = {"weight_map": {"a": "model-00001-of-00001.safetensors"}}
    write(tmp_path, "m/config.json", data=b"{}")
    write(tmp_path, "m/model.safetensors.index.json", data=json.dumps(index).encode())
    write(tmp_path, "a/first")
    (tmp_path / "m/model-00001-of-00001.safetensors").hardlink_to(tmp_path / "a/first")
    table = pa.Table.from_batches(list(PosixTree(tmp_path).rows()), LISTED)
    with tempfile.TemporaryDirectory() as out:
        found = recognise_rows(table.to_pylist(), Path(out), tmp_path)
    assert found.at("m/")["complete"] is True


@pytest.mark.parametrize("name", [".snapshot", ".snapshots", ".zfs"])
def test_leaves_out_a_file_server_s_own_snapshots_and_says_so(tmp_path: Path, name: str) -> None:
    write(tmp_path, f"team/{name}/hourly/old", "team/new")
    tree = PosixTree(tmp_path)
    assert list(listed(tree)) == ["team/new"]
    assert [(one.prefix, one.reason) for one in tree.skipped] == [
        (f"team/{name}/", "a file server's snapshots")
    ]


def test_leaves_out_another_mount_and_says_so() -> None:
    # Two file systems that every Linux has: /proc's own mounts are not our tree.
    tree = PosixTree(Path("/dev"))
    keys = listed(tree)
    assert not any(key.startswith("shm/") for key in keys)
    assert any(one.reason == "another mount" for one in tree.skipped)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Without root's right to read everything: tests may run as root."""
    uid = os.geteuid()
    if uid == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        if uid == 0:
            os.seteuid(0)


def test_an_unreadable_folder_makes_the_scan_incomplete() -> None:
    with tempfile.TemporaryDirectory(prefix="tutela-") as name:
        root = Path(name)
        root.chmod(0o755)
        write(root, "open/x", "closed/y")
        (root / "closed").chmod(0o000)
        tree = PosixTree(root)
        with unprivileged():
            keys = [key for batch in tree.rows() for key in batch.column("key").to_pylist()]
        (root / "closed").chmod(0o755)
        readable = PosixTree(root)
        assert sorted(listed(readable)) == ["closed/y", "open/x"]
    assert keys == ["open/x"]
    (gap,) = tree.gaps
    assert (gap.prefix, gap.reason, gap.right) == ("closed/", "permission denied", "read")
    assert not readable.gaps


def test_names_of_any_bytes_are_listed_and_told_apart(tmp_path: Path) -> None:
    names = [b"new\nline", b"\xff\xfe", "\U0001f600".encode(), b"<script>", b"\x1b[31m", b"a\\b"]
    for name in names:
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
            file.write(b"1")
    keys = listed(PosixTree(tmp_path))
    assert set(keys) == {
        "new\nline",
        "\\xff\\xfe",
        "\U0001f600",
        "<script>",
        "\x1b[31m",
        "a\\b",
    }


def test_a_tree_deeper_than_a_path_may_be_long_is_a_gap_not_a_crash(tmp_path: Path) -> None:
    home = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(30):
            os.mkdir("d" * 200)
            os.chdir("d" * 200)
    finally:
        os.chdir(home)
    tree = PosixTree(tmp_path)
    assert listed(tree) == {}
    assert [one.reason for one in tree.gaps] == ["file name too long"]


def test_more_files_than_one_batch_holds(tmp_path: Path) -> None:
    for number in range(10_050):
        (tmp_path / f"{number:05d}").touch()
    batches = list(PosixTree(tmp_path).rows())
    assert [batch.num_rows for batch in batches] == [10_000, 50]


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_root_that_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NoFolderError, match="cannot be scanned"):
        list(PosixTree(tmp_path / name).rows())


def test_reads_ranges_of_files_below_the_root_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root, "a/file")
    write(tmp_path, "outside")
    (root / "link").symlink_to(tmp_path / "outside")
    (root / "up").symlink_to(tmp_path)
    os.mkfifo(root / "pipe")
    reader = PosixReader(root)
    assert reader.read("a/file", 2, 3) == b"234"
    assert reader.read("a/file", 8, 30) == b"89"
    for key in ("link", "up/outside", "../outside", "/etc/passwd", "a/../../outside", "pipe"):
        with pytest.raises(Unreadable):
            reader.read(key, 0, 5)
