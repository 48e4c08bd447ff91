from __future__ import annotations

from pathlib import Path

import pytest

from tce.canary.history import objects
from tests.labs.git_lab import GitFolder

SECRET = b"a-secret-value-of-some-length"


def _names(folder: Path) -> tuple[list[str], list[str]]:
    said: list[str] = []
    found = [one.name.split()[0] for one in objects(folder, said.append) if SECRET in one.data]
    return found, said


@pytest.fixture
def repository(tmp_path: Path) -> GitFolder:
    folder = GitFolder.init(tmp_path / "repository")
    folder.commit("first", {"key": SECRET.decode(), "other": "x" * 2000})
    folder.commit("second", {"key": "taken back"})
    return folder


def test_what_was_taken_back_is_still_there(repository: GitFolder) -> None:
    assert _names(repository.path) == (["blob"], [])


def test_a_packed_delta_is_put_together(repository: GitFolder) -> None:
    long = "".join(f"line {number}\n" for number in range(3000))
    repository.commit("third", {"long": long})
    repository.commit("fourth", {"long": long.replace("line 1500", SECRET.decode())})
    repository.run("gc", "-q", "--aggressive", "--prune=now")
    assert not list((repository.path / ".git/objects").glob("??/*"))
    assert _names(repository.path) == (["blob", "blob"], [])


def test_what_nothing_reaches_any_more_is_there_too(repository: GitFolder) -> None:
    repository.run("checkout", "-q", "--orphan", "fresh")
    repository.commit("fresh", {"key": "never"})
    repository.run("branch", "-D", "main")
    repository.run("reflog", "expire", "--expire=now", "--all")
    assert _names(repository.path) == (["blob"], [])


def test_messages_and_names_are_searched(repository: GitFolder) -> None:
    repository.commit(f"the token is {SECRET.decode()}", {f"{SECRET.decode()}.txt": "x"})
    repository.run("tag", "-a", "-m", SECRET.decode(), "v1")
    found, _ = _names(repository.path)
    assert sorted(found) == ["blob", "commit", "tag", "tree"]


def test_a_bare_repository_and_one_of_sha_256_are_read(
    repository: GitFolder, tmp_path: Path
) -> None:
    bare = repository.clone(tmp_path / "bare", "--mirror")
    assert _names(bare.path) == (["blob"], [])
    other = GitFolder.init(tmp_path / "sha256", "--object-format=sha256")
    other.commit("first", {"key": SECRET.decode()})
    assert _names(other.path) == (["blob"], [])


def test_a_pack_without_its_index_is_told(repository: GitFolder) -> None:
    repository.run("gc", "-q")
    [index] = (repository.path / ".git/objects/pack").glob("*.idx")
    index.unlink()
    _, said = _names(repository.path)
    assert any("has no index: git index-pack" in one for one in said)


def test_a_damaged_object_and_a_cut_history_are_told(repository: GitFolder, tmp_path: Path) -> None:
    cut = repository.clone(tmp_path / "cut", "--depth=1")
    assert _names(cut.path)[1] == ["a shallow clone: what came before it is elsewhere"]
    one = next((repository.path / ".git/objects").glob("??/*"))
    one.chmod(0o644)
    one.write_bytes(b"nothing")
    _, said = _names(repository.path)
    assert any("is damaged" in each for each in said)


def test_no_configuration_is_obeyed(repository: GitFolder, tmp_path: Path) -> None:
    marker = tmp_path / "started"
    repository.run("config", "core.fsmonitor", f"touch {marker}")
    repository.run("config", "core.hooksPath", str(tmp_path))
    assert _names(repository.path)[0] == ["blob"]
    assert not marker.exists()


def test_what_is_no_repository_is_told(tmp_path: Path) -> None:
    assert _names(tmp_path) == ([], [f"not a Git repository: {tmp_path}"])
