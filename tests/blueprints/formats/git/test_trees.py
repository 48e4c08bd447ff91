from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import blueprints.formats.git.trees
from blueprints.formats.git.objects import Objects
from blueprints.formats.git.trees import File, Finder
from tests.labs.git_lab import GitFolder


@contextmanager
def _finder(folder: GitFolder, ending: bytes = b".dvc") -> Iterator[tuple[Finder, list[str]]]:
    said: list[str] = []
    with Objects(folder.path / ".git" / "objects", 20, said.append) as objects:
        yield Finder(objects, lambda _, name: name.endswith(ending), said.append), said


def _mktree(folder: GitFolder, lines: list[str]) -> str:
    return folder.run("mktree", "--missing", stdin="\n".join(lines).encode())


@pytest.fixture
def repo(tmp_path: Path) -> GitFolder:
    return GitFolder.init(tmp_path / "repo")


def test_links_are_told_and_other_repositories_passed_over(repo: GitFolder) -> None:
    (repo.path / "x.dvc").symlink_to("../../etc/passwd")
    repo.run("add", "-A")
    repo.run("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub.dvc")
    tree = repo.run("write-tree")
    with _finder(repo) as (finder, said):
        (file,) = finder.files(tree)
    assert (file.path, file.link) == (b"x.dvc", True)
    assert said == []


def test_the_folder_of_a_file_decides_too(repo: GitFolder) -> None:
    repo.commit("c", {".dvc/config": "x", "sub/config": "y", "config": "z"})
    with Objects(repo.path / ".git/objects", 20, print) as objects:
        finder = Finder(objects, lambda folder, _: folder == b".dvc", print)
        found = [file.path for file in finder.files(repo.run("rev-parse", "HEAD^{tree}"))]
    assert found == [b".dvc/config"]


def test_a_tree_of_billions_of_files_ends(repo: GitFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blueprints.formats.git.trees, "MOST_FILES", 5_000)
    blob = repo.run("hash-object", "-w", "--stdin", stdin=b"x")
    tree = _mktree(repo, [f"100644 blob {blob}\t{number}.dvc" for number in range(10)])
    for _ in range(12):
        tree = _mktree(repo, [f"040000 tree {tree}\td{number}" for number in range(10)])
    with _finder(repo, b".none") as (finder, said):
        assert list(finder.files(tree)) == []
        assert said == []
    with _finder(repo) as (finder, said):
        assert 0 < sum(1 for _ in finder.files(tree)) <= 5_000
        assert said == [f"tree {tree[:12]} holds more than 5,000 files"]
    with _finder(repo) as (finder, said):
        # Over a history each folder is walked once under each of its names: nothing to cut.
        assert sum(1 for _ in finder.fresh(tree, set())) == 100
        assert said == []


def test_a_tree_as_deep_as_no_disk_is_cut(repo: GitFolder) -> None:
    blob = repo.run("hash-object", "-w", "--stdin", stdin=b"x")
    tree = _mktree(repo, [f"100644 blob {blob}\tx.dvc"])
    for _ in range(200):
        tree = _mktree(repo, [f"040000 tree {tree}\td"])
    with _finder(repo) as (finder, said):
        assert list(finder.files(tree)) == []
    assert len(said) == 1
    assert "nested deeper than 128 folders" in said[0]


def test_a_tree_that_is_missing_or_none_is_said(repo: GitFolder) -> None:
    blob = repo.run("hash-object", "-w", "--stdin", stdin=b"x")
    tree = _mktree(
        repo,
        [
            f"040000 tree {'1' * 40}\tgone",
            f"100644 blob {blob}\ty.dvc",
        ],
    )
    with _finder(repo) as (finder, said):
        assert list(finder.files(tree)) == [File(b"y.dvc", blob, False)]
        assert said == ["tree 111111111111: object 111111111111 is not there"]
        assert list(finder.files(blob)) == []
        assert said[1] == f"tree {blob[:12]}: object {blob[:12]} is no folder"
