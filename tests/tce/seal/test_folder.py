import errno
import os
from pathlib import Path

import pytest

from tce.seal.errors import PlaceError
from tce.seal.folder import Folder


def test_without_files_without_names_a_hidden_one_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.open

    def no_temporary_files(path: str, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(95, "Operation not supported")
        return really(path, flags, mode)

    monkeypatch.setattr(os, "open", no_temporary_files)
    folder = Folder(tmp_path, private=True)
    with folder.writer("a") as writer:
        writer.write(b"half")
        (hidden,) = tmp_path.iterdir()
        assert hidden.name.startswith(".a.")
        assert hidden.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == []
    for replace in (False, True):
        with folder.writer("a", replace=replace) as writer:
            writer.write(b"whole")
            writer.complete()
        assert [file.name for file in tmp_path.iterdir()] == ["a"]
        assert folder.read("a", 9) == b"whole"


def test_a_private_folder_writes_what_only_its_owner_reads(tmp_path: Path) -> None:
    Folder(tmp_path, private=True).write("a", b"x", replace=False)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_pipes_and_folders_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(PlaceError, match="not a regular file"):
            Folder(tmp_path).stream(name)


def test_a_full_disk_is_told_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(number: int, data: memoryview) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Folder(tmp_path).writer("a") as writer:
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space left") as caught:
            writer.write(b"x")
        monkeypatch.undo()
    assert caught.value.filename == str(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PlaceError, match="file"):
        Folder(tmp_path / "file").writer("a")
    (tmp_path / "a").mkdir()
    with (
        Folder(tmp_path).writer("a", replace=True) as writer,
        pytest.raises(PlaceError, match="Is a directory"),
    ):
        writer.complete()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "file"]


def test_a_link_to_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("missing")
    with pytest.raises(PlaceError, match="No such file"):
        list(Folder(tmp_path).below(""))
