import hashlib
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from governance.evidence.errors import EvidenceError, ExtraMissingError
from governance.evidence.mlflow import database
from tests.governance.evidence.mlflow.reading import read
from tests.labs.mlflow_lab import Filled, TrackingLab

Made = tuple[TrackingLab, Filled]


@pytest.fixture
def lab(filled_mlflow: Made, tmp_path: Path) -> TrackingLab:
    return filled_mlflow[0].copy(tmp_path / "of-mlflow")


def state(lab: TrackingLab) -> dict[str, str]:
    """Every file of the folder by its content."""
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in lab.path.parent.iterdir()
    }


def change(lab: TrackingLab, *statements: str) -> None:
    with closing(sqlite3.connect(lab.path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            connection.execute(statement)


def test_the_file_is_the_same_to_the_byte_and_nothing_lies_beside_it(lab: TrackingLab) -> None:
    before = state(lab)
    assert read(lab.uri, metrics=["loss"]).claims
    assert state(lab) == before


def test_so_is_a_file_with_a_write_ahead_log_that_nobody_has_open(lab: TrackingLab) -> None:
    change(lab, "PRAGMA journal_mode = WAL")
    before = state(lab)
    assert list(before) == ["mlflow.db"]
    assert read(lab.uri).claims
    assert state(lab) == before


def test_so_is_one_that_mlflow_has_open_and_what_is_in_its_log_is_read(lab: TrackingLab) -> None:
    change(lab, "PRAGMA journal_mode = WAL")
    with closing(sqlite3.connect(lab.path)) as writer:
        writer.execute("UPDATE registered_model_aliases SET alias = 'new' WHERE alias = 'old'")
        writer.commit()
        before = state(lab)
        assert sorted(before) == ["mlflow.db", "mlflow.db-shm", "mlflow.db-wal"]
        assert read(lab.uri).roots("mlflow.alias") == {"llama@production", "llama@new"}
        after = state(lab)
        assert sorted(after) == sorted(before)
        assert after["mlflow.db"] == before["mlflow.db"]
        assert after["mlflow.db-wal"] == before["mlflow.db-wal"]


def test_a_log_that_nobody_wrote_back_is_not_ignored(lab: TrackingLab) -> None:
    change(lab, "PRAGMA journal_mode = WAL")
    with closing(sqlite3.connect(lab.path)) as writer:
        writer.execute("UPDATE registered_model_aliases SET alias = 'new' WHERE alias = 'old'")
        writer.commit()
        killed = lab.path.parent / "killed.db"
        killed.write_bytes(lab.path.read_bytes())
        Path(f"{killed}-wal").write_bytes(Path(f"{lab.path}-wal").read_bytes())
    before = state(lab)
    with pytest.raises(EvidenceError, match="not closed properly"):
        read(f"sqlite:///{killed}")
    assert state(lab) == before


def test_a_change_in_spite_of_no_log_is_noticed(lab: TrackingLab) -> None:
    change(lab, "PRAGMA journal_mode = WAL")
    with (
        pytest.raises(EvidenceError, match="was changed while it was read"),
        database.opened(lab.uri, Path("/")),
    ):
        change(lab, "DELETE FROM registered_model_aliases")


def test_mlflow_can_write_while_it_is_read(lab: TrackingLab) -> None:
    with database.opened(lab.uri, Path("/")) as connection:
        rows = connection.exec_driver_sql("SELECT run_uuid FROM runs").all()
        change(lab, "UPDATE runs SET status = 'KILLED'")
        assert rows
        again = connection.exec_driver_sql("SELECT DISTINCT status FROM runs").all()
        assert [tuple(row) for row in again] == [("KILLED",)]


def test_a_path_is_relative_to_the_workspace_and_may_be_a_link(lab: TrackingLab) -> None:
    link = lab.path.parent / "link with ?#% in it.db"
    link.symlink_to(lab.path)
    said = read("sqlite:///mlflow.db", base=lab.path.parent)
    assert said.claims
    with database.opened("sqlite:///link with %3F%23% in it.db", link.parent) as connection:
        assert connection is not None


def test_nothing_can_be_written_by_this_connection(lab: TrackingLab) -> None:
    from sqlalchemy.exc import OperationalError

    with (
        database.opened(lab.uri, Path("/")) as connection,
        pytest.raises(OperationalError, match="readonly"),
    ):
        connection.exec_driver_sql("DELETE FROM runs")


def test_a_schema_that_is_newer_is_refused(lab: TrackingLab) -> None:
    change(lab, "UPDATE alembic_version SET version_num = 'ffffffffffff'")
    with pytest.raises(EvidenceError, match="revision ffffffffffff"):
        read(lab.uri)


def test_the_schema_of_the_installed_mlflow_is_known(lab: TrackingLab) -> None:
    with closing(sqlite3.connect(lab.path)) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    assert found == [(database.REVISIONS[-1],)]


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE logged_models",
        "DROP TABLE inputs",
        "DROP TABLE experiments",
        "DROP TABLE alembic_version",
        "ALTER TABLE registered_model_aliases RENAME COLUMN alias TO called",
        "ALTER TABLE runs RENAME COLUMN artifact_uri TO somewhere",
        "DELETE FROM alembic_version",
    ],
)
def test_what_lacks_a_table_or_a_column_is_refused_as_a_whole(
    lab: TrackingLab, statement: str
) -> None:
    change(lab, "DROP TABLE IF EXISTS input_tags", statement)
    with pytest.raises(EvidenceError):
        read(lab.uri)


def _garbage(path: Path) -> None:
    path.write_bytes(b"not a database at all" * 1000)


def _folder(path: Path) -> None:
    path.mkdir()


def _empty(path: Path) -> None:
    path.touch()


def _other(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE runs (id)")


@pytest.mark.parametrize("make", [_garbage, _folder, _empty, _other])
def test_what_is_no_database_of_mlflow_is_refused(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    make(tmp_path / "mlflow.db")
    with pytest.raises(EvidenceError):
        read("sqlite:///mlflow.db", base=tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mlflow.db"]


def test_a_file_that_was_cut_short_is_refused(lab: TrackingLab) -> None:
    with lab.path.open("r+b") as file:
        file.truncate(lab.path.stat().st_size // 3)
    with pytest.raises(EvidenceError):
        read(lab.uri)


def test_a_lock_is_waited_for_only_so_long(
    lab: TrackingLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "SECONDS", 0.1)
    with closing(sqlite3.connect(lab.path)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(EvidenceError, match="cannot be read"):
            read(lab.uri)


@pytest.mark.parametrize(
    "uri",
    ["sqlite://", "sqlite:///:memory:", "sqlite:///mlflow.db?mode=rwc", "mssql://host/mlflow"],
)
def test_what_cannot_be_read_without_writing_is_refused(uri: str, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError):
        read(uri, base=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("uri", "package"),
    [
        ("mysql+mysqldb://nobody@127.0.0.1:1/mlflow", "pip install mysqlclient"),
        ("mysql+pymysql://nobody@127.0.0.1:1/mlflow", "pip install pymysql"),
    ],
)
def test_a_driver_that_is_missing_is_named(
    uri: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for driver in ("MySQLdb", "pymysql"):
        monkeypatch.setitem(sys.modules, driver, None)
    with pytest.raises(ExtraMissingError, match="mysql") as raised:
        read(uri, base=tmp_path)
    assert raised.value.__notes__ == [package]
