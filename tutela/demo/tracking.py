"""What the training scripts wrote down: runs in MLflow, and a record beside one checkpoint.

A process of its own does it (`start`): MLflow takes seconds to make its database, and wants
variables of its environment that are nobody else's business.
"""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from blueprints.errors import ExpectedError
from tutela.track import track

if TYPE_CHECKING:
    from mlflow import MlflowClient

MODEL = "swiss-chat"
EVAL_LOSS = (1.92, 1.61, 1.45, 1.38, 1.31, 1.33, 1.37, 1.42)
"""Of the run `sft-8b`, every 500 steps: best at 2500."""
SAVED_EVERY = 500
PATIENCE = 120.0
"""Seconds; MLflow takes 5 on an idle machine."""
_QUIET = {
    "DO_NOT_TRACK": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
}
_PROGRAM = "from tutela.demo.tracking import main; main()"


class TrackingError(ExpectedError):
    """MLflow could not be told."""

    kind = "demo"


@dataclass
class Tracking:
    """The process that tells MLflow."""

    _process: subprocess.Popen[str]

    def runs(self) -> dict[str, str]:
        """Wait for its end; return the ids of the runs by their names. Raises TrackingError."""
        try:
            out, err = self._process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise TrackingError(f"MLflow was not done within {PATIENCE:g} seconds") from None
        if self._process.returncode:
            last = err.strip().splitlines()[-1:] or ["it says nothing"]
            raise TrackingError(f"MLflow could not be told: {last[0]}")
        found = json.loads(out.splitlines()[-1])
        return {str(name): str(run) for name, run in found.items()}


@contextmanager
def start(
    database: Path, bucket: str, code: Path, environ: Mapping[str, str], now: datetime
) -> Iterator[Tracking]:
    """Start the process; when the block ends it has ended too.

    Args:
        database: the SQLite file that MLflow makes.
        bucket: where runs put what they make; it exists.
        code: a Git repository, from which the training scripts seem to run.
        environ: has the credentials and the endpoint of the store, and finds tutela.
        now: runs began some weeks before.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith("MLFLOW_")}
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", _PROGRAM, str(database), bucket, now.isoformat()],
        cwd=code,
        env={**kept, **_QUIET},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield Tracking(process)
        finally:
            process.kill()


def main() -> None:
    """Do it: `DATABASE BUCKET NOW`; print the ids of the runs."""
    database, bucket, moment = sys.argv[1:]
    with warnings.catch_warnings():
        # MLflow uses what SQLAlchemy deprecates; that is between them.
        warnings.simplefilter("ignore")
        from mlflow import MlflowClient

        uri = f"sqlite:///{database}"
        runs = fill(MlflowClient(uri, uri), bucket, datetime.fromisoformat(moment))
    write_record(bucket, runs["sft-8b"])
    sys.stdout.write(json.dumps(runs) + "\n")


def fill(client: MlflowClient, bucket: str, now: datetime) -> dict[str, str]:
    """Tell MLflow of five runs and register two versions of a model; return run ids by name.

    The alias `production` is on version 2, whose run somebody deleted since: `mlflow gc` would
    destroy the model with it. Version 1 has no alias any more.
    """
    from mlflow.entities import Dataset, DatasetInput, Metric

    experiment = client.create_experiment(MODEL, artifact_location=f"s3://{bucket}/mlflow")
    runs = {}
    for name, days, status, data in (
        ("chat-2024", 80, "FINISHED", "v1"),
        ("chat-2025", 70, "FINISHED", "v1"),
        ("sft-8b", 40, "FINISHED", "v3"),
        ("sft-8b-retry", 20, "FAILED", "v3"),
        ("sft-8b-long", 10, None, "v3"),
    ):
        began = _ms(now - timedelta(days=days))
        run = runs[name] = client.create_run(experiment, began, run_name=name).info.run_id
        if name.startswith("sft"):
            client.log_param(run, "output_dir", f"s3://{bucket}/finetune/{name}/")
        source = json.dumps({"uri": f"s3://{bucket}/datasets/mixture/{data}/"})
        client.log_inputs(run, [DatasetInput(Dataset(f"mixture-{data}", data, "s3", source))])
        if status:
            client.set_terminated(run, status, end_time=began + _ms(timedelta(days=1)))
    began = _ms(now - timedelta(days=40))
    client.log_batch(
        runs["sft-8b"],
        metrics=[
            Metric("eval_loss", value, began + step, step * SAVED_EVERY)
            for step, value in enumerate(EVAL_LOSS, 1)
        ],
    )
    client.create_registered_model(MODEL)
    for name in ("chat-2024", "chat-2025"):
        place = f"s3://{bucket}/{model_key(runs[name])}"
        version = client.create_model_version(MODEL, place, runs[name])
        client.set_registered_model_alias(MODEL, "production", version.version)
    client.delete_run(runs["chat-2025"])
    return runs


def write_record(bucket: str, run: str) -> None:
    """Record one checkpoint, as a training script does with `tutela.track`."""
    done = track(
        f"s3://{bucket}/finetune/sft-8b/checkpoint-1500/",
        kind="checkpoint",
        step=1500,
        run="sft-8b",
        mlflow_run_id=run,
        inputs=[f"s3://{bucket}/datasets/mixture/v3/"],
        base="swiss-ai/Apertus-8B-2509",
        licence="apache-2.0",
        rank=0,
    )
    if not done:
        raise TrackingError("the record was not written")


def model_key(run: str) -> str:
    """Return the prefix of the model that a run logged."""
    return f"mlflow/{run}/artifacts/model/"


def _ms(value: datetime | timedelta) -> int:
    seconds = value.timestamp() if isinstance(value, datetime) else value.total_seconds()
    return int(seconds * 1000)
