import errno
import os
import signal
from pathlib import Path

import pytest

from tce.seal.errors import ExistsError, PlaceError
from tce.seal.folder import Folder


def test_without_files_without_names_a_hidden_one_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.open

    def no_temporary_files(
        path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None
    ) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(95, "Operation not supported")
        return really(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", no_temporary_files)
    folder = Folder(tmp_path, private=True)
    with folder.writer("a") as writer:
        writer.write(b"half")
        (hidden,) = tmp_path.iterdir()
        assert hidden.name.startswith(".a.")
        assert hidden.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == []
    for replace in (False, True):
        folder = Folder(tmp_path, private=True)
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


def test_no_plaintext_goes_through_a_link(tmp_path: Path) -> None:
    """Whoever can write to the folder, or its name, would choose where it lands."""
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (out / "a").mkdir(parents=True)
    (out / "a/link").symlink_to(elsewhere)
    (out / "file").symlink_to(elsewhere / "new")
    folder = Folder(out, private=True)
    for name in ("a/link/x", "a/link/deep/x"):
        with pytest.raises(PlaceError, match="a/link is a link") as caught:
            folder.writer(name)
        assert caught.value.__notes__ == [f"--out {elsewhere}"]
    with pytest.raises(ExistsError):
        folder.writer("file")
    Folder(out, private=True).write("file", b"x", replace=True)
    assert (out / "file").read_bytes() == b"x"
    assert not (out / "file").is_symlink()
    assert list(elsewhere.iterdir()) == []


def test_a_folder_that_is_exchanged_for_a_link_meanwhile_leads_nowhere(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "out", private=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with folder.writer("a/x") as writer:
        writer.write(b"x")
        (tmp_path / "out/a").rename(tmp_path / "out/b")
        (tmp_path / "out/a").symlink_to(elsewhere)
        writer.complete()
    assert list(elsewhere.iterdir()) == []
    assert (tmp_path / "out/b/x").read_bytes() == b"x"


def test_folders_of_plaintext_are_their_owners(tmp_path: Path) -> None:
    Folder(tmp_path / "out", private=True).write("a/b/x", b"x", replace=False)
    modes = {(tmp_path / "out" / one).stat().st_mode & 0o777 for one in ("a", "a/b")}
    assert modes == {0o700}


def test_two_names_of_one_file_do_not_replace_each_other(tmp_path: Path) -> None:
    """As on a disk where A and a are one: here the second name is a link to the first."""
    folder = Folder(tmp_path, private=True)
    folder.write("a", b"first", replace=True)
    (tmp_path / "A").hardlink_to(tmp_path / "a")
    with pytest.raises(PlaceError, match="A: another file of this run is called so here"):
        folder.write("A", b"second", replace=True)
    assert (tmp_path / "a").read_bytes() == b"first"
    Folder(tmp_path, private=True).write("A", b"second", replace=True)
    assert (tmp_path / "A").read_bytes() == b"second"


def test_a_name_that_is_too_long_for_the_disk_is_told(tmp_path: Path) -> None:
    for private in (True, False):
        for name in ("x" * 300, f"{'x' * 300}/x"):
            with pytest.raises(PlaceError, match="File name too long"):
                Folder(tmp_path, private=private).write(name, b"x", replace=False)
    assert not Folder(tmp_path).exists("x" * 300)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    """What was written until then is of no name, and goes with its process."""
    child = os.fork()
    if not child:
        try:
            Folder(tmp_path / "out", private=True).writer("a/x").write(b"x" * 100_000)
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert [one for one in (tmp_path / "out").rglob("*") if one.is_file()] == []
