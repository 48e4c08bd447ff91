"""Looking at files of a repository without following anything."""

import os
from pathlib import Path

import pytest

from blueprints.update.tree import MAX_BYTES, STAGE, Folder, Found, UnusableTreeError


def test_a_file_is_found_with_its_bit(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "a").chmod(0o755)
    assert Folder(tmp_path).look("a") == Found(b"1", executable=True)
    assert Folder(tmp_path).look("b") is None
    assert Folder(tmp_path).look("a/b") is None


def test_a_link_a_folder_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "folder", "pipe"):
        assert Folder(tmp_path).look(name) == Found(None, folder=name == "folder")


def test_a_link_on_the_way_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(UnusableTreeError, match="symbolic link"):
        Folder(tmp_path).look("link/a")


def test_a_huge_file_is_an_error(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(UnusableTreeError, match="larger than"):
        Folder(tmp_path).look("a")


def test_what_blocks_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/inside").write_text("x")
    (tmp_path / "empty").mkdir()
    folder = Folder(tmp_path)
    assert folder.blocked("file/a", ()) == "file"
    assert folder.blocked("file/a", ("file",)) == ""
    assert folder.blocked("folder", ()) == "folder/inside"
    assert folder.blocked("folder", ("folder/inside",)) == ""
    assert folder.blocked("empty", ()) == ""
    assert folder.blocked("file", ()) == ""


def test_other_files_leave_out_what_is_known_linked_or_not_the_users(tmp_path: Path) -> None:
    for name in ("a", "known", ".git/x", f"{STAGE}/x", ".tutela-base/x", "d/e"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "link").symlink_to("a")
    found = dict(Folder(tmp_path).others({"known"}))
    assert found == {"a": b"a", "d/e": b"d/e"}
