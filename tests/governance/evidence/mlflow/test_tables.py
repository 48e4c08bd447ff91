import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from governance.evidence.mlflow import rows
from tests.governance.evidence.mlflow.reading import read
from tests.labs.mlflow_lab import Filled, TrackingLab

OLDEST = "400f98739977"


@pytest.fixture
def lab(filled_mlflow: tuple[TrackingLab, Filled], tmp_path: Path) -> TrackingLab:
    return filled_mlflow[0].copy(tmp_path)


def change(path: Path, *statements: str, **values: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement, values)


def test_small_pages_say_the_same(lab: TrackingLab, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(lab.uri, metrics=["loss"])
    monkeypatch.setattr(rows, "PAGE", 1)
    assert read(lab.uri, metrics=["loss"]).same() == whole.same()


def test_a_tag_of_ten_megabytes_is_cut_before_it_is_read(
    filled_mlflow: tuple[TrackingLab, Filled], lab: TrackingLab
) -> None:
    run = filled_mlflow[1].finished
    change(
        lab.path,
        "UPDATE tags SET value = :value WHERE run_uuid = :run AND key = 'team'",
        value="x" * 10_000_000,
        run=run,
    )
    assert read(lab.uri).notes_of(f"run/{run}", "tag:team") == ["x" * 2_000]


def test_values_of_any_type_in_any_column_are_no_accident(
    filled_mlflow: tuple[TrackingLab, Filled], lab: TrackingLab
) -> None:
    run = filled_mlflow[1].finished
    for column, value in (
        ("start_time", "'soon'"),
        ("end_time", "1e300"),
        ("artifact_uri", "x'ff00'"),
        ("status", "x'41'"),
        ("name", "CAST(x'c328' AS TEXT)"),
        ("lifecycle_stage", "NULL"),
    ):
        change(lab.path, f"UPDATE runs SET {column} = {value} WHERE run_uuid = '{run}'")
    change(
        lab.path,
        "UPDATE latest_metrics SET value = 'many', step = 'x' WHERE key = 'accuracy'",
        "UPDATE tags SET value = NULL WHERE key = 'team'",
        "UPDATE tags SET value = x'00ff' WHERE key = 'mlflow.source.git.commit'",
        "UPDATE logged_models SET status = 99",
        "UPDATE model_versions SET version = 'first' WHERE version = 3",
    )
    said = read(lab.uri, metrics=["accuracy"])
    assert said.notes_of(f"run/{run}", "state") == ["active"]
    assert said.notes_of(f"run/{run}", "started") == []
    assert (None, None) in said.points(f"run/{run}", "accuracy")
    assert said.notes_of(f"run/{run}", "commit") == []
    assert any(problem.startswith("runs that lie at a relative path") for problem in said.problems)


@pytest.fixture(scope="module")
def oldest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of MLflow 3.0, as the installed MLflow's own migrations make it."""
    import warnings

    import sqlalchemy as sa
    from alembic import command

    path = tmp_path_factory.mktemp("oldest") / "mlflow.db"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow.store.db.utils import _get_alembic_config
        from mlflow.store.tracking.dbmodels.initial_models import Base

        engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.NullPool)
        Base.metadata.create_all(engine)
        config = _get_alembic_config(f"sqlite:///{path}")  # type: ignore[no-untyped-call]
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, OLDEST)
        engine.dispose()
    change(
        path,
        "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage) "
        "VALUES (1, 'sft', 's3://lab/1', 'active')",
        "INSERT INTO runs (run_uuid, name, experiment_id, status, lifecycle_stage, artifact_uri) "
        "VALUES ('r', 'one', 1, 'FINISHED', 'active', 's3://lab/1/r/artifacts')",
        "INSERT INTO registered_models (name) VALUES ('llama')",
        "INSERT INTO model_versions (name, version, source, run_id) "
        "VALUES ('llama', 1, 's3://lab/1/r/artifacts/model', 'r')",
        "INSERT INTO registered_model_aliases (name, alias, version) VALUES ('llama', 'prod', 1)",
    )
    return path


def test_a_database_of_mlflow_3_0_is_read(oldest: Path) -> None:
    with closing(sqlite3.connect(oldest)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            (OLDEST,)
        ]
    said = read(f"sqlite:///{oldest}")
    assert {
        ("names", "alias/llama@prod", "version/llama/1"),
        ("names", "version/llama/1", "s3://lab/1/r/artifacts/model"),
        ("needs", "version/llama/1", "run/r"),
        ("made", "run/r", "s3://lab/1/r/artifacts"),
    } == said.edges
    assert said.problems == []
