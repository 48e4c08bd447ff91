"""Whatever goes wrong with a source becomes words, and never a secret."""

from datetime import UTC, datetime
from pathlib import Path

from governance.evidence.asking import ask, without_user
from governance.evidence.gather import Gather
from governance.evidence.source import Asked
from governance.workspace.evidence import JobsEntry

NOW = datetime(2026, 11, 22, 1, 20, tzinfo=UTC)


def test_a_source_is_asked_and_says_who_could_write_it(tmp_path: Path) -> None:
    (tmp_path / "jobs.json").write_text('{"jobs": []}')
    with Gather(tmp_path) as into:
        outcome = ask("jobs", JobsEntry(file="jobs.json"), tmp_path, into, Asked(NOW))
    assert outcome.failure is None
    assert outcome.place == str(tmp_path / "jobs.json")
    assert outcome.writers == f"whoever may write {tmp_path / 'jobs.json'}"


def test_an_expected_error_is_told_with_what_to_type(tmp_path: Path) -> None:
    with Gather(tmp_path) as into:
        outcome = ask("jobs", JobsEntry(file="none.json"), tmp_path, into, Asked(NOW))
    path = tmp_path / "none.json"
    assert outcome.failure == f"{path} cannot be opened: no such file or directory: ls -l {path}"


def test_users_and_passwords_are_taken_out_of_addresses() -> None:
    assert without_user("postgresql://me:pw@db/mlflow is down") == "postgresql://db/mlflow is down"
    assert without_user("git@host:path, mail@example.org") == "git@host:path, mail@example.org"
