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
