import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.evidence.git.fetched import fetched
from tests.labs.git_lab import GitFolder

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def origin(tmp_path: Path) -> GitFolder:
    folder = GitFolder.init(tmp_path / "origin")
    folder.commit("one")
    return folder


def age(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (0, LONG_AGO.timestamp()))


def test_a_repository_that_people_push_to_is_as_of_now(origin: GitFolder) -> None:
    assert fetched(origin.path / ".git") is None


def test_a_mirror_is_as_of_its_last_fetch(origin: GitFolder, tmp_path: Path) -> None:
    mirror = origin.clone(tmp_path / "mirror", "--mirror")
    mirror.run("fetch", "-q")
    age(mirror.path)
    assert fetched(mirror.path) == LONG_AGO
    mirror.run("fetch", "-q")
    assert (fetched(mirror.path) or LONG_AGO) > LONG_AGO


def test_a_push_is_news_too(origin: GitFolder, tmp_path: Path) -> None:
    server = origin.clone(tmp_path / "server", "--mirror")
    server.run("fetch", "-q")
    age(server.path)
    origin.run("push", "-q", str(server.path), "HEAD:refs/heads/new")
    assert (fetched(server.path) or LONG_AGO) > LONG_AGO
