import os
from pathlib import Path

import pytest

from blueprints.formats.git.plain import NotPlainError, read_if_there, read_plain, walk_plain


def test_reads_a_file_of_exactly_as_many_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_plain(tmp_path / "a", 5) == b"12345"
    with pytest.raises(NotPlainError, match="a is larger than 4 bytes"):
        read_plain(tmp_path / "a", 4)


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    assert read_if_there(tmp_path / "b", 5) is None
    assert read_if_there(tmp_path / "a" / "b", 5) is None


def test_never_waits_for_a_pipe_or_reads_a_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "zero", "."):
        with pytest.raises(NotPlainError, match="not a regular file"):
            read_plain(tmp_path / name, 5)


def test_a_walk_enters_no_link_and_ends(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").write_text("c")
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "a")
    names = {name for name, _ in walk_plain(tmp_path, 2, 10)}
    assert names == {"a/b/c", "a/loop"}
    assert list(walk_plain(tmp_path / "none", 2, 10)) == []
    with pytest.raises(NotPlainError, match="nested deeper than 1"):
        list(walk_plain(tmp_path, 1, 10))
    with pytest.raises(NotPlainError, match="more than 1 files"):
        list(walk_plain(tmp_path, 2, 1))
