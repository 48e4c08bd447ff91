"""Repositories that earlier versions of tutela wrote can be updated by this one.

A new format of the lock or the base gets a folder of its own here, written by the version that
writes it; the folders that are there never change.
"""

import json
import shutil
from pathlib import Path

import pytest

from blueprints.engine.lock import InvalidLockError
from tests.blueprints.update.five import version
from tests.blueprints.update.repositories import commit, git, rendered, tree, updated

FIXTURES = Path(__file__).parent / "fixtures"
FORMATS = ["v1"]


@pytest.fixture(params=FORMATS)
def repo(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    shutil.copytree(FIXTURES / request.param, folder)
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


def test_every_format_is_tried() -> None:
    assert sorted(path.name for path in FIXTURES.glob("v*")) == FORMATS


@pytest.mark.parametrize("to", [1, 3, 5])
def test_it_becomes_what_is_rendered_today(tmp_path: Path, repo: Path, to: int) -> None:
    assert updated(repo, to).exit_code == 0
    fresh = rendered(tmp_path / "fresh", version(to), (repo / "spec.yaml").read_text())
    assert tree(repo) == tree(fresh)


def test_a_newer_format_is_one_clear_error(repo: Path) -> None:
    data = json.loads((repo / "tutela.lock").read_text())
    (repo / "tutela.lock").write_text(json.dumps({**data, "schema": "tutela/lock/v99"}))
    commit(repo)
    before = tree(repo)
    with pytest.raises(InvalidLockError, match="written by a newer tutela"):
        updated(repo, 3)
    assert tree(repo) == before
