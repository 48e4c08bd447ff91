"""Mostly on MLflow's own server program; where that does not fail, on one that is told to."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from governance.evidence.errors import EvidenceError
from governance.evidence.mlflow import http, metrics, server
from governance.evidence.mlflow.http import Client
from tests.governance.evidence.mlflow.answering import EXPERIMENTS, NO_SUCH, answering, reply
from tests.governance.evidence.mlflow.reading import Said, read
from tests.labs.mlflow_lab import Filled, TrackingLab
from tests.labs.scripted import Reply, Request

RUNS = 60


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PAUSES", (0.01,))
    monkeypatch.setattr(http, "SECONDS", 20.0)


@pytest.fixture(scope="module")
def many(
    untouched_mlflow: TrackingLab, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TrackingLab, str]]:
    """A server with 60 runs; one of them logged 3,000 values."""
    from mlflow.entities import Metric

    lab = untouched_mlflow.copy(tmp_path_factory.mktemp("many"))
    with lab.client() as client:
        experiment = client.create_experiment("many", artifact_location="s3://lab/many")
        runs = [client.create_run(experiment).info.run_id for _ in range(RUNS)]
        for start in range(0, 3_000, 1_000):
            steps = range(start, start + 1_000)
            client.log_batch(runs[0], [Metric("loss", step / 7, step, step) for step in steps])
        for run in runs[1:]:
            client.log_metric(run, "loss", 0.5, step=1)
    with lab.server() as address:
        yield lab, address


def runs_of(said: Said) -> set[object]:
    return {row["node"] for row in said.notes if row["key"] == "type" and row["text"] == "run"}


def test_small_pages_say_the_same_as_large_ones(
    many: tuple[TrackingLab, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, address = many
    whole = read(address)
    for name in ("RUNS", "MODELS", "VERSIONS", "EXPERIMENTS", "EXPERIMENTS_ASKED"):
        monkeypatch.setattr(server, name, 7 if name == "RUNS" else 2)
    in_parts = read(address)
    assert in_parts.same() == whole.same() == read(lab.uri).same()
    assert in_parts.requests > whole.requests
    assert len(runs_of(whole)) == RUNS


def test_a_run_is_not_lost_when_another_is_destroyed_between_two_pages(
    many: tuple[TrackingLab, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = many[0].copy(tmp_path)
    monkeypatch.setattr(server, "RUNS", 20)
    with lab.client() as client:
        oldest = client.search_runs(["1"], order_by=["attributes.start_time ASC"])[0].info.run_id
    post, pages = Client.post, []

    def destroy(self: Client, path: str, body: dict[str, object]) -> dict[str, object]:
        if path.endswith("runs/search"):
            pages.append(path)
            if len(pages) == 2:
                with closing(sqlite3.connect(lab.path)) as database, database:
                    for table in ("latest_metrics", "metrics", "tags", "runs"):
                        database.execute(f"DELETE FROM {table} WHERE run_uuid = ?", (oldest,))
        return post(self, path, body)

    monkeypatch.setattr(Client, "post", destroy)
    with lab.server() as address:
        said = read(address)
    assert said.problems == []
    assert runs_of(said) >= runs_of(read(lab.uri)), "all that are left"
    assert len(runs_of(read(lab.uri))) == RUNS - 1


def test_histories_are_whole_also_where_the_server_cuts_them(
    many: tuple[TrackingLab, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, address = many
    by_database = read(lab.uri, metrics=["loss"])
    counts = sorted(
        sum(row["node"] == run and row["key"] == "metric:loss" for row in by_database.notes)
        for run in runs_of(by_database)
    )
    assert counts == [1] * (RUNS - 1) + [3_000]
    said = read(address, metrics=["loss"])
    assert said.same() == by_database.same()
    assert said.requests == read(address).requests + 1, "all in bulk"
    # The server cuts what is more than it is asked for: all together, and each run by itself.
    monkeypatch.setattr(metrics, "ROWS", 1_000)
    monkeypatch.setattr(metrics, "VALUES", 500)
    monkeypatch.setattr(metrics, "PAGE", 700)
    said = read(address, metrics=["loss"])
    assert said.same() == by_database.same()
    assert said.requests > read(address).requests + 5


def test_every_workspace_is_read(filled_mlflow: tuple[TrackingLab, Filled], tmp_path: Path) -> None:
    lab = filled_mlflow[0].copy(tmp_path)
    with closing(sqlite3.connect(lab.path)) as database, database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("INSERT INTO workspaces (name) VALUES ('team-a')")
        for table in ("registered_models", "model_versions", "model_version_tags"):
            database.execute(f"UPDATE {table} SET workspace = 'team-a' WHERE name = 'copy'")
        database.execute(
            "INSERT INTO experiments (experiment_id, name, workspace, lifecycle_stage, "
            "artifact_location, creation_time, last_update_time) "
            "VALUES (77, 'theirs', 'team-a', 'active', 's3://lab/theirs', 1, 1)"
        )
        database.execute("UPDATE runs SET experiment_id = 77 WHERE status = 'FAILED'")
    enable = {"MLFLOW_ENABLE_WORKSPACES": "true", "MLFLOW_WORKSPACE_STORE_URI": lab.uri}
    with lab.server(**enable) as address:
        said = read(address, metrics=["loss"])
    assert said.same() == read(lab.uri, metrics=["loss"]).same()
    assert said.roots("mlflow.version") == {"llama/1", "llama/2", "llama/3", "copy/1"}
    assert any("version/team-a:copy/1" in str(holder) for _, holder, _ in said.edges)


def test_inputs_of_many_versions_are_left_to_the_database(
    filled_mlflow: tuple[TrackingLab, Filled], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST_INPUTS", 1)
    with filled_mlflow[0].copy(tmp_path).server() as address:
        said = read(address)
    assert said.problems == []
    assert said.remarks == [
        "which logged models were inputs is not asked for 1 runs of registered versions: "
        "the database says it at once"
    ]


def test_many_deleted_models_are_placed_without_asking(
    filled_mlflow: tuple[TrackingLab, Filled], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from governance.evidence.mlflow import source

    lab, filled = filled_mlflow[0].copy(tmp_path), filled_mlflow[1]
    with lab.client() as client:
        client.delete_model_version("llama", "2")
    with lab.server() as address:
        asked = read(address)
        monkeypatch.setattr(source, "MOST_OUTPUTS", 0)
        unasked = read(address)
    # Of a run that no version names, only the database says what it took as input.
    took = ("needs", f"run/{filled.deleted}", f"model/{filled.model}")
    assert read(lab.uri).edges - asked.edges == {took}
    assert asked.edges - read(lab.uri).edges == set()
    made = (
        "made",
        f"run/{filled.deleted}",
        f"{filled.root}/1/models/{filled.deleted_model}/artifacts",
    )
    assert made in asked.edges & unasked.edges
    assert unasked.requests == asked.requests - 1


def test_a_server_that_names_no_experiment_is_none() -> None:
    with (
        answering({"*": reply({})}) as scripted,
        pytest.raises(EvidenceError, match="no experiment at all"),
    ):
        read(scripted.endpoint)


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("logged-models/search", "logged models"),
        ("model-versions/search", "registered models"),
        ("registered-models/search", "registered models"),
        ("runs/search", "runs"),
    ],
)
@pytest.mark.parametrize(
    "answer",
    [
        Reply(401),
        Reply(500),
        Reply(200, b"{"),
        Reply(200, b'{"runs": [{"info": {}}], "models": [3], "model_versions": {}}', cut=9),
        reply({"runs": {}, "models": {}, "model_versions": {}, "registered_models": {}}),
        reply({"runs": [{}], "models": [{}], "model_versions": [{}], "registered_models": [{}]}),
        reply({"next_page_token": "again"}),
    ],
)
def test_a_part_that_cannot_be_read_is_a_problem_and_the_rest_is_said(
    path: str, part: str, answer: Reply
) -> None:
    run = {"info": {"run_id": "r1", "artifact_uri": "s3://b/0/r1", "experiment_id": "0"}}
    answers = {"runs/search": reply({"runs": [run]}), path: answer}
    if path == "registered-models/search" and b'"registered_models": [{}]' in answer.body:
        answers[path] = reply({"registered_models": [{"aliases": []}]})
    with answering(answers) as scripted:
        said = read(scripted.endpoint)
    assert [problem.partition(":")[0] for problem in said.problems] == [part]
    if part != "runs":
        assert ("made", "run/r1", "s3://b/0/r1") in said.edges


def test_what_cannot_be_asked_first_is_an_error() -> None:
    for answer in (Reply(401), Reply(200, b"<html>"), Reply(302, headers={"Location": "/login"})):
        with answering({"*": answer}) as scripted, pytest.raises(EvidenceError):
            read(scripted.endpoint)


def test_an_account_that_may_not_see_all_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "reader")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "word")
    for admin, problems in ((True, 0), (False, 1)):
        user = reply({"user": {"username": "reader", "is_admin": admin}})
        with answering({"users/get": user}) as scripted:
            said = read(scripted.endpoint)
        assert len(said.problems) == problems
    with answering({}) as scripted:
        assert read(scripted.endpoint).problems == [], "a server without accounts shows all"


def test_a_model_behind_a_version_that_cannot_be_asked_for_is_a_problem() -> None:
    version = {"name": "llama", "version": "1", "source": "models:/m-1"}
    answers = {
        "model-versions/search": reply({"model_versions": [version]}),
        "registered-models/search": reply(
            {"registered_models": [{"name": "llama", "aliases": [{"alias": "a", "version": "1"}]}]}
        ),
    }
    with answering({**answers, "logged-models/m-1": Reply(500)}) as scripted:
        said = read(scripted.endpoint)
    assert [problem.partition(" (")[0].partition(" 127")[0] for problem in said.problems] == [
        "logged model m-1:",
        "version 1 of model llama:",
        "registered versions that lie in a model that is not there: 1, such as version 1 of model "
        "llama",
    ]
    assert ("names", "alias/llama@a", "version/llama/1") in said.edges
    gone = {"logged-models/m-1": NO_SUCH, "model-versions/get-download-uri": NO_SUCH}
    with answering({**answers, **gone}) as scripted:
        said = read(scripted.endpoint)
    assert said.problems == [
        "registered versions that lie in a model that is not there: 1, "
        "such as version 1 of model llama"
    ]


def test_experiments_of_a_server_in_pages_are_all_asked_for_their_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "EXPERIMENTS_ASKED", 2)
    asked: list[list[str]] = []

    def experiments(request: Request) -> Reply:
        if b"page_token" in request.body:
            return reply({"experiments": [{"experiment_id": "2"}]})
        first = json.loads(EXPERIMENTS.body)["experiments"]
        found = {"experiments": [*first, {"experiment_id": "1"}], "next_page_token": "opaque"}
        return reply(found)

    def runs(request: Request) -> Reply:
        asked.append(json.loads(request.body)["experiment_ids"])
        return reply({})

    with answering({"experiments/search": experiments, "runs/search": runs}) as scripted:
        read(scripted.endpoint)
    assert asked == [["0", "1"], ["2"]]
