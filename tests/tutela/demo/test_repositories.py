"""The demo's repositories are what Git itself reads."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.labs.git_lab import GitFolder
from tutela.demo.repositories import Repository

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def write(path: Path) -> str:
    repository = Repository(path)
    first = repository.commit("first", {"a.txt": b"1", "deep/b.txt": b"2"}, NOW)
    repository.commit("tagged", {"a.txt": b"old"}, NOW, ref="refs/tags/v1", parents=[first])
    last = repository.commit("last", {"a.txt": b"new"}, NOW, parents=[first])
    repository.check_out()
    return last


def test_git_finds_nothing_wrong_and_nothing_changed(tmp_path: Path) -> None:
    last = write(tmp_path / "repo")
    git = GitFolder(tmp_path / "repo")
    git.run("fsck", "--strict")
    assert git.run("rev-parse", "HEAD") == last
    assert git.run("symbolic-ref", "HEAD") == "refs/heads/main"
    assert git.run("status", "--porcelain") == ""
    assert git.run("log", "--format=%s %an") == "last Ada\nfirst Ada"
    assert git.run("show", "v1:a.txt") == "old"
    assert git.run("branch", "--contains", "v1") == ""


def test_the_same_commits_have_the_same_names_whoever_makes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = write(tmp_path / "one")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Eve\n[commit]\n\tgpgsign = true\n[core]\n\tautocrlf = true\n"
    )
    monkeypatch.setenv("HOME", str(home))
    assert write(tmp_path / "two") == expected
    assert (tmp_path / "two" / "a.txt").read_bytes() == b"new"
