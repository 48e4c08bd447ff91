"""Finding: `dvc gc` in one clone deletes what a colleague has just pushed from another.

First the peer loses the data, as it does; then what tutela knows of the same situation.
"""

from pathlib import Path

import pytest

from tests.governance.evidence.dvc.claims import Said, read_dvc
from tests.labs.dvc_lab import Colleague, colleague
from tests.labs.seaweed import Lab


@pytest.fixture
def situation(s3: Lab, tmp_path: Path) -> Colleague:
    return colleague(tmp_path / "lab", s3)


def _said(situation: Colleague, folder: Path) -> Said:
    return read_dvc(situation.origin.path, folder, name="origin", owns=(situation.remote,))


def test_dvc_deletes_what_a_colleague_has_just_pushed(situation: Colleague) -> None:
    assert situation.there()
    assert "Removed 1 objects from remote" in situation.collect()
    assert not situation.there()
    # Ben does all that is left to do, and nobody can have the data: not even he, from elsewhere.
    situation.push()
    situation.a.run("fetch", "-q", "origin")
    situation.a.run("checkout", "-q", "origin/ben")
    with pytest.raises(AssertionError, match="Missing cache files"):
        situation.a.dvc("pull")


def test_once_it_is_pushed_the_data_are_claimed_until_the_branch_goes(
    situation: Colleague, tmp_path: Path
) -> None:
    node = f"md5:{situation.digest}"
    place = f"s3://{situation.bucket}/{situation.key}"

    # Before Ben's push nobody can know: only the age of the object protects it.
    before = _said(situation, tmp_path / "before")
    assert node not in before.targets()
    assert before.problems == []
    # A clone of his that is registered says it even now.
    own = read_dvc(situation.b.path, tmp_path / "own", name="ben")
    assert own.words(node) == {"ref refs/heads/ben of repo ben: corpus.txt"}

    situation.push()
    pushed = _said(situation, tmp_path / "pushed")
    assert pushed.words(node) == {"ref refs/heads/ben of repo origin.git: corpus.txt"}
    assert place in pushed.reached(node)
    assert ("refs/heads/ben", node) in pushed.roots

    situation.delete_branch()
    after = _said(situation, tmp_path / "after")
    assert node not in after.targets()
    assert after.problems == []
    assert [one["target"] for one in after.claims if one["relation"] == "covers"] == [
        situation.remote.rstrip("/")
    ]
