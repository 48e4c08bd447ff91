import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.evidence.dvc.source import DvcSource
from governance.evidence.errors import EvidenceError
from governance.workspace.evidence import DvcEntry
from tests.governance.evidence.dvc.claims import NOW, NoContents, Said, read_dvc
from tests.governance.evidence.dvc.conftest import Template
from tests.labs.dvc_lab import md5
from tests.labs.git_lab import GitFolder, fingerprint
from tests.labs.hostile_git import hostile_repository

# DVC makes the repository once, not once in each process.
pytestmark = pytest.mark.xdist_group("dvc")


@pytest.fixture
def said(template: Template, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    for name, value in template.folder.s3.environ().items():
        monkeypatch.setenv(name, value)
    return read_dvc(template.folder.path, workspace)


def _node(content: str) -> str:
    return f"md5:{md5(content)}"


def test_holds_exactly_what_dvc_itself_says_is_used(template: Template, said: Said) -> None:
    used = {one.removesuffix(".dir") for one in template.folder.used()}
    assert said.problems == []
    # DVC does not look into stashes.
    assert said.digests() - used == {md5("stash one\n"), md5("stash two\n")}
    assert used <= said.digests()


def test_names_every_ref_that_has_it_now(said: Said) -> None:
    assert said.words(_node("raw\n")) >= {
        "ref refs/heads/main of repo data: raw.csv",
        "ref refs/tags/v1 of repo data: raw.csv",
        "ref refs/remotes/origin/doomed of repo data: raw.csv",
        "ref refs/stash@{1} of repo data: raw.csv",
    }
    # `origin/HEAD` is another word for a branch.
    assert not any(
        ref.split("/")[-1] == "HEAD" for ref, target in said.roots if target == _node("raw\n")
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("only the tag\n", "ref refs/tags/v1 of repo data: only-tag.csv"),
        ("only the remote ref\n", "ref refs/remotes/origin/doomed of repo data: doomed.csv"),
        ("raw\nx: 1\n", "ref refs/exps/* of repo data: clean.csv"),
        ("stash one\n", "history of refs/stash@{1} (commit *) of repo data: one.csv"),
        ("stash two\n", "history of refs/stash (commit *) of repo data: two.csv"),
        ("only in history\n", "history of refs/heads/main (commit *) of repo data: old.csv"),
        (
            "nobody committed it\n",
            "files of repo data that are not committed: unsaved.csv",
        ),
    ],
)
def test_every_kind_of_ref_holds_data(said: Said, content: str, words: str) -> None:
    found = sorted(said.words(_node(content)))
    assert len(found) >= 1
    start, _, end = words.partition("*")
    assert any(one.startswith(start) and one.endswith(end) for one in found), found


def test_a_folder_stands_for_the_files_in_it(template: Template, said: Said) -> None:
    folders = [
        str(one["target"])
        for one in said.claims
        if one["root_name"] == "refs/heads/main" and str(one["words"]).endswith(": corpus")
    ]
    now = next(one for one in folders if _node("text 3\n") in said.reached(one))
    assert {_node(f"text {number}\n") for number in range(4)} <= said.reached(now)
    digest = now.removeprefix("md5:")
    place = f"s3://{template.bucket}/remote/files/md5/{digest[:2]}/{digest[2:]}.dir"
    assert place in said.reached(now)


def test_content_is_where_the_remote_has_it(template: Template, said: Said) -> None:
    digest = md5("raw\n")
    place = f"s3://{template.bucket}/remote/files/md5/{digest[:2]}/{digest[2:]}"
    assert said.reached(_node("raw\n")) == {place}
    head = template.folder.s3.client.head_object(
        Bucket=template.bucket, Key=place.removeprefix(f"s3://{template.bucket}/")
    )
    assert head["ContentLength"] == 4


def test_a_version_aware_remote_keeps_files_under_their_names(
    template: Template, said: Said
) -> None:
    assert f"s3://{template.bucket}/versions/v.txt" in said.reached(_node("version one\n"))
    words = {
        str(one["words"])
        for one in said.claims
        if one["target"] == f"s3://{template.bucket}/versions/v.txt"
    }
    assert len(words) == 1
    assert words.pop().startswith("v.txt as version ")
    # A folder whose files the pointer spells out is kept as a whole.
    folder = next(
        str(one["holder"])
        for one in said.claims
        if one["target"] == f"s3://{template.bucket}/versions/vdir"
    )
    assert _node("in a folder\n") in said.reached(folder)
    assert ("refs/heads/main", folder) in said.roots


def test_what_a_stage_made_needs_what_it_was_made_from(said: Said) -> None:
    lines = {
        (one["holder"], one["target"]): one["words"]
        for one in said.claims
        if one["relation"] == "needs" and one["root"] is None
    }
    assert lines[(_node("raw\nx: 0\n"), _node("raw\n"))] == "stage prep of repo data"


def test_data_are_called_by_their_paths(said: Said) -> None:
    notes = {(one["node"], one["key"]): one["text"] for one in said.notes}
    assert notes[(_node("raw\n"), "label")] == "raw.csv"
    assert notes[(_node("raw\n"), "type")] == "dataset"


def test_nothing_in_the_repository_changes(template: Template, workspace: Path) -> None:
    before = fingerprint(template.folder.path)
    read_dvc(template.folder.path, workspace, NoContents())
    assert fingerprint(template.folder.path) == before


def test_a_bare_clone_says_the_same_but_for_what_is_on_disk(
    template: Template, workspace: Path, tmp_path: Path, said: Said
) -> None:
    bare = template.folder.clone(tmp_path / "data.git", "--mirror")
    found = read_dvc(bare.path, workspace)
    assert found.problems == []
    # A clone gets neither the older stashes nor what is not committed.
    assert said.digests() - found.digests() == {md5("stash one\n"), md5("nobody committed it\n")}
    assert found.digests() <= said.digests()


def test_lists_that_cannot_be_read_are_about_the_remotes(
    template: Template, tmp_path: Path
) -> None:
    copy = template.copy(tmp_path / "copy")
    shutil.rmtree(copy.path / ".dvc" / "cache")
    found = read_dvc(copy.path, tmp_path / "ws", NoContents(), owns=("s3://elsewhere/x/",))
    words = {problem.words for problem in found.problems}
    assert len(words) == 2
    assert all(one.startswith("the list of corpus (") for one in words)
    assert {problem.within for problem in found.problems} == {
        f"s3://{template.bucket}/remote/",
        f"s3://{template.bucket}/versions/",
        "s3://elsewhere/x/",
    }


def test_lists_that_somebody_declared_lost_are_no_problem(
    template: Template, tmp_path: Path
) -> None:
    copy = template.copy(tmp_path / "copy")
    shutil.rmtree(copy.path / ".dvc" / "cache")
    found = read_dvc(copy.path, tmp_path / "ws", NoContents())
    lists = {re.findall(r"[0-9a-f]{32}\.dir", problem.words)[0] for problem in found.problems}
    one, *others = sorted(lists)
    again = read_dvc(copy.path, tmp_path / "ws", NoContents(), lost=(one,))
    assert {one in problem.words for problem in again.problems} == {False}
    assert len({problem.words for problem in again.problems}) == len(others)
    assert read_dvc(copy.path, tmp_path / "ws", NoContents(), lost=tuple(lists)).problems == []


def test_a_list_is_read_once_and_for_all(
    template: Template, tmp_path: Path, workspace: Path, said: Said
) -> None:
    assert said.problems == []
    copy = template.copy(tmp_path / "copy")
    shutil.rmtree(copy.path / ".dvc" / "cache")
    found = read_dvc(copy.path, workspace, NoContents())
    assert found.problems == []
    for file in (workspace / "cache" / "dvc").rglob("*.dir"):
        file.write_bytes(b"[]")  # A copy that was changed is none.
    assert len(read_dvc(copy.path, workspace, NoContents()).problems) == 4


def test_stores_are_covered_that_the_entry_owns(template: Template, tmp_path: Path) -> None:
    prefix = f"s3://{template.bucket}/remote/"
    found = read_dvc(template.folder.path, tmp_path, NoContents(), owns=(prefix,))
    covers = [one for one in found.claims if one["relation"] == "covers"]
    assert [(one["holder"], one["target"]) for one in covers] == [("dvc:data", prefix[:-1])]


def test_claims_are_of_the_last_fetch(template: Template, tmp_path: Path) -> None:
    copy = template.copy(tmp_path / "copy")
    assert read_dvc(copy.path, tmp_path / "a", NoContents()).as_of is None
    for path in (copy.path / ".git").rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000), follow_symlinks=False)
    (copy.path / ".git" / "FETCH_HEAD").touch()
    os.utime(copy.path / ".git" / "FETCH_HEAD", (1_700_000_000, 1_700_000_000))
    found = read_dvc(copy.path, tmp_path / "b", NoContents())
    assert found.as_of == datetime.fromtimestamp(1_700_000_000, UTC)
    os.utime(copy.path / ".git" / "FETCH_HEAD", (4_000_000_000, 4_000_000_000))
    assert read_dvc(copy.path, tmp_path / "c", NoContents()).as_of == NOW


def test_no_repository_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="no such repository"):
        read_dvc(tmp_path / "none", tmp_path, NoContents())


def test_the_path_starts_beside_the_configuration(tmp_path: Path) -> None:
    source = DvcSource(DvcEntry(repo="../data.git"), tmp_path / ".tutela")
    assert source.place == f"{tmp_path}/data.git"
    assert source.writers == f"whoever may push to {source.place} or write there"
    assert source.name == DvcEntry(repo="../data.git").known_as


GARBAGE = {
    "yaml": "outs: [",
    "aliases": "outs: &a\n- path: x\n  md5: *a\n",
    "bomb": "a: &a [x,x]\nb: &b [*a,*a]\nouts: *b\n",
    "tag": "outs: !!python/object/apply:os.system ['touch x']\n",
    "digest": "outs:\n- path: x\n  md5: nothex\n",
    "numbers": "outs:\n- path: x\n  md5: 12345678901234567890123456789012345\n",
    "list": "outs: x\n",
    "no path": "outs:\n- md5: " + "a" * 32 + "\n",
    "conflict": "<<<<<<< ours\nouts:\n=======\n>>>>>>> theirs\n",
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_is_a_problem_of_one_file(tmp_path: Path, kind: str) -> None:
    repo = GitFolder.init(tmp_path / "repo")
    good = "outs:\n- md5: " + "b" * 32 + "\n  hash: md5\n  path: good\n"
    repo.commit(
        "bad",
        {
            "bad.dvc": GARBAGE[kind],
            "good.dvc": good,
            ".dvc/config": "[core]\n    remote = s\n['remote \"s\"']\n    url = s3://bucket/p\n",
        },
    )
    found = read_dvc(repo.path, tmp_path / "ws", NoContents())
    assert found.targets("refs/heads/main") == {"md5:" + "b" * 32}
    assert [problem.within for problem in found.problems] == ["s3://bucket/p/"]
    assert found.problems[0].words.startswith("refs/heads/main:bad.dvc: ")
    assert not (repo.path / "x").exists()


def test_paths_that_lead_outside_are_words_only(tmp_path: Path) -> None:
    repo = GitFolder.init(tmp_path / "repo")
    repo.commit(
        "c",
        {
            ".dvc/config": "['remote \"s\"']\n    url = s3://bucket/p\n    version_aware = true\n",
            "a/x.dvc": "wdir: ../../..\nouts:\n- md5: " + "a" * 32 + "\n  hash: md5\n"
            "  path: ../../etc/passwd\n  cloud:\n    s:\n      version_id: v1\n",
        },
    )
    found = read_dvc(repo.path, tmp_path / "ws", NoContents())
    assert found.problems == []
    assert found.reached("md5:" + "a" * 32) == set()
    assert found.words("md5:" + "a" * 32) == {
        "ref refs/heads/main of repo repo: ../../../../etc/passwd"
    }


def test_a_newer_lock_file_is_a_problem_and_still_read(tmp_path: Path) -> None:
    repo = GitFolder.init(tmp_path / "repo")
    stage = "  s:\n    cmd: c\n    outs:\n    - path: x\n      hash: md5\n      md5: " + "c" * 32
    repo.commit("c", {"dvc.lock": f"schema: '3.0'\nstages:\n{stage}\n"})
    found = read_dvc(repo.path, tmp_path / "ws", NoContents())
    assert found.targets() == {"md5:" + "c" * 32}
    assert [problem.words for problem in found.problems] == [
        "refs/heads/main:dvc.lock: its schema '3.0' is not known"
    ]
    assert found.problems[0].within is None


def test_a_hostile_repository_leaves_no_trace(tmp_path: Path) -> None:
    hostile = hostile_repository(tmp_path / "hostile", tmp_path / "marks")
    for mark in (tmp_path / "marks").iterdir():
        mark.unlink()
    before = fingerprint(tmp_path)
    found = read_dvc(hostile.path, tmp_path.with_name(f"{tmp_path.name}-ws"), NoContents())
    assert found.targets() == {"md5:" + "a" * 32}
    assert fingerprint(tmp_path) == before
    assert list((tmp_path / "marks").iterdir()) == []


def test_a_shallow_clone_is_not_complete(template: Template, tmp_path: Path) -> None:
    shallow = template.folder.clone(tmp_path / "shallow", "--depth", "1")
    found = read_dvc(shallow.path, tmp_path / "ws", NoContents())
    assert "it is a shallow clone" in found.problems[-1].words
    assert found.problems[-1].within is None
