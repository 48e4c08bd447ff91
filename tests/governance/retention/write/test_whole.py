from pathlib import Path
from typing import BinaryIO

import pytest

from governance.retention.write.whole import WriteError, write_whole


def _hello(file: BinaryIO) -> None:
    file.write(b"hello")


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    path.write_text("a much longer old text")
    assert write_whole(path, _hello) == 5
    assert path.read_bytes() == b"hello"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_stops_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    path.write_text("old")

    def stops(file: BinaryIO) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(path, stops)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_one_clear_error() -> None:
    def full(file: BinaryIO) -> None:
        with Path("/dev/full").open("wb", buffering=0) as nowhere:
            nowhere.write(b"x")

    with pytest.raises(WriteError, match="No space left on device"):
        write_whole(Path("/tmp/tutela-full.html"), full)


def test_a_folder_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="no folder"):
        write_whole(tmp_path / "none" / "r.html", _hello)
    with pytest.raises(WriteError, match="is a folder"):
        write_whole(tmp_path, _hello)
