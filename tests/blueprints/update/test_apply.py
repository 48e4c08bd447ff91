"""An update is written whole or not at all, whatever ends it."""

import fcntl
import hashlib
import json
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from blueprints.engine.paths import InvalidPathError
from blueprints.update.apply import SCHEMA, UpdateError, recover, unfinished, write
from blueprints.update.tree import STAGE, Folder
from tests.blueprints.update.repositories import commit, git

BEFORE = {"a": b"1\n", "b": b"2\n", "c/d": b"3\n", "e/f": b"4\n", "keep": b"5\n"}
FILES = {"a": (b"one\n", True), "c": (b"a file now\n", False), "n/m/o": (b"new\n", False)}
DELETES = ["b", "c/d", "e/f"]
AFTER = {"a": b"one\n", "c": b"a file now\n", "n/m/o": b"new\n", "keep": b"5\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return filled(tmp_path / "repo")


def filled(path: Path) -> Folder:
    for name, content in BEFORE.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return Folder(path)


def found(folder: Folder) -> dict[str, bytes]:
    return {
        file.relative_to(folder.path).as_posix(): file.read_bytes()
        for file in sorted(folder.path.rglob("*"))
        if file.is_file()
    }


def steps_of(tmp_path: Path) -> list[str]:
    steps: list[str] = []
    write(filled(tmp_path / "counted"), FILES, DELETES, steps.append)
    return steps


def killed_at(folder: Folder, number: int) -> None:
    """Write in another process, which is killed before that step."""
    child = os.fork()
    if child == 0:
        left = [number]

        def step(_: str) -> None:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1

        try:
            write(folder, FILES, DELETES, step)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)


def failing_at(number: int, error: BaseException) -> Callable[[str], None]:
    left = [number]

    def step(_: str) -> None:
        left[0] -= 1
        if left[0] == -1:
            raise error

    return step


def test_files_are_written_deleted_and_emptied_folders_go(folder: Folder) -> None:
    write(folder, FILES, DELETES)
    assert found(folder) == AFTER
    assert not (folder.path / "e").exists()
    assert not (folder.path / STAGE).exists()
    assert (folder.path / "a").stat().st_mode & 0o100


def test_killed_before_any_step_it_is_as_before_or_complete(tmp_path: Path) -> None:
    steps = steps_of(tmp_path)
    decided = steps.index("decide")
    assert len(steps) > 12
    for number in range(len(steps)):
        folder = filled(tmp_path / str(number))
        killed_at(folder, number)
        assert unfinished(folder) == (decided < number < len(steps) - 1), steps[number]
        completed = recover(folder)
        assert completed == (decided < number < len(steps) - 1), steps[number]
        assert found(folder) == (BEFORE if number <= decided else AFTER), steps[number]
        assert not (folder.path / STAGE).exists()


def test_killed_again_while_it_recovers_it_is_completed_by_the_next(tmp_path: Path) -> None:
    steps = steps_of(tmp_path)
    first = steps.index("decide") + 2
    for number in range(len(steps) - first):
        folder = filled(tmp_path / str(number))
        killed_at(folder, first)
        child = os.fork()
        if child == 0:
            try:
                recover(folder, failing_at(number, SystemExit()))
            finally:
                os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(child, 0)
        recover(folder)
        assert found(folder) == AFTER


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_error_takes_back_what_was_done(tmp_path: Path, error: BaseException) -> None:
    steps = steps_of(tmp_path)
    for number in range(steps.index("finish")):
        folder = filled(tmp_path / f"error-{number}")
        with pytest.raises((UpdateError, KeyboardInterrupt)):
            write(folder, FILES, DELETES, failing_at(number, error))
        assert found(folder) == BEFORE, steps[number]


def test_git_does_not_see_what_is_prepared(folder: Folder) -> None:
    git(folder.path, "init", "--quiet")
    commit(folder.path)
    seen: list[str] = []
    write(folder, FILES, DELETES, lambda _: seen.append(git(folder.path, "status", "--porcelain")))
    assert seen[0] == seen[5] == ""


def test_a_folder_that_cannot_be_written_leaves_all_as_it_was(folder: Folder) -> None:
    (folder.path / "n").write_text("in the way")
    with pytest.raises(UpdateError, match="everything is as it was"):
        write(folder, FILES, DELETES)
    assert found(folder) == {**BEFORE, "n": b"in the way"}


def test_a_second_update_waits_for_nobody(folder: Folder) -> None:
    (folder.path / STAGE).mkdir()
    with (folder.path / STAGE / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(UpdateError, match="another update"):
            write(folder, FILES, DELETES)
        with pytest.raises(UpdateError, match="another update"):
            recover(folder)


def test_what_was_changed_since_is_not_overwritten(tmp_path: Path) -> None:
    steps = steps_of(tmp_path)
    folder = filled(tmp_path / "changed")
    killed_at(folder, steps.index("decide") + 2)
    (folder.path / "a").write_text("edited in the meantime\n")
    with pytest.raises(UpdateError, match="changed after an update was interrupted"):
        recover(folder)
    assert (folder.path / "a").read_text() == "edited in the meantime\n"


def _journal(folder: Folder, path: str) -> None:
    stage = folder.path / STAGE
    (stage / "new").mkdir(parents=True)
    (stage / "new" / "0").write_text("evil\n")
    after = hashlib.sha256(b"evil\n").hexdigest()
    task = {"path": path, "before": None, "after": after, "executable": False, "staged": "0"}
    (stage / "journal.json").write_text(json.dumps({"schema": SCHEMA, "tasks": [task]}))


@pytest.mark.parametrize("path", ["../out", "/tmp/out", ".git/hooks/pre-commit", "a/../../out"])
def test_a_journal_from_elsewhere_reaches_nothing_outside(folder: Folder, path: str) -> None:
    _journal(folder, path)
    with pytest.raises(InvalidPathError):
        recover(folder)
    assert not (folder.path.parent / "out").exists()
    assert not (folder.path / ".git").exists()


def test_nor_through_a_link(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (folder.path / "link").symlink_to(tmp_path / "outside")
    _journal(folder, "link/out")
    with pytest.raises(Exception, match="symbolic link"):
        recover(folder)
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_stage_that_is_a_link_is_not_used(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (folder.path / STAGE).symlink_to(tmp_path / "outside")
    with pytest.raises(UpdateError):
        recover(folder)
    with pytest.raises(UpdateError):
        write(folder, FILES, DELETES)
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize("name", [".gitignore", "journal.json.partial", "new", "old", "lock"])
def test_nor_what_is_a_link_in_it(folder: Folder, tmp_path: Path, name: str) -> None:
    (tmp_path / "outside").mkdir()
    (folder.path / STAGE).mkdir()
    (folder.path / STAGE / name).symlink_to(tmp_path / "outside" / "x")
    with suppress(UpdateError):
        write(folder, FILES, DELETES)
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "x"}', "[" * 100_000])
def test_a_damaged_journal_is_one_error(folder: Folder, text: str) -> None:
    (folder.path / STAGE).mkdir()
    (folder.path / STAGE / "journal.json").write_text(text)
    with pytest.raises(UpdateError):
        recover(folder)
    assert {name: text for name, text in found(folder).items() if STAGE not in name} == BEFORE
