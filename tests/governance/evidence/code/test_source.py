from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.evidence.code.source import CodeSource
from governance.evidence.errors import EvidenceError
from governance.workspace.evidence import CodeEntry
from tests.governance.evidence.said import NOW, Said, said
from tests.labs.git_lab import GitFolder


@pytest.fixture
def repo(tmp_path: Path) -> GitFolder:
    return GitFolder.init(tmp_path / "code")


def read(repo: GitFolder, *refs: str) -> Said:
    return said(CodeSource(CodeEntry(repo=str(repo.path), refs=refs or ("*",)), Path("/")))


def commits(found: Said) -> set[str]:
    return {node.removeprefix("commit:") for node in found.noted("exists")}


def test_every_commit_that_is_reachable_exists(repo: GitFolder) -> None:
    one, two = repo.commit("one"), repo.commit("two")
    repo.run("checkout", "-q", "-b", "side", one)
    side = repo.commit("side")
    repo.run("tag", "-a", "-m", "v1", "v1")
    repo.run("checkout", "-q", "main")
    repo.run("branch", "-q", "-D", "side")
    found = read(repo)
    assert commits(found) == {one, two, side}
    assert found.problems == []
    assert found.as_of == NOW


def test_only_the_refs_that_were_asked_for_count(repo: GitFolder) -> None:
    one = repo.commit("one")
    repo.run("checkout", "-q", "-b", "side")
    repo.commit("two")
    assert commits(read(repo, "refs/heads/main")) == {one}


def test_a_commit_that_nothing_holds_does_not_exist(repo: GitFolder) -> None:
    one = repo.commit("one")
    repo.commit("two")
    repo.run("reset", "-q", "--hard", one)
    assert commits(read(repo)) == {one}


def test_a_stash_is_no_place_to_keep_code(repo: GitFolder) -> None:
    one = repo.commit("one", {"a": "1"})
    repo.write("a", "2")
    repo.run("stash")
    assert commits(read(repo)) == {one}
    assert len(commits(read(repo, "refs/stash*"))) == 3


def test_a_clone_is_as_of_its_last_fetch(repo: GitFolder, tmp_path: Path) -> None:
    repo.commit("one")
    mirror = repo.clone(tmp_path / "mirror", "--mirror")
    mirror.run("fetch", "-q")
    later = said(
        CodeSource(CodeEntry(repo=str(mirror.path)), Path("/")), datetime(2090, 1, 1, tzinfo=UTC)
    )
    assert later.as_of is not None
    assert later.as_of.year < 2090


def test_a_shallow_clone_says_that_its_history_is_cut(repo: GitFolder, tmp_path: Path) -> None:
    repo.commit("one")
    two = repo.commit("two")
    found = read(repo.clone(tmp_path / "clone", "--depth=1"))
    assert commits(found) == {two}
    assert "shallow" in found.words[0]


def test_a_clone_without_files_is_a_problem(repo: GitFolder, tmp_path: Path) -> None:
    repo.commit("one", {"a": "1"})
    repo.run("config", "uploadpack.allowFilter", "true")
    found = read(repo.clone(tmp_path / "clone", "--filter=blob:none", "--bare"))
    assert any("partial clone" in words for words in found.words)


def test_a_commit_that_is_lost_is_a_problem(repo: GitFolder) -> None:
    one = repo.commit("one")
    two = repo.commit("two")
    (repo.path / ".git" / "objects" / one[:2] / one[2:]).unlink()
    found = read(repo)
    assert commits(found) == {two}
    assert one[:12] in found.words[0]


def test_what_is_no_repository_is_an_error(tmp_path: Path) -> None:
    source = CodeSource(CodeEntry(repo="nothing", name="code"), tmp_path)
    assert (source.name, source.place) == ("code", f"{tmp_path}/nothing")
    assert source.writers == f"whoever may push to {tmp_path}/nothing"
    with pytest.raises(EvidenceError, match="no such repository"):
        said(source)


def test_refs_that_are_not_there_are_an_error(repo: GitFolder) -> None:
    repo.commit("one")
    with pytest.raises(EvidenceError, match="no refs like refs/heads/prod"):
        read(repo, "refs/heads/prod")
