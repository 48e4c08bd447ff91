from pathlib import Path

import pytest

from governance.evidence.errors import EvidenceError
from governance.evidence.git.repository import open_repository
from tests.labs.git_lab import GitFolder


def test_a_repository_is_opened_and_closed(tmp_path: Path) -> None:
    folder = GitFolder.init(tmp_path / "one")
    folder.commit("first", {"a": "a\n"})
    with open_repository(folder.path) as repository:
        assert [ref.name for ref in repository.refs() if ref.name != "HEAD"] == ["refs/heads/main"]


def test_what_is_no_repository_is_missing_evidence_with_a_hint(tmp_path: Path) -> None:
    with (
        pytest.raises(EvidenceError, match="no such repository") as caught,
        open_repository(tmp_path / "none"),
    ):
        pass
    assert caught.value.__notes__ == [f"git clone --mirror URL {tmp_path / 'none'}"]


def test_what_fails_inside_is_passed_on(tmp_path: Path) -> None:
    folder = GitFolder.init(tmp_path / "one")
    folder.commit("first", {"a": "a\n"})
    with pytest.raises(ZeroDivisionError), open_repository(folder.path):
        raise ZeroDivisionError
