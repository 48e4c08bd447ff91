import os
from pathlib import Path

import pytest

from blueprints.formats.git.errors import GitError
from blueprints.formats.git.refs import RawRef, oid_length, raw_refs, shallow_of, text_of

A, B, C = "a" * 40, "b" * 40, "c" * 40


@pytest.fixture
def git(tmp_path: Path) -> Path:
    (tmp_path / "refs/heads").mkdir(parents=True)
    (tmp_path / "HEAD").write_text("ref: refs/heads/main\n")
    return tmp_path


def _refs(git: Path) -> tuple[dict[str, str | None], list[str]]:
    said: list[str] = []
    return {ref.name: ref.oid for ref in raw_refs(git, git, said.append)}, said


def test_a_loose_ref_wins_over_a_packed_one(git: Path) -> None:
    (git / "packed-refs").write_text(f"# pack-refs\n{A} refs/heads/main\n^{B}\n{A} refs/tags/v1\n")
    (git / "refs/heads/main").write_text(f"{C}\n")
    assert _refs(git) == ({"HEAD": C, "refs/heads/main": C, "refs/tags/v1": A}, [])


def test_locks_are_no_refs(git: Path) -> None:
    (git / "refs/heads/main.lock").write_text(f"{A}\n")
    assert _refs(git) == ({}, [])


def test_lines_of_packed_refs_that_are_none_are_counted(git: Path) -> None:
    (git / "packed-refs").write_text(f"{A} refs/heads/main\nrubbish\n{A[:39]} refs/heads/x\n")
    assert _refs(git) == (
        {"HEAD": A, "refs/heads/main": A},
        ["packed-refs has 2 lines that are none"],
    )


def test_logs_of_experiments_are_read_and_bad_lines_said(git: Path) -> None:
    (git / "refs/exps/celery").mkdir(parents=True)
    (git / "refs/exps/celery/stash").write_text(f"{C}\n")
    (git / "logs/refs/exps/celery").mkdir(parents=True)
    (git / "logs/refs/exps/celery/stash").write_text(
        f"{'0' * 40} {A} Ada <a@b> 1 +0000\tone\n{A} {B} Ada <a@b> 1 +0000\ttwo\nrubbish\n"
        f"{B} {C} Ada <a@b> 1 +0000\tthree\n"
    )
    # A log whose ref is gone holds nothing back, as in Git.
    (git / "logs/refs/exps/gone").write_text(f"{'0' * 40} {A} Ada <a@b> 1 +0000\tone\n")
    found, said = _refs(git)
    assert found == {
        "refs/exps/celery/stash": C,
        "refs/exps/celery/stash@{2}": B,
        "refs/exps/celery/stash@{3}": A,
    }
    assert said == ["the log of refs/exps/celery/stash has a line that is none"]


def test_what_cannot_be_opened_is_said(git: Path) -> None:
    os.mkfifo(git / "refs/heads/pipe")
    os.mkfifo(git / "packed-refs")
    (git / "refs/heads/long").write_text("x" * 5000)
    assert _refs(git) == (
        {},
        [
            "ref refs/heads/long cannot be read: long is larger than 4096 bytes",
            "ref refs/heads/pipe cannot be read: pipe is not a regular file",
            "packed-refs cannot be read: packed-refs is not a regular file",
        ],
    )


def test_names_of_two_lengths_are_refused() -> None:
    assert oid_length([]) == 20
    assert oid_length([RawRef("x", "a" * 64)]) == 32
    with pytest.raises(GitError, match="mix SHA-1 and SHA-256"):
        oid_length([RawRef("x", "a" * 64), RawRef("y", A)])


def test_shallow_commits_are_listed(git: Path) -> None:
    assert shallow_of(git) == frozenset()
    (git / "shallow").write_text(f"{A}\n{B}\nrubbish\n")
    assert shallow_of(git) == {A, B}


def test_names_that_are_not_utf8_stay_apart() -> None:
    assert text_of(b"refs/\xff") != text_of(b"refs/\xfe")
