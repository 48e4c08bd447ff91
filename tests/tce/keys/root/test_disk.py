import stat
from pathlib import Path

import pytest

from tce.keys.errors import CustodyError, RefusedError
from tce.keys.root.disk import outside, write


@pytest.mark.parametrize("mark", [".git", "tutela.lock"])
def test_a_folder_of_a_repository_is_refused(tmp_path: Path, mark: str) -> None:
    (tmp_path / mark).mkdir()
    with pytest.raises(RefusedError, match="belongs into none"):
        outside(tmp_path / "a" / "root")


def test_what_is_written_only_its_owner_reads(tmp_path: Path) -> None:
    write(tmp_path / "root", "generation-1", {"root.json": b"{}"})
    made = tmp_path / "root/generation-1/root.json"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(made.parent.parent.stat().st_mode) == 0o700


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    write(tmp_path, "generation-1", {"root.json": b"1"})
    with pytest.raises(CustodyError):
        write(tmp_path, "generation-1", {"root.json": b"2"})
    assert (tmp_path / "generation-1/root.json").read_bytes() == b"1"


def test_a_disk_that_is_full_leaves_nothing_that_counts(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(CustodyError, match=r"Not a directory|File exists"):
        write(blocked, "generation-1", {"root.json": b"1"})
