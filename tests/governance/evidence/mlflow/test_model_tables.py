import sqlite3
from contextlib import closing
from pathlib import Path

from tests.governance.evidence.mlflow.reading import read
from tests.labs.mlflow_lab import Filled, TrackingLab


def test_prompts_are_no_models(filled_mlflow: tuple[TrackingLab, Filled], tmp_path: Path) -> None:
    lab = filled_mlflow[0].copy(tmp_path)
    before = read(lab.uri)
    with lab.client() as client:
        client.register_prompt("greeting", "Salve, {{name}}")
        client.set_prompt_alias("greeting", "production", 1)
    assert read(lab.uri).same() == before.same()
    with lab.server() as address:
        assert read(address).same() == before.same()


def test_versions_that_are_being_deleted_are_none(
    filled_mlflow: tuple[TrackingLab, Filled], tmp_path: Path
) -> None:
    lab = filled_mlflow[0].copy(tmp_path)
    with closing(sqlite3.connect(lab.path)) as database, database:
        database.execute(
            "UPDATE model_versions SET current_stage = 'Deleted_Internal' WHERE version = 3"
        )
    said = read(lab.uri)
    assert said.roots("mlflow.version") == {"llama/1", "llama/2", "copy/1"}
    with lab.server() as address:
        assert read(address).same() == said.same()


def test_every_value_of_a_logged_model_has_its_step(
    filled_mlflow: tuple[TrackingLab, Filled], tmp_path: Path
) -> None:
    from mlflow.entities import Metric

    lab, filled = filled_mlflow[0].copy(tmp_path), filled_mlflow[1]
    with lab.client() as client:
        run = client.create_run("1").info.run_id
        for step, value in ((1, 0.5), (2, 0.25)):
            client.log_metric(run, "eval", value, step=step, model_id=filled.model)
        client.log_batch(run, [Metric("eval", 0.125, 9, 3, model_id=filled.model)])
    said = read(lab.uri)
    assert said.points(f"model/{filled.model}", "eval") == {
        (5, 0.75),
        (1, 0.5),
        (2, 0.25),
        (3, 0.125),
    }
    with lab.server() as address:
        assert read(address).same() == said.same()
