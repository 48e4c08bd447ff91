from pathlib import Path

import pytest

from governance.evidence.errors import EvidenceError
from tests.governance.evidence.mlflow.reading import read, source
from tests.labs.mlflow_lab import COMMIT, IMAGE, MD5, Filled, TrackingLab

Made = tuple[TrackingLab, Filled]


def test_an_alias_leads_to_the_place_of_its_model(filled_mlflow: Made) -> None:
    lab, filled = filled_mlflow
    said = read(lab.uri)
    model = f"model/{filled.model}"
    assert {
        ("names", "alias/llama@production", "version/llama/1"),
        ("names", "version/llama/1", model),
        ("names", model, f"{filled.root}/1/models/{filled.model}/artifacts"),
        ("needs", "version/llama/1", f"run/{filled.finished}"),
        ("needs", model, f"run/{filled.finished}"),
    } <= said.edges
    assert said.roots("mlflow.alias") == {"llama@production", "llama@old"}
    assert said.roots("mlflow.version") == {"llama/1", "llama/2", "llama/3", "copy/1"}
    assert said.problems == []
    assert said.remarks == []


def test_an_alias_of_what_was_deleted_softly_still_leads_to_its_place(filled_mlflow: Made) -> None:
    lab, filled = filled_mlflow
    said = read(lab.uri)
    model = f"model/{filled.deleted_model}"
    assert {
        ("names", "alias/llama@old", "version/llama/2"),
        ("names", "version/llama/2", model),
        ("names", model, f"{filled.root}/1/models/{filled.deleted_model}/artifacts"),
        ("needs", "version/llama/2", f"run/{filled.deleted}"),
    } <= said.edges
    assert said.notes_of(model, "state") == ["deleted"]
    assert said.notes_of(f"run/{filled.deleted}", "state") == ["deleted"]
    assert said.roots("mlflow.model") == {"llama-finished"}


def test_versions_of_every_kind_of_source_are_placed(filled_mlflow: Made) -> None:
    lab, filled = filled_mlflow
    edges = read(lab.uri).edges
    run = f"{filled.root}/1/{filled.finished}/artifacts"
    assert ("names", "version/llama/3", f"{run}/model") in edges
    model = f"{filled.root}/1/models/{filled.model}/artifacts"
    assert ("names", "version/copy/1", model) in edges


def test_a_run_made_its_artifacts_its_models_and_what_its_parameters_name(
    filled_mlflow: Made,
) -> None:
    lab, filled = filled_mlflow
    run = f"run/{filled.finished}"
    assert {
        ("made", run, f"{filled.root}/1/{filled.finished}/artifacts"),
        ("made", run, f"{filled.root}/1/models/{filled.model}/artifacts"),
        ("made", run, f"{filled.root}/checkpoints/finished"),
    } <= read(lab.uri).edges
    elsewhere = read(lab.uri, location_params=["other"]).edges
    assert ("made", run, f"{filled.root}/checkpoints/finished") not in elsewhere


def test_a_run_needs_its_datasets_and_the_models_that_it_took(filled_mlflow: Made) -> None:
    lab, filled = filled_mlflow
    run = f"run/{filled.finished}"
    said = read(lab.uri)
    assert {
        ("needs", run, "dataset/corpus@12ab34cd"),
        ("names", "dataset/corpus@12ab34cd", f"{filled.root}/data/corpus"),
        ("names", f"dataset/c4@{MD5}", "hub:allenai/c4"),
        ("names", f"dataset/c4@{MD5}", f"md5:{MD5}"),
        ("needs", f"run/{filled.deleted}", f"model/{filled.model}"),
    } <= said.edges
    assert said.roots("mlflow.inputs") == {"corpus", "c4"}


def test_runs_of_every_status_are_noted_and_only_active_ones_are_roots(filled_mlflow: Made) -> None:
    lab, filled = filled_mlflow
    said = read(lab.uri)
    for run, status in (
        (filled.finished, "finished"),
        (filled.failed, "failed"),
        (filled.running, "running"),
        (filled.deleted, "killed"),
    ):
        assert said.notes_of(f"run/{run}", "status") == [status]
    assert said.roots("mlflow.run") == {"finished", "failed", "running"}
    assert len(said.notes_of(f"run/{filled.finished}", "ended")) == 1
    assert said.notes_of(f"run/{filled.running}", "ended") == []


def test_code_image_and_tags_are_noted(filled_mlflow: Made) -> None:
    lab, filled = filled_mlflow
    said = read(lab.uri)
    run = f"run/{filled.finished}"
    assert said.notes_of(run, "commit") == [COMMIT]
    assert said.notes_of(run, "image") == [IMAGE]
    assert said.notes_of(run, "tag:team") == ["alps"]
    assert said.notes_of(run, "label") == ["sft-finished"]
    assert said.notes_of("version/llama/1", "tag:licence") == ["apache-2.0"]
    assert said.notes_of(f"model/{filled.model}", "tag:size") == ["8b"]


def test_the_history_of_a_metric_is_read_only_if_it_is_asked_for(filled_mlflow: Made) -> None:
    lab, filled = filled_mlflow
    run = f"run/{filled.finished}"
    said = read(lab.uri)
    assert said.points(run, "loss") == {(5, None)}
    assert said.points(run, "accuracy") == {(3, None)}, "an infinity is no number"
    said = read(lab.uri, metrics=["loss", "nobody-logged-this"])
    assert said.points(run, "loss") == {
        (0, 1),
        (1, 1 / 2),
        (2, 1 / 3),
        (3, 1 / 4),
        (4, 1 / 5),
        (5, None),
    }
    assert len(said.notes_of(run, "metric:loss")) == 6, "each value once"
    assert said.points(f"model/{filled.model}", "eval") == {(5, 0.75)}


def test_a_server_says_the_same_as_its_database(filled_mlflow: Made, tmp_path: Path) -> None:
    lab = filled_mlflow[0].copy(tmp_path)
    by_database = read(lab.uri, metrics=["loss", "eval"])
    with lab.server() as address:
        by_server = read(address, metrics=["loss", "eval"])
    assert by_server.same() == by_database.same()
    assert by_server.problems == by_database.problems == []
    assert by_server.requests > 0
    assert by_database.requests == 0


def test_a_server_says_the_same_as_its_database_after_a_gc(
    filled_mlflow: Made, tmp_path: Path
) -> None:
    import sqlite3

    lab, filled = filled_mlflow[0].copy(tmp_path), filled_mlflow[1]
    with sqlite3.connect(lab.path) as database:
        database.execute("DELETE FROM logged_models WHERE model_id = ?", (filled.deleted_model,))
    database.close()
    by_database = read(lab.uri)
    with lab.server() as address:
        by_server = read(address)
    assert by_server.same() == by_database.same()
    place = f"{filled.root}/1/models/{filled.deleted_model}/artifacts"
    assert ("names", "version/llama/2", place) in by_server.edges


def test_its_place_names_no_password(tmp_path: Path) -> None:
    one = source("postgresql://reader@db.example/mlflow?password=secret", tmp_path)
    assert "secret" not in one.place + one.writers + one.name
    assert one.name == "lab"
    assert source("https://mlflow.example/").writers.endswith("at mlflow.example")


def test_nothing_is_said_where_nothing_can_be_read(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="there is no MLflow database"):
        read("sqlite:///nowhere.db", base=tmp_path)
