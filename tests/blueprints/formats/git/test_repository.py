import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from blueprints.formats.git.errors import GitError
from blueprints.formats.git.repository import Repository, open_repository
from tests.labs.git_lab import GitFolder, fingerprint


def _dvc(_: bytes, name: bytes) -> bool:
    return name.endswith(b".dvc")


def _commits(repository: Repository) -> set[str]:
    tips = [ref.commit for ref in repository.refs() if ref.commit]
    return {commit.id for commit in repository.commits(tips)}


def _all_of_git(folder: GitFolder) -> set[str]:
    return set(folder.run("rev-list", "--all", "--reflog").split())


def _read(path: Path) -> tuple[set[str], list[str]]:
    with open_repository(path) as repository:
        return _commits(repository), repository.problems


@pytest.fixture
def repo(tmp_path: Path) -> GitFolder:
    folder = GitFolder.init(tmp_path / "repo")
    for number in range(6):
        folder.commit(f"c{number}", {f"data/{number % 2}/x.dvc": f"outs: {number}\n" * 50})
    folder.run("branch", "side", "HEAD~2")
    folder.run("tag", "light", "HEAD~1")
    folder.run("tag", "-a", "-m", "heavy", "heavy", "HEAD~3")
    folder.run("tag", "-a", "-m", "tag of a tag", "heavier", "heavy")
    folder.run("update-ref", "refs/exps/ab/cdef/exp-1", "HEAD~4")
    return folder


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", ["clone", "bare", "mirror", "worktree", "inside"])
def test_finds_every_commit_of_every_kind_of_repository(
    repo: GitFolder, tmp_path: Path, kind: str, packed: bool
) -> None:
    path = repo.path
    if packed:
        repo.run("gc", "-q", "--aggressive", "--prune=now")
    if kind in ("bare", "mirror"):
        path = repo.clone(tmp_path / "other.git", f"--{kind}").path
    elif kind == "worktree":
        path = tmp_path / "linked"
        repo.run("worktree", "add", "-q", "--detach", str(path), "HEAD~5")
    elif kind == "inside":
        path = repo.path / ".git"
    found, problems = _read(path)
    assert found == _all_of_git(GitFolder(path))
    assert len(found) == 6
    assert problems == []


def test_names_of_refs_are_whole_and_tags_are_peeled(repo: GitFolder) -> None:
    head = repo.run("rev-parse", "HEAD")
    with open_repository(repo.path) as repository:
        refs = {ref.name: ref for ref in repository.refs()}
    assert {name: ref.commit for name, ref in refs.items()} == {
        "HEAD": head,
        "refs/heads/main": head,
        "refs/heads/side": repo.run("rev-parse", "HEAD~2"),
        "refs/tags/light": repo.run("rev-parse", "HEAD~1"),
        "refs/tags/heavy": repo.run("rev-parse", "HEAD~3"),
        "refs/tags/heavier": repo.run("rev-parse", "HEAD~3"),
        "refs/exps/ab/cdef/exp-1": repo.run("rev-parse", "HEAD~4"),
    }
    assert all(ref.problem is None for ref in refs.values())


def test_older_stashes_are_refs_too(repo: GitFolder) -> None:
    for number in range(3):
        repo.write("data/0/x.dvc", f"stashed: {number}\n")
        repo.run("stash", "push", "-q")
    stashes = repo.run("rev-list", "-g", "refs/stash").split()
    with open_repository(repo.path) as repository:
        refs = {ref.name: ref.commit for ref in repository.refs()}
        found = set()
        finder = repository.finder(_dvc)
        walked: set[int] = set()
        for commit in repository.commits([oid for oid in refs.values() if oid]):
            for file in finder.fresh(commit.tree, walked):
                found.add(repository.read(file.blob, 1000))
    assert refs["refs/stash"] == stashes[0]
    assert refs["refs/stash@{1}"] == stashes[1]
    assert refs["refs/stash@{2}"] == stashes[2]
    assert {f"stashed: {number}\n".encode() for number in range(3)} <= found


def test_a_detached_head_is_a_ref_also_that_of_another_worktree(
    repo: GitFolder, tmp_path: Path
) -> None:
    repo.run("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    lost = GitFolder(tmp_path / "linked").commit("only here", {"y.dvc": "y"})
    repo.run("checkout", "-q", "--detach")
    also = repo.commit("and only here")
    found, problems = _read(repo.path)
    assert {lost, also} <= found
    assert problems == []


def test_a_merge_in_progress_counts(repo: GitFolder) -> None:
    merged = repo.run("commit-tree", "-m", "loose", "HEAD^{tree}")
    (repo.path / ".git" / "MERGE_HEAD").write_text(merged + "\n")
    assert merged in _read(repo.path)[0]


def test_files_are_found_once_over_a_history(repo: GitFolder) -> None:
    with open_repository(repo.path) as repository:
        tips = [ref.commit for ref in repository.refs() if ref.commit]
        finder = repository.finder(_dvc)
        walked: set[int] = set()
        fresh = [
            file
            for commit in repository.commits(tips)
            for file in finder.fresh(commit.tree, walked)
        ]
        head = next(repository.commits(tips[:1]))
        now = dict(repository.files(head.tree, _dvc))
    wanted = set(
        repo.run(
            "rev-list",
            "--all",
            "--objects",
            "--no-object-names",
            "--filter-print-omitted",
            "--filter=tree:9",
        ).split()
    )
    assert {file.blob for file in fresh} <= wanted
    assert len({file.blob for file in fresh}) == len(fresh) == 6
    assert now == {
        b"data/0/x.dvc": repo.run("rev-parse", "HEAD:data/0/x.dvc"),
        b"data/1/x.dvc": repo.run("rev-parse", "HEAD:data/1/x.dvc"),
    }


def test_a_shallow_clone_says_so(repo: GitFolder, tmp_path: Path) -> None:
    shallow = repo.clone(tmp_path / "shallow", "--depth", "2")
    found, problems = _read(shallow.path)
    assert len(found) == 2
    assert problems == [
        "it is a shallow clone: its history is cut (git fetch --unshallow)",
    ]


def test_a_shallow_clone_of_all_is_whole(repo: GitFolder, tmp_path: Path) -> None:
    # The graft point of a root commit cuts nothing.
    deep = repo.clone(tmp_path / "deep", "--depth", "100")
    assert _read(deep.path)[1] == []


def test_a_partial_clone_says_what_is_missing(repo: GitFolder, tmp_path: Path) -> None:
    repo.run("config", "uploadpack.allowFilter", "true")
    partial = repo.clone(tmp_path / "partial.git", "--bare", "--filter=tree:0")
    with open_repository(partial.path) as repository:
        assert len(_commits(repository)) == 6
        finder = repository.finder(_dvc)
        tree = repo.run("rev-parse", "HEAD^{tree}")
        assert list(finder.files(tree)) == []
        assert repository.problems == [
            f"tree {tree[:12]}: object {tree[:12]} is not there (a partial clone)"
        ]


def test_one_bad_commit_does_not_stop_the_rest(repo: GitFolder) -> None:
    bad = repo.run("rev-parse", "side")
    file = repo.path / ".git" / "objects" / bad[:2] / bad[2:]
    file.chmod(0o644)
    file.write_bytes(b"rubbish")
    found, problems = _read(repo.path)
    assert bad not in found
    assert len(found) == 5
    assert problems == [
        f"ref refs/heads/side: object {bad[:12]} is damaged",
        f"commit {bad[:12]}: object {bad[:12]} is damaged",
    ]


def test_a_ref_to_nothing_is_a_problem(repo: GitFolder) -> None:
    (repo.path / ".git/refs/heads/gone").write_text("1" * 40 + "\n")
    (repo.path / ".git/refs/heads/odd").write_text("what?\n")
    (repo.path / ".git/refs/heads/round").write_text("ref: refs/heads/round\n")
    (repo.path / ".git/refs/heads/unborn").write_text("ref: refs/heads/never\n")
    with open_repository(repo.path) as repository:
        assert len(_commits(repository)) == 6
        assert repository.problems == [
            "ref refs/heads/gone: object 111111111111 is not there",
            "ref refs/heads/odd holds no object's name",
            "ref refs/heads/round stands for itself",
        ]


def test_refs_to_trees_and_files_are_no_commits(repo: GitFolder) -> None:
    tree = repo.run("rev-parse", "HEAD^{tree}")
    repo.run("tag", "tree", tree)
    repo.run("tag", "file", "HEAD:data/0/x.dvc")
    with open_repository(repo.path) as repository:
        refs = {ref.name: ref for ref in repository.refs()}
        assert repository.problems == []
    assert refs["refs/tags/tree"].tree == tree
    assert refs["refs/tags/tree"].commit is None
    assert refs["refs/tags/file"].tree is None


def test_what_git_packs_meanwhile_is_found(repo: GitFolder) -> None:
    with open_repository(repo.path) as repository:
        tips = [ref.commit for ref in repository.refs() if ref.commit]
        repo.run("gc", "-q", "--prune=now")
        assert len({commit.id for commit in repository.commits(tips)}) == 6
        assert repository.problems == []


def test_names_that_are_hostile_are_data(repo: GitFolder) -> None:
    commit = repo.run("rev-parse", "HEAD")
    packed = repo.path / ".git" / "packed-refs"
    names = [
        b"refs/heads/--upload-pack=touch x",
        b"refs/heads/../../../etc/passwd",
        b"refs/heads/\xff\xfe",
        b"refs/heads/$(touch y)",
    ]
    packed.write_bytes(
        b"# pack-refs with: peeled fully-peeled sorted \n"
        + b"".join(commit.encode() + b" " + name + b"\n" for name in names)
    )
    with open_repository(repo.path) as repository:
        refs = {ref.name for ref in repository.refs()}
        assert repository.problems == []
    assert {name.decode("utf-8", "surrogateescape") for name in names} <= refs


def test_a_repository_of_sha256_names_is_read(tmp_path: Path) -> None:
    folder = GitFolder.init(tmp_path / "long", "--object-format=sha256")
    for number in range(3):
        folder.commit(f"c{number}", {"x.dvc": f"{number}"})
    folder.run("gc", "-q", "--prune=now")
    last = folder.commit("loose")
    found, problems = _read(folder.path)
    assert len(last) == 64
    assert found == _all_of_git(folder)
    assert problems == []


def test_an_empty_repository_is_empty(tmp_path: Path) -> None:
    folder = GitFolder.init(tmp_path / "empty")
    assert _read(folder.path) == (set(), [])


def _pipe(path: Path) -> None:
    path.mkdir()
    os.mkfifo(path / ".git")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "no such repository"),
        (lambda path: path.mkdir(), "not a Git repository"),
        (lambda path: path.write_text("x"), "not a Git repository"),
        (lambda path: path.symlink_to("nowhere"), "not a Git repository"),
        (_pipe, "cannot read"),
        (lambda path: (path.mkdir(), (path / ".git").write_text("gitdir: gone")), "cannot read"),
        (
            lambda path: (GitFolder.init(path), (path / ".git/reftable").mkdir()),
            "reftable, which is not read",
        ),
    ],
)
def test_what_is_no_repository_is_an_error(
    tmp_path: Path, make: Callable[[Path], object], words: str
) -> None:
    make(tmp_path / "it")
    with pytest.raises(GitError, match=words), open_repository(tmp_path / "it"):
        pass


def test_a_repository_of_another_user_is_read(repo: GitFolder) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may give files away")
    for path in (repo.path, *repo.path.rglob("*")):
        os.chown(path, 65_534, 65_534)
    with pytest.raises(AssertionError, match="dubious ownership"):
        repo.run("log")
    found, problems = _read(repo.path)
    assert len(found) == 6
    assert problems == []


def test_no_rights_are_an_error(repo: GitFolder) -> None:
    if os.geteuid() == 0:
        pytest.skip("runs as root, who may read everything")
    (repo.path / ".git" / "objects").chmod(0)
    with pytest.raises(GitError, match="cannot read"), open_repository(repo.path):
        pass


def test_grafts_are_a_problem(repo: GitFolder) -> None:
    (repo.path / ".git/info/grafts").write_text(repo.run("rev-parse", "HEAD") + "\n")
    assert _read(repo.path)[1] == ["it has grafts (git replace --convert-graft-file)"]


def test_borrowed_objects_are_read_from_where_they_are(repo: GitFolder, tmp_path: Path) -> None:
    repo.run("gc", "-q", "--prune=now")
    repo.run("clone", "-q", "--shared", str(repo.path), str(tmp_path / "borrower"))
    again = tmp_path / "again"
    repo.run("clone", "-q", "--shared", str(tmp_path / "borrower"), str(again))
    found, problems = _read(again)
    assert found >= set(repo.run("rev-list", "main").split())
    assert problems == []
    shutil.rmtree(repo.path)
    assert "is not there" in _read(again)[1][0]


def test_borrowing_in_a_circle_ends(repo: GitFolder, tmp_path: Path) -> None:
    other = repo.clone(tmp_path / "other.git", "--bare")
    for one, two in ((repo.path / ".git", other.path), (other.path, repo.path / ".git")):
        (one / "objects/info/alternates").write_text(
            f"# comment\n{two}/objects\n{two}/objects/../objects\n/nowhere\n/dev\n"
        )
    found, problems = _read(repo.path)
    assert len(found) == 6
    assert problems == []


def test_nothing_is_written(repo: GitFolder) -> None:
    before = fingerprint(repo.path)
    with open_repository(repo.path) as repository:
        for commit in repository.commits([r.commit for r in repository.refs() if r.commit]):
            dict(repository.files(commit.tree, _dvc))
    assert fingerprint(repo.path) == before


def test_damage_anywhere_is_a_problem_or_nothing(repo: GitFolder, tmp_path: Path) -> None:
    """Whatever byte is wrong: all commits are found, or something is said; never an exception."""
    repo.run("gc", "-q", "--aggressive", "--prune=now")
    files = [
        path
        for path in sorted((repo.path / ".git").rglob("*"))
        if path.is_file() and path.suffix in (".pack", ".idx")
    ] + [repo.path / ".git" / "packed-refs"]
    chance = random.Random(3)
    whole = _read(repo.path)[0]
    for path in files:
        original = path.read_bytes()
        path.chmod(0o644)
        for _ in range(120):
            data = bytearray(original)
            match chance.randrange(3):
                case 0:
                    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
                case 1:
                    del data[chance.randrange(len(data)) :]
                case _:
                    at = chance.randrange(len(data))
                    data[at : at + 20] = chance.randbytes(20)
            path.write_bytes(data)
            with open_repository(repo.path) as repository:
                refs = repository.refs()
                found = set()
                finder = repository.finder(_dvc)
                walked: set[int] = set()
                for commit in repository.commits([ref.commit for ref in refs if ref.commit]):
                    found.add(commit.id)
                    for file in finder.fresh(commit.tree, walked):
                        repository.read(file.blob, 1 << 20)
                if path.name != "packed-refs":
                    assert found == whole or repository.problems
        path.write_bytes(original)
