"""What the demo tells MLflow, in MLflow's own database, by a process of its own."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.evidence.mlflow.source import MlflowSource
from governance.evidence.record import read_record
from governance.workspace.evidence import MlflowEntry
from tests.governance.evidence.said import said
from tests.labs.seaweed import Lab
from tutela.demo.repositories import Repository
from tutela.demo.tracking import EVAL_LOSS, Tracking, TrackingError, model_key, start

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_runs_a_released_model_and_a_record_are_written_down(tmp_path: Path, s3: Lab) -> None:
    bucket = s3.bucket("demo", versioned=True)
    code = Repository(tmp_path / "code")
    commit = code.commit("train", {"train.py": b""}, NOW)
    code.check_out()
    environ = {
        **os.environ,
        **s3.environ(),
        "AWS_ENDPOINT_URL": s3.endpoint,
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    before = dict(os.environ)
    with start(tmp_path / "mlflow.db", bucket, tmp_path / "code", environ, NOW) as told:
        runs = told.runs()
    assert dict(os.environ) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["code", "mlflow.db"]

    entry = MlflowEntry(name="site", uri=f"sqlite:///{tmp_path}/mlflow.db")
    read = said(MlflowSource(entry, tmp_path), NOW, metrics=["eval_loss"])
    assert read.words == []
    node = {name: f"mlflow:site/run/{run}" for name, run in runs.items()}
    status, state = read.noted("status"), read.noted("state")
    assert {name: status[node[name]] for name in runs} == {
        "chat-2024": "finished",
        "chat-2025": "finished",
        "sft-8b": "finished",
        "sft-8b-retry": "failed",
        "sft-8b-long": "running",
    }
    assert [name for name in runs if state[node[name]] == "deleted"] == ["chat-2025"]
    losses = {row["step"]: row["number"] for row in read.notes if row["key"] == "metric:eval_loss"}
    assert losses == {500 * step: value for step, value in enumerate(EVAL_LOSS, 1)}
    alias = "mlflow:site/alias/swiss-chat@production"
    assert (alias, "mlflow:site/version/swiss-chat/2") in read.needs
    place = f"s3://{bucket}/{model_key(runs['chat-2025'])}"
    version = "mlflow:site/version/swiss-chat/2"
    assert (version, place.rstrip("/")) in {(one, to.rstrip("/")) for one, to in read.needs}

    key = "finetune/sft-8b/checkpoint-1500/tutela.record.json"
    record = read_record(s3.client.get_object(Bucket=bucket, Key=key)["Body"].read())
    assert record.run.mlflow_run_id == runs["sft-8b"]
    assert record.code.commit == commit
    assert [one.uri for one in record.inputs] == [f"s3://{bucket}/datasets/mixture/v3/"]


def child(program: str) -> Tracking:
    return Tracking(
        subprocess.Popen(
            [sys.executable, "-c", program],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    )


def test_what_goes_wrong_is_told_in_one_line() -> None:
    with pytest.raises(TrackingError, match="could not be told: ValueError: no room"):
        child("raise ValueError('no room')").runs()


def test_what_mlflow_prints_before_the_answer_does_not_matter() -> None:
    answer = json.dumps({"a": "1"})
    assert child(f"print('hello'); print('{answer}')").runs() == {"a": "1"}


def test_nothing_runs_on_when_the_block_ends(tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with (
        pytest.raises(KeyboardInterrupt),
        start(tmp_path / "mlflow.db", "none", tmp_path, environ, NOW) as told,
    ):
        raise KeyboardInterrupt
    assert told._process.returncode is not None
