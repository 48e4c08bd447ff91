"""Random histories: what the source claims is what a slow walk of every commit finds."""

import json
import subprocess
import tempfile
from pathlib import Path

import pytest
from dulwich.objects import Blob, Commit, ObjectID, Tag, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.dvc.history import History, is_config, wanted
from governance.evidence.git.repository import open_repository
from tests.governance.evidence.dvc.claims import NoContents, Said, read_dvc
from tests.labs.git_lab import GitFolder, git_environ

# DVC makes the repository once, not once in each process.
pytestmark = pytest.mark.xdist_group("dvc")

_PATHS = ["a.dvc", "d/b.dvc", "d/e/c.dvc", "dvc.lock", "d/dvc.lock", "notes.txt", "x.dvc/y.txt"]
_DIGESTS = [f"{number:032x}" for number in range(12)]

# One commit: parents (numbers of earlier ones), and for each path what it says (None: not there).
_commits = st.lists(
    st.tuples(
        st.lists(st.integers(0, 9), max_size=2),
        st.dictionaries(st.sampled_from(_PATHS), st.sampled_from(_DIGESTS), max_size=4),
    ),
    min_size=1,
    max_size=9,
)
_refs = st.dictionaries(
    st.sampled_from(
        ["refs/heads/main", "refs/heads/x", "refs/tags/v", "refs/remotes/o/main", "refs/exps/a/b/c",
         "refs/stash", "refs/notes/n", "refs/heads/deep/er"]
    ),
    st.tuples(st.integers(0, 8), st.booleans()),
    min_size=1,
)  # fmt: skip


def _says(path: str, digest: str) -> bytes:
    if path.endswith("dvc.lock"):
        return (
            f"schema: '2.0'\nstages:\n  s:\n    cmd: c\n    outs:\n    - path: o\n"
            f"      hash: md5\n      md5: '{digest}'\n"
        ).encode()
    return f"outs:\n- md5: '{digest}'\n  hash: md5\n  path: p\n".encode()


def _tree(repo: Repo, files: dict[str, bytes]) -> ObjectID:
    tree = Tree()
    folders: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        head, _, rest = path.partition("/")
        if rest:
            folders.setdefault(head, {})[rest] = content
        else:
            blob = Blob.from_string(content)
            repo.object_store.add_object(blob)
            tree.add(head.encode(), 0o100644, blob.id)
    for name, inner in folders.items():
        tree.add(name.encode(), 0o040000, _tree(repo, inner))
    repo.object_store.add_object(tree)
    return tree.id


def _build(
    folder: Path,
    commits: list[tuple[list[int], dict[str, str]]],
    refs: dict[str, tuple[int, bool]],
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Make the repository; return what each ref has at its tip, and in all of its history."""
    repo = Repo.init_bare(str(folder), mkdir=True)
    ids: list[ObjectID] = []
    has: list[set[str]] = []
    ever: list[set[str]] = []
    for number, (parents, says) in enumerate(commits):
        before = sorted({parent % number for parent in parents}) if number else []
        commit = Commit()
        commit.tree = _tree(repo, {path: _says(path, one) for path, one in says.items()})
        commit.parents = [ids[parent] for parent in before]
        commit.author = commit.committer = b"Ada <ada@example.org>"
        commit.commit_time = commit.author_time = 1_700_000_000 + number
        commit.commit_timezone = commit.author_timezone = 0
        commit.message = b"m"
        repo.object_store.add_object(commit)
        ids.append(commit.id)
        has.append(
            {one for path, one in says.items() if wanted(b"", path.rpartition("/")[2].encode())}
        )
        ever.append(has[-1].union(*(ever[parent] for parent in before)))
    tips: dict[str, set[str]] = {}
    histories: dict[str, set[str]] = {}
    for name, (number, tagged) in refs.items():
        at = number % len(commits)
        target = ids[at]
        if tagged and name.startswith("refs/tags/"):
            tag = Tag()
            tag.object = (Commit, target)
            tag.name, tag.message = b"v", b"m"
            tag.tagger = b"Ada <ada@example.org>"
            tag.tag_time, tag.tag_timezone = 1_700_000_000, 0
            repo.object_store.add_object(tag)
            target = tag.id
        repo.refs[Ref(name.encode())] = target
        tips[name], histories[name] = has[at], ever[at]
    repo.close()
    return tips, histories


def _kind(ref: str) -> str:
    return ref.split("/")[1]


def _check(said: Said, tips: dict[str, set[str]], histories: dict[str, set[str]]) -> None:
    assert said.problems == []
    for ref, digests in tips.items():
        words = {
            str(one["target"])
            for one in said.claims
            if one["root_name"] == ref and str(one["words"]).startswith(f"ref {ref} ")
        }
        assert words == {f"md5:{one}" for one in digests}
    for kind in {_kind(ref) for ref in tips}:
        refs = [ref for ref in tips if _kind(ref) == kind]
        claimed = set().union(*(said.targets(ref) for ref in refs))
        reachable = set().union(*(histories[ref] for ref in refs))
        assert claimed == {f"md5:{one}" for one in reachable}
        # In history each content is claimed by one ref of its kind, and only by one that has it.
        for ref in refs:
            assert said.targets(ref) <= {f"md5:{one}" for one in histories[ref]}
    assert {ref for ref, _ in said.roots} <= set(tips)


@given(_commits, _refs)
def test_claims_are_what_a_slow_walk_finds(
    commits: list[tuple[list[int], dict[str, str]]], refs: dict[str, tuple[int, bool]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        tips, histories = _build(Path(name) / "r.git", commits, refs)
        _check(read_dvc(Path(name) / "r.git", Path(name), NoContents()), tips, histories)


@given(_commits, _refs)
def test_packing_changes_nothing(
    commits: list[tuple[list[int], dict[str, str]]], refs: dict[str, tuple[int, bool]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "r.git"
        tips, histories = _build(path, commits, refs)
        (path / "HEAD").write_text("ref: refs/heads/nothing\n")
        GitFolder(path).run("gc", "-q", "--prune=now", "--aggressive")
        _check(read_dvc(path, Path(name), NoContents()), tips, histories)


def test_what_is_wanted() -> None:
    assert wanted(b"", b"a.dvc")
    assert wanted(b"d", b"dvc.lock")
    assert wanted(b"d", b"Dvcfile")
    assert wanted(b".dvc", b"config")
    assert not wanted(b".dvc", b"config.local")
    assert not wanted(b"", b"config")
    assert not wanted(b"", b".dvc")
    assert is_config("sub/.dvc/config")
    assert not is_config("x.dvc/config")


def test_a_long_history_is_read_quickly(tmp_path: Path) -> None:
    """Ten thousand commits, each a new version of one of a hundred pointers."""
    path = tmp_path / "long.git"
    path.mkdir()
    folder = GitFolder(path)
    folder.run("init", "-q", "--bare", "-b", "main", ".")
    stream = []
    for number in range(10_000):
        text = _says("x.dvc", f"{number:032x}").decode()
        stream.append(
            f"commit refs/heads/main\ncommitter A <a@b> {1_700_000_000 + number} +0000\ndata 1\nm\n"
            f"M 100644 inline d/x{number % 100}.dvc\ndata {len(text)}\n{text}\n"
        )
    subprocess.run(
        ["git", "fast-import", "--quiet"],
        cwd=path,
        env=git_environ(),
        input="".join(stream).encode(),
        check=True,
    )
    progress: list[str] = []
    with open_repository(path) as repository:
        history = History(repository, progress.append)
        assert history.commits == 10_000
        assert sum(1 for _ in history.tips) == 100
        assert sum(1 for _ in history.past) == 10_000
    assert progress[0] == "1,000 commits"
    said = read_dvc(path, tmp_path, NoContents())
    assert len(said.roots) == 10_000
    assert json.dumps(said.problems) == "[]"
