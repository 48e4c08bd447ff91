from __future__ import annotations

import os
from pathlib import Path

import pytest

from tce.canary import places as module
from tce.canary.places import File, Git, Unread, kind, places, read


def test_everything_in_a_folder_is_a_place_and_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "file").write_text("x")
    (tmp_path / "outside").symlink_to("/etc")
    (tmp_path / "lost").symlink_to("nowhere")
    found = {one.path.relative_to(tmp_path).as_posix(): one for one in places(tmp_path)}
    assert set(found) == {"inner/file", "outside", "lost"}
    link = found["outside"]
    assert isinstance(link, File)
    assert read(link) == b"/etc"


def test_a_repository_is_one_place_and_its_other_files_are_too(tmp_path: Path) -> None:
    git = tmp_path / ".git"
    (git / "objects" / "aa").mkdir(parents=True)
    (git / "objects" / "aa" / "b").write_text("x")
    (git / "HEAD").write_text("ref: refs/heads/main")
    (git / "config").write_text("[core]")
    found = list(places(tmp_path))
    assert Git(git) in found
    assert {one.path.name for one in found if isinstance(one, File)} == {"HEAD", "config"}
    assert {one.kind for one in found if isinstance(one, File)} == {"history"}


def test_a_worktree_that_is_kept_elsewhere_is_a_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /elsewhere")
    assert Git(tmp_path) in list(places(tmp_path))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("iac/terraform.tfstate", "state"),
        ("plan.json", "plan"),
        ("x.tfplan", "plan"),
        ("images.tar.zst", "bundle"),
        ("bao.log", "log"),
        (".tutela/ledger/1.json", "ledger"),
        ("crash-1.txt", "crash report"),
        ("spec.yaml", "repository"),
    ],
)
def test_a_name_says_what_a_file_is(name: str, expected: str) -> None:
    assert kind(Path(name)) == expected


def test_a_large_file_is_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IN_MEMORY", 10)
    (tmp_path / "large").write_bytes(b"x" * 11)
    data = read(File(tmp_path / "large", "repository"))
    assert not isinstance(data, bytes)
    assert data[:] == b"x" * 11


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        read(File(tmp_path / "pipe", "repository"))


def test_what_is_gone_is_told(tmp_path: Path) -> None:
    assert list(places(tmp_path / "gone")) == [Unread(tmp_path / "gone", "is gone")]
