"""Real MLflow databases, and MLflow's own server program on one of them.

A database is made by MLflow (some seconds), once per test run; every test has a copy. The server
is `mlflow.server.app` of mlflow-skinny with Flask: the real handlers over real HTTP, without the
packages of the full MLflow. The full `mlflow server` is in the tests marked `real`.

    def test_something(filled_mlflow: tuple[TrackingLab, Filled], tmp_path: Path) -> None:
        lab = filled_mlflow[0].copy(tmp_path)
        with lab.client() as client: ...
        with lab.server() as address: ...

MLflow itself is imported only where it is used: it takes seconds.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow import MlflowClient

COMMIT = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
IMAGE = "sha256:" + "5e" * 32
MD5 = "9e107d9d372bb6826bd81d3542a419d6"
_APP = """
import sys
from werkzeug.serving import make_server
from mlflow.server import app
server = make_server("127.0.0.1", 0, app, threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
"""


@dataclass(frozen=True)
class TrackingLab:
    """One database that MLflow made, in a folder of its own."""

    path: Path

    @property
    def uri(self) -> str:
        """The tracking URI of the database."""
        return f"sqlite:///{self.path}"

    @contextmanager
    def client(self, uri: str | None = None) -> Iterator["MlflowClient"]:
        """MLflow's own client of the database, or of a server's address."""
        import mlflow

        with warnings.catch_warnings():
            # MLflow uses what SQLAlchemy deprecates; that is between them.
            warnings.simplefilter("ignore")
            mlflow.set_tracking_uri(uri or self.uri)
            try:
                yield mlflow.MlflowClient(uri or self.uri, uri or self.uri)
            finally:
                mlflow.set_tracking_uri("")

    @contextmanager
    def server(self, **environ: str) -> Iterator[str]:
        """MLflow's server program on this database; yields its address."""
        log = self.path.parent / "server.log"
        with (
            log.open("w") as said,
            subprocess.Popen(
                [sys.executable, "-W", "ignore", "-c", _APP],
                env={
                    **os.environ,
                    "_MLFLOW_SERVER_FILE_STORE": self.uri,
                    "_MLFLOW_SERVER_ARTIFACT_ROOT": "mlflow-artifacts:/",
                    **environ,
                },
                stdout=subprocess.PIPE,
                stderr=said,
                cwd=self.path.parent,
                text=True,
            ) as process,
        ):
            try:
                assert process.stdout is not None
                port = process.stdout.readline().strip()
                assert port, log.read_text()[-2000:]
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()

    @contextmanager
    def full_server(self, program: Path) -> Iterator[str]:
        """`mlflow server` of the full MLflow on this database; `program` is its `mlflow`."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        folder, log = self.path.parent, self.path.parent / "server.log"
        words: list[str | Path] = [program, "server", "--backend-store-uri", self.uri]
        words += ["--port", f"{port}", "--workers", "1"]
        words += ["--artifacts-destination", folder / "artifacts"]
        with (
            log.open("w") as said,
            subprocess.Popen(
                words,
                env={**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
                stdout=said,
                stderr=said,
                cwd=folder,
                start_new_session=True,
            ) as process,
        ):
            try:
                _wait_for(f"http://127.0.0.1:{port}/health", process, log)
                yield f"http://127.0.0.1:{port}"
            finally:
                os.killpg(process.pid, signal.SIGTERM)

    def copy(self, folder: Path) -> "TrackingLab":
        """Return the same in another folder."""
        folder.mkdir(parents=True, exist_ok=True)
        return TrackingLab(Path(shutil.copyfile(self.path, folder / "mlflow.db")))


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()[-2000:]
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(log.read_text()[-2000:])


def empty(folder: Path) -> TrackingLab:
    """Return a database that holds MLflow's default experiment and nothing else."""
    lab = TrackingLab(folder / "mlflow.db")
    with lab.client() as client:
        client.search_experiments()
    return lab


@dataclass(frozen=True)
class Filled:
    """What `fill` put into MLflow. Places lie under the `root` that it was given."""

    root: str
    finished: str
    """A run with all that a run can have; its model is version 1 of llama, alias production."""
    model: str
    failed: str
    running: str
    deleted: str
    """A run that was deleted softly; its logged model too: version 2 of llama, alias old."""
    deleted_model: str


def fill(client: "MlflowClient", root: str = "s3://lab/mlflow") -> Filled:
    """Put some of everything into MLflow; `root` is an address without a slash at its end."""
    from mlflow.entities import (
        Dataset,
        DatasetInput,
        LoggedModelInput,
        LoggedModelOutput,
        Metric,
    )

    experiment = client.create_experiment("sft", artifact_location=f"{root}/1")
    runs = {}
    for name, status in (
        *(("finished", "FINISHED"), ("failed", "FAILED"), ("running", None)),
        *(("deleted", "KILLED"),),
    ):
        run = runs[name] = client.create_run(experiment, run_name=f"sft-{name}").info.run_id
        client.log_param(run, "output_dir", f"{root}/checkpoints/{name}/")
        if status:
            client.set_terminated(run, status)
    run = runs["finished"]
    client.log_batch(
        run,
        metrics=[
            *(Metric("loss", 1 / (step + 1), 1_000 + step, step) for step in range(5)),
            Metric("loss", float("nan"), 1_005, 5),
            Metric("accuracy", float("inf"), 1_000, 3),
        ],
    )
    for key, value in (
        ("mlflow.source.git.commit", COMMIT),
        ("mlflow.docker.image.id", f"registry/train@{IMAGE}"),
        ("team", "alps"),
    ):
        client.set_tag(run, key, value)
    client.log_inputs(
        run,
        [
            DatasetInput(Dataset("corpus", "12ab34cd", "s3", f'{{"uri": "{root}/data/corpus"}}')),
            DatasetInput(Dataset("c4", MD5, "hugging_face", '{"path": "allenai/c4"}')),
        ],
    )
    models = {}
    for name in ("finished", "deleted"):
        made = client.create_logged_model(
            experiment, f"llama-{name}", source_run_id=runs[name], tags={"size": "8b"}
        )
        models[name] = made.model_id
        client.log_outputs(runs[name], [LoggedModelOutput(made.model_id, 5)])
        client.finalize_logged_model(made.model_id, "READY")
    client.log_metric(run, "eval", 0.75, step=5, model_id=models["finished"])
    client.log_inputs(runs["deleted"], models=[LoggedModelInput(models["finished"])])
    client.create_registered_model("llama")
    for name, alias in (("finished", "production"), ("deleted", "old")):
        version = client.create_model_version(
            "llama", f"models:/{models[name]}", runs[name], tags={"licence": "apache-2.0"}
        )
        client.set_registered_model_alias("llama", alias, version.version)
    client.create_model_version("llama", f"{root}/1/{run}/artifacts/model", run)
    client.create_registered_model("copy")
    client.create_model_version("copy", "models:/llama/1")
    client.delete_run(runs["deleted"])
    client.delete_logged_model(models["deleted"])
    return Filled(root, **runs, model=models["finished"], deleted_model=models["deleted"])


@dataclass(frozen=True)
class Deleted:
    """A model that production still names, all of whose parts somebody deleted softly."""

    lab: TrackingLab
    alias: str
    """As `models:/NAME@ALIAS`."""
    run: str
    model: str
    folder: Path
    """Where the model's files lie."""


def deleted_behind_alias(lab: TrackingLab, artifacts: Path, name: str = "llama") -> Deleted:
    """Register a model with real files, call it production, delete its run and itself softly.

    Both deletions are allowed, and say nothing. What `gc` of the same database destroys then is
    what is still served.
    """
    with lab.client() as client:
        experiment = client.create_experiment("served", artifact_location=artifacts.as_uri())
        run = client.create_run(experiment, run_name="sft").info.run_id
        model = client.create_logged_model(experiment, name, source_run_id=run)
        folder = artifacts / "models" / model.model_id / "artifacts"
        folder.mkdir(parents=True)
        (folder / "MLmodel").write_text("flavors: {}\n")
        (folder / "model.safetensors").write_bytes(bytes(64))
        client.finalize_logged_model(model.model_id, "READY")
        client.set_terminated(run)
        client.create_registered_model(name)
        version = client.create_model_version(name, f"models:/{model.model_id}", run)
        client.set_registered_model_alias(name, "production", version.version)
        client.delete_run(run)
        client.delete_logged_model(model.model_id)
    return Deleted(lab, f"models:/{name}@production", run, model.model_id, folder)


def gc(lab: TrackingLab) -> str:
    """Run `mlflow gc` on a database, as its administrator would; return what it says."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "mlflow", "gc", "--backend-store-uri", lab.uri],
        env={**os.environ, "MLFLOW_TRACKING_URI": lab.uri},
        cwd=lab.path.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
