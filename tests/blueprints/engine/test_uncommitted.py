"""What Git does not have yet, as `git status` says, without running anything."""

import os
from pathlib import Path

import pytest

from blueprints.engine.uncommitted import UnreadableGitError, find, uncommitted, untracked
from tests.blueprints.update.repositories import commit, git


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    for name in ("a", "d/x", "d/y", "e"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{name}\n")
    (folder / "link").symlink_to("a")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    return folder


def test_outside_of_git_there_is_nothing_to_lose(tmp_path: Path) -> None:
    assert find(tmp_path) is None
    assert uncommitted(tmp_path) == []
    assert untracked(tmp_path, ["a"]) == []


def test_what_is_committed_is_clean(repo: Path) -> None:
    assert uncommitted(repo) == []
    git(repo, "gc", "--quiet")
    git(repo, "pack-refs", "--all")
    assert uncommitted(repo) == []


def test_edits_deletions_links_bits_and_the_index_are_told(repo: Path) -> None:
    (repo / "a").write_text("edited\n")
    (repo / "d/x").unlink()
    (repo / "e").chmod(0o755)
    (repo / "link").unlink()
    (repo / "link").symlink_to("e")
    (repo / "staged").write_text("new\n")
    git(repo, "add", "staged")
    git(repo, "rm", "--quiet", "--cached", "d/y")
    assert uncommitted(repo) == ["a", "d/x", "d/y", "e", "link", "staged"]


def test_of_a_folder_only_what_is_in_it(repo: Path) -> None:
    (repo / "a").write_text("edited\n")
    assert uncommitted(repo / "d") == []
    (repo / "d/x").write_text("edited\n")
    assert uncommitted(repo / "d") == ["x"]
    assert untracked(repo / "d", ["x", "z"]) == []
    (repo / "d/z").write_text("new\n")
    assert untracked(repo / "d", ["x", "z"]) == ["z"]


def test_before_the_first_commit_all_that_is_added_is_told(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "a").write_text("1\n")
    assert uncommitted(tmp_path) == []
    assert untracked(tmp_path, ["a"]) == ["a"]
    git(tmp_path, "add", "a")
    assert uncommitted(tmp_path) == ["a"]


def test_a_linked_work_tree_and_a_detached_head(tmp_path: Path, repo: Path) -> None:
    git(repo, "worktree", "add", "--quiet", str(tmp_path / "other"))
    (tmp_path / "other/a").write_text("edited\n")
    assert uncommitted(tmp_path / "other") == ["a"]
    assert uncommitted(repo) == []
    git(repo, "checkout", "--quiet", "--detach")
    assert uncommitted(repo) == []


def test_line_ends_that_a_checkout_turned_are_no_change(repo: Path) -> None:
    (repo / "a").write_bytes(b"a\r\n")
    assert uncommitted(repo) == []


def test_a_conflict_of_git_is_told(repo: Path) -> None:
    git(repo, "checkout", "--quiet", "-b", "side")
    (repo / "a").write_text("side\n")
    commit(repo)
    git(repo, "checkout", "--quiet", "main")
    (repo / "a").write_text("main\n")
    commit(repo)
    with pytest.raises(Exception, match="git"):
        git(repo, "merge", "--quiet", "side")
    assert uncommitted(repo) == ["a"]


PAYLOADS = {
    "fsmonitor": ("core.fsmonitor", "touch {ran}; true"),
    "clean": ("filter.evil.clean", "touch {ran}; cat"),
    "process": ("filter.evil.process", "touch {ran}; cat"),
    "hooks": ("core.hooksPath", "{hooks}"),
    "editor": ("core.sshCommand", "touch {ran}"),
    "alternate": ("core.alternateRefsCommand", "touch {ran}"),
    "textconv": ("diff.evil.textconv", "touch {ran}"),
}


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_nothing_that_a_repository_configures_is_run(tmp_path: Path, repo: Path, name: str) -> None:
    ran, hooks = tmp_path / "ran", tmp_path / "hooks"
    hooks.mkdir()
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction"):
        (hooks / hook).write_text(f"#!/bin/sh\ntouch {ran}\n")
        (hooks / hook).chmod(0o755)
    (repo / ".gitattributes").write_text("* filter=evil diff=evil\n")
    key, value = PAYLOADS[name]
    commit(repo)
    git(repo, "config", key, value.format(ran=ran, hooks=hooks))
    (repo / "a").write_text("edited\n")
    assert uncommitted(repo) == ["a"]
    assert not ran.exists()


def test_a_payload_that_fires_under_git_itself(tmp_path: Path, repo: Path) -> None:
    """Else the test above would show nothing."""
    ran = tmp_path / "ran"
    git(repo, "config", *(part.format(ran=ran) for part in PAYLOADS["fsmonitor"]))
    git(repo, "status")
    assert ran.exists()


@pytest.mark.parametrize("name", ["index", "HEAD", "packed-refs"])
def test_a_pipe_in_place_of_a_file_hangs_nobody(repo: Path, name: str) -> None:
    (repo / ".git" / name).unlink(missing_ok=True)
    os.mkfifo(repo / ".git" / name)
    with pytest.raises(Exception, match="repo") as caught:
        uncommitted(repo)
    assert caught.type.__name__ in ("UnreadableGitError", "GitError")


@pytest.mark.parametrize("text", ["", "gitdir:", "nothing", "gitdir: /nowhere"])
def test_a_damaged_pointer_is_one_error(tmp_path: Path, text: str) -> None:
    (tmp_path / ".git").write_text(text)
    with pytest.raises(Exception, match=r"Git|git") as caught:
        uncommitted(tmp_path)
    assert caught.type.__name__ in ("UnreadableGitError", "GitError")


def test_an_index_that_is_damaged_is_one_error(repo: Path) -> None:
    (repo / ".git/index").write_bytes(b"DIRC garbage")
    with pytest.raises(UnreadableGitError):
        uncommitted(repo)
    with pytest.raises(UnreadableGitError):
        untracked(repo, ["a"])
