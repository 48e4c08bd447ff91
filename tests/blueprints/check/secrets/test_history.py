from pathlib import Path

import pytest

from blueprints.check.secrets import history
from blueprints.check.secrets.history import Once, found_in, search_history
from tests.blueprints.check.secrets.planted import FORMS
from tests.labs.git_lab import GitFolder

TOKEN = FORMS["a GitHub token"]
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n"


def once(folder: Path) -> set[tuple[str, str]]:
    found = list(search_history(folder, set()))
    assert all(isinstance(one, Once) for one in found), found
    return {(one.file, one.what) for one in found if isinstance(one, Once)}


def test_what_a_later_commit_removed_is_found(tmp_path: Path) -> None:
    folder = GitFolder.init(tmp_path / "repo")
    folder.commit("one", {"a.env": f"X={TOKEN}\n", "dir/b.yaml": SECRET, "c": "harmless\n"})
    folder.commit("two", {"a.env": "X=\n", "dir/b.yaml": "gone: yes\n"})
    assert once(folder.path) == {
        ("a.env", "a GitHub token"),
        ("dir/b.yaml", 'a value under "password" in the Secret s'),
    }


def test_branches_tags_and_stashes_are_searched(tmp_path: Path) -> None:
    folder = GitFolder.init(tmp_path / "repo")
    folder.commit("one", {"a": "a\n"})
    for name in ("branch", "tag", "stash"):
        folder.run("checkout", "-q", "-b", name, "main")
        (folder.path / name).write_text(f"{name} {TOKEN}\n")
        folder.run("add", name)
        if name == "stash":
            folder.run("stash", "push", "-q")
        else:
            folder.run("commit", "-q", "-m", name)
    folder.run("tag", "v1", "tag")
    folder.run("checkout", "-q", "main")
    folder.run("branch", "-q", "-D", "tag", "stash")
    folder.run("gc", "-q")
    assert {file for file, _ in once(folder.path)} == {"branch", "tag", "stash"}


def test_each_file_is_searched_once_and_what_is_known_not_at_all(tmp_path: Path) -> None:
    folder = GitFolder.init(tmp_path / "repo")
    folder.commit("one", {"a": f"{TOKEN}\n"})
    folder.commit("two", {"b": f"{TOKEN}\n"})
    known: set[str] = set()
    assert len(list(search_history(folder.path, known))) == 1
    assert list(search_history(folder.path, known)) == []


def test_no_repository_has_no_history(tmp_path: Path) -> None:
    assert list(search_history(tmp_path, set())) == []


def test_a_shallow_clone_says_that_its_history_is_cut(tmp_path: Path) -> None:
    folder = GitFolder.init(tmp_path / "repo")
    folder.commit("one", {"a": f"{TOKEN}\n"})
    folder.commit("two", {"a": "\n"})
    folder.run("clone", "-q", "--depth=1", f"file://{folder.path}", str(tmp_path / "clone"))
    (told,) = search_history(tmp_path / "clone", set())
    assert isinstance(told, str)
    assert "shallow clone" in told


def test_a_git_folder_elsewhere_is_not_looked_at(tmp_path: Path) -> None:
    private = GitFolder.init(tmp_path / "private")
    private.commit("one", {"a": f"{TOKEN}\n"})
    pointer, link = tmp_path / "pointer", tmp_path / "link"
    pointer.mkdir()
    link.mkdir()
    (pointer / ".git").write_text(f"gitdir: {private.path}/.git\n")
    (link / ".git").symlink_to(private.path / ".git")
    for folder in (pointer, link):
        (told,) = search_history(folder, set())
        assert isinstance(told, str)
        assert "is kept elsewhere" in told


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MOST_SECONDS", -1.0, "was cut after -1 seconds"),
        ("MOST_BYTES", 0, "was cut after 0 MiB"),
        ("MOST_FILE", 10, "1 files are larger than 0 MiB"),
    ],
)
def test_what_a_bound_leaves_out_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: float, words: str
) -> None:
    folder = GitFolder.init(tmp_path / "repo")
    folder.commit("one", {"a": f"{TOKEN}\n"})
    monkeypatch.setattr(history, name, value)
    (told,) = search_history(folder.path, set())
    assert isinstance(told, str)
    assert words in told


def test_a_damaged_repository_says_so(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (told,) = search_history(tmp_path, set())
    assert isinstance(told, str)
    assert told.startswith("the Git history: ")


def test_manifests_are_read_as_such() -> None:
    assert found_in("a.yaml", SECRET.encode()) == {'a value under "password" in the Secret s'}
    assert found_in("a.txt", SECRET.encode()) == set()
    assert found_in("a.yaml", b"Secret: [") == set()
