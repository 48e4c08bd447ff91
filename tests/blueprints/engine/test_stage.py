"""An output folder is there as a whole, or is as it was."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprints.engine.blueprint import File
from blueprints.engine.paths import InvalidPathError
from blueprints.engine.stage import OutputError, publish

FILES = [
    File("README.md", b"a\n"),
    File("a/b/c.yaml", b"c: 1\n"),
    File("a/run.sh", b"#!/bin/sh\n", executable=True),
]
ROOT = Path(__file__).parents[3]


def tree(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def git(folder: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", *words],
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """An empty folder; nothing half made may lie in it at the end."""
    folder = tmp_path / "place"
    folder.mkdir()
    yield folder
    assert [file.name for file in folder.rglob(".*tutela-*")] == []


def test_every_file_is_there(place: Path) -> None:
    publish(FILES, place / "repo")
    assert tree(place / "repo") == {file.path: file.content for file in FILES}
    assert os.access(place / "repo/a/run.sh", os.X_OK)
    assert not (place / "repo/README.md").stat().st_mode & 0o111


def test_many_files_are_there(place: Path) -> None:
    publish([File(f"{n % 7}/{n}", b"x") for n in range(1000)], place / "repo")
    assert len(tree(place / "repo")) == 1000


def test_an_empty_folder_is_filled(place: Path) -> None:
    (place / "repo").mkdir()
    (place / "repo").chmod(0o2770)
    publish(FILES, place / "repo")
    assert (place / "repo").stat().st_mode & 0o7777 == 0o2770
    assert tree(place / "repo").keys() == {file.path for file in FILES}


def test_rights_are_what_the_user_set(place: Path) -> None:
    before = os.umask(0o077)
    try:
        publish(FILES, place / "repo")
    finally:
        os.umask(before)
    modes = {file.stat().st_mode & 0o777 for file in (place / "repo").rglob("*")}
    assert modes == {0o700, 0o600}


def refused(out: Path, words: str, files: list[File] = FILES) -> None:
    before = tree(out.parent) if out.parent.is_dir() else {}
    with pytest.raises(OutputError, match=words):
        publish(files, out)
    assert (tree(out.parent) if out.parent.is_dir() else {}) == before


def test_a_folder_that_is_not_empty_is_left_alone(place: Path) -> None:
    (place / "repo").mkdir()
    (place / "repo" / "mine").write_text("mine")
    refused(place / "repo", "repo is not empty")


def test_a_file_in_its_place_is_left_alone(place: Path) -> None:
    (place / "repo").write_text("mine")
    refused(place / "repo", "repo is a file")


def test_a_symbolic_link_is_not_followed(place: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (place / "repo").symlink_to(outside)
    refused(place / "repo", "repo is a symbolic link")
    (place / "repo").unlink()
    (place / "repo").symlink_to(tmp_path / "nothing")
    refused(place / "repo", "repo is a symbolic link")
    assert list(outside.iterdir()) == []


def test_a_folder_without_a_parent_is_told(place: Path) -> None:
    refused(place / "a" / "repo", "there is no folder .*/a")


def test_the_current_folder_is_not_replaced(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    refused(Path(), "cannot be replaced while you stand in it")
    refused(place, "cannot be replaced while you stand in it")


def test_a_read_only_folder_is_left_alone(place: Path) -> None:
    (place / "repo").mkdir(mode=0o555)
    refused(place / "repo", "repo is read-only")


def test_a_file_system_that_takes_nothing_is_told() -> None:
    with pytest.raises(OutputError, match=r"cannot write /proc/repo: .*; it is as it was"):
        publish(FILES, Path("/proc/repo"))


@pytest.mark.parametrize("staged", [True, False])
def test_a_git_repository_with_uncommitted_changes_is_left_alone(place: Path, staged: bool) -> None:
    git(place, "init", "-q")
    (place / "mine").write_text("1")
    git(place, "add", "mine")
    git(place, "commit", "-qm", "1")
    publish(FILES, place / "one")  # what is committed or not tracked is no hindrance
    (place / "mine").write_text("2")
    if staged:
        git(place, "add", "mine")
    refused(place / "two", "inside a Git repository with uncommitted changes: mine")


def test_paths_out_of_the_folder_are_refused(place: Path) -> None:
    for path in ("../a", "/tmp/a", ".git/hooks/post-checkout", "a\nb"):
        with pytest.raises(InvalidPathError):
            publish([*FILES, File(path, b"")], place / "repo")
    assert list(place.iterdir()) == []


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_nothing(tiny: Path) -> None:
    files = [File(f"{n}", b"x" * 4096) for n in range(100)]
    refused(tiny / "repo", "cannot write .*: No space left on device; it is as it was", files)
    assert list(tiny.iterdir()) == []
    publish(FILES, tiny / "repo")


def test_a_mount_point_is_told(tiny: Path) -> None:
    refused(tiny, "cannot write .*: Device or resource busy")


SLOW = """
import sys, time
from pathlib import Path
from blueprints.engine import stage
from blueprints.engine.blueprint import File
write = stage._write
def slowly(files, top):
    write(files, top)
    print("written", flush=True)
    time.sleep(60)
stage._write = slowly
import signal
signal.signal(signal.SIGTERM, signal.default_int_handler)
stage.publish([File(f"{n}", b"x") for n in range(50)], Path(sys.argv[1]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_half_way_it_leaves_nothing(place: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(place / "repo")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    with process.stdout as out:
        assert out.readline() == b"written\n"
        process.send_signal(number)
        process.wait(20)
    assert list(place.iterdir()) == []


def test_killed_outright_it_leaves_no_output_folder(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(tmp_path / "repo")],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    with process.stdout as out:
        assert out.readline() == b"written\n"
        process.kill()
        process.wait(20)
    assert not (tmp_path / "repo").exists()
    publish(FILES, tmp_path / "repo")
    for left in tmp_path.glob(".repo.tutela-*"):
        shutil.rmtree(left)
