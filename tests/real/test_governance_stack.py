"""The governance stack of a rendered repository, its programs started from its own manifests.

PostgreSQL, MLflow and the nightly job run as processes of this machine, with the arguments,
variables and files that `kubectl kustomize` prints; S3 is SeaweedFS. A run is logged; the
evidence source and the nightly report find it.
"""

import getpass
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from blueprints.engine import render
from blueprints.engine.spec import load
from tests.governance.evidence.mlflow.reading import read as read_mlflow
from tests.labs.mlflow_lab import TrackingLab
from tests.labs.ports import free_port
from tests.labs.seaweed import LIST_ALL, READ, Lab
from tests.real.databases import given_away, postgresql_programs
from tests.real.manifests import Cluster, Document, Process, containers, kustomized, read

pytestmark = pytest.mark.real

EXAMPLE = Path(__file__).parents[2] / "blueprints/kinds/sandbox/examples/sandbox.yaml"
MLFLOW = Path(os.environ.get("TUTELA_TEST_MLFLOW", f"{sys.prefix}/mlflow/bin/mlflow"))
PROJECT, STACK, ENTRY = "climate", "records", "era5"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of the example that has the stack, as files."""
    loaded = load(EXAMPLE)
    folder = tmp_path_factory.mktemp("repository")
    for file in render.render(loaded.blueprint, loaded.model):
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(file.content)
    return folder / "projects" / PROJECT


@dataclass
class Stack:
    """The stack on this machine."""

    cluster: Cluster
    bucket: str
    tracking: str
    reports: Path


@pytest.fixture(scope="module")
def aside() -> Iterator[ExitStack]:
    """What is left again when the tests of this module are over."""
    with ExitStack() as opened:
        yield opened


@pytest.fixture(scope="module")
def stack(
    rendered: Path, s3: Lab, aside: ExitStack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    assert MLFLOW.is_file(), f"no {MLFLOW}: make test-real installs it"
    place = tmp_path_factory.mktemp("machine")
    # Not below pytest's folder: another pytest that starts takes it from everybody but root.
    beside = Path(aside.enter_context(TemporaryDirectory()))
    bucket = s3.bucket("era5", versioned=True)
    s3.allow(bucket, (*LIST_ALL, *READ))
    documents = kustomized(rendered / f"repository/stacks/{STACK}")
    documents += read((rendered / "data/s3.yaml").read_bytes())
    secrets = {
        f"s3-{ENTRY}": _keys(s3.admin),
        f"{STACK}-catalog": _keys(s3.guest),
        f"{STACK}-database": {"password": 'it\'s "odd" $(HOME) %41'},
    }
    database, tracking = free_port(), free_port()
    said = {one["metadata"]["name"]: one for one in documents if one["kind"] == "ConfigMap"}
    where = said[f"s3-{ENTRY}"]["data"]
    elsewhere = {
        where["AWS_ENDPOINT_URL"]: s3.endpoint,
        where["S3_BUCKET"]: bucket,
        f"{STACK}-tracking:5000": f"127.0.0.1:{tracking}",
        "--port=5000": f"--port={tracking}",
        "0.0.0.0": "127.0.0.1",
        f"{STACK}-database": "127.0.0.1",
        "5432": str(database),
        "/var/lib/postgresql/data": f"{beside}/data",
        **{folder: f"{place}{folder}" for folder in ("/workspace", "/srv/reports", "/tmp")},
    }
    cluster = Cluster(documents, secrets, elsewhere)
    (place / "tmp").mkdir()
    aside.enter_context(_postgresql(cluster, beside))
    with _mlflow(cluster, tracking, place) as address:
        yield Stack(cluster, bucket, address, place / "srv/reports")


def _keys(who: object) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": getattr(who, "access_key"),  # noqa: B009
        "AWS_SECRET_ACCESS_KEY": getattr(who, "secret_key"),  # noqa: B009
    }


@contextmanager
def _postgresql(cluster: Cluster, folder: Path) -> Iterator[None]:
    """What the official image's entry point does, with the variables of the manifest."""
    programs = postgresql_programs(folder)
    _, _, (container,) = containers(cluster.find("StatefulSet", f"{STACK}-database"))
    started = cluster.process(container)
    given = started.environ
    user = given_away(folder)
    password = folder / "password"
    password.write_text(given["POSTGRES_PASSWORD"])
    shutil.chown(password, user or getpass.getuser())
    data, name = given["PGDATA"], given["POSTGRES_USER"]
    subprocess.run(
        [
            *(f"{programs}/initdb", "-D", data, "-U", name, f"--pwfile={password}"),
            *given["POSTGRES_INITDB_ARGS"].split(),
            "--auth-local=scram-sha-256",
        ],
        check=True,
        user=user,
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    program, *words = started.words
    own = ["-D", data, "-c", "listen_addresses=127.0.0.1", "-k", str(folder)]
    port = cluster.here(cluster.find("ConfigMap", f"{STACK}-database")["data"]["port"])
    as_admin = {"PGPASSWORD": given["POSTGRES_PASSWORD"], "PATH": os.environ["PATH"]}
    probe = [cluster.here(one) for one in container["readinessProbe"]["exec"]["command"]]
    with subprocess.Popen(
        [f"{programs}/{program}", *words, *own], user=user, cwd=folder, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _until(lambda: _succeeds([f"{programs}/{probe[0]}", *probe[1:], "-p", port]))
            subprocess.run(
                [
                    *(f"{programs}/createdb", "-h", "127.0.0.1", "-p", port, "-U", name),
                    given["POSTGRES_DB"],
                ],
                check=True,
                env=as_admin,
            )
            yield
        finally:
            process.terminate()


@contextmanager
def _mlflow(cluster: Cluster, port: int, place: Path) -> Iterator[str]:
    _, _, (container,) = containers(cluster.find("Deployment", f"{STACK}-tracking"))
    started = cluster.process(container)
    program, *words = started.words
    assert program == "mlflow"
    path = container["readinessProbe"]["httpGet"]["path"]
    address = f"http://127.0.0.1:{port}"
    # Its own processes are called by name: `mlflow`'s Python has to come first.
    path_there = f"{MLFLOW.parent}:{os.environ['PATH']}"
    with (
        (place / "mlflow.log").open("w") as log,
        subprocess.Popen(
            [MLFLOW, *words],
            env={**started.environ, "PATH": path_there},
            cwd=cluster.here(container["workingDir"]),
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            _until(lambda: _answers(address + path) or _ended(process), seconds=150)
            assert process.poll() is None, (place / "mlflow.log").read_text()
            yield address
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)


def _until(true: object, seconds: int = 30) -> None:
    assert callable(true)
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it does not come up"
        time.sleep(0.5)


def _ended(process: "subprocess.Popen[bytes]") -> bool:
    return process.poll() is not None


def _succeeds(words: list[str]) -> bool:
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _answers(address: str, **headers: str) -> bool:
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="module")
def run(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A run with a metric, a parameter, an artifact and a registered version with an alias."""
    folder = tmp_path_factory.mktemp("artifact")
    (folder / "scores.json").write_text("{}")
    lab = TrackingLab(folder / "none.db")
    with lab.client(stack.tracking) as client:
        experiment = client.create_experiment("downscaling")
        run_id: str = client.create_run(experiment, run_name="first").info.run_id
        client.log_metric(run_id, "loss", 0.25, step=3)
        client.log_param(run_id, "output_dir", f"s3://{stack.bucket}/runs/first")
        client.log_artifact(run_id, str(folder / "scores.json"))
        client.set_terminated(run_id)
        client.create_registered_model("downscaler")
        client.create_model_version("downscaler", f"s3://{stack.bucket}/runs/first", run_id)
        client.set_registered_model_alias("downscaler", "production", "1")
    return run_id


def test_artifacts_lie_in_the_bucket_where_the_manifest_says(
    stack: Stack, run: str, s3: Lab
) -> None:
    listed = s3.client.list_objects_v2(Bucket=stack.bucket, Prefix=f"{STACK}/mlflow/")
    keys = [one["Key"] for one in listed["Contents"]]
    assert [key for key in keys if run in key and key.endswith("/scores.json")] != []


def test_the_evidence_source_reads_the_run(stack: Stack, run: str) -> None:
    said = read_mlflow(stack.tracking, metrics=["loss"])
    assert said.points(f"run/{run}", "loss") == {(3, 0.25)}
    assert "downscaler@production" in said.roots("mlflow.alias")
    assert ("made", f"run/{run}", f"s3://{stack.bucket}/runs/first") in said.edges


def test_other_host_names_are_refused(stack: Stack) -> None:
    api = f"{stack.tracking}/api/2.0/mlflow/registered-models/search"
    assert _answers(api)
    assert not _answers(api, Host="rebound.example.org")


def test_the_nightly_job_publishes_what_is_stored_and_why(stack: Stack, run: str, s3: Lab) -> None:
    for step in ("checkpoint-100", "checkpoint-200"):
        for name in ("model.safetensors", "trainer_state.json", "optimizer.pt"):
            key = f"runs/first/{step}/{name}"
            s3.client.put_object(Bucket=stack.bucket, Key=key, Body=b"{}")
    pod, before, after = containers(stack.cluster.find("CronJob", f"{STACK}-catalog"))
    stack.cluster.put_files(pod)
    for container in (*before, *after):
        done = _job(stack.cluster.process(container))
        assert done.returncode == 0, (container["name"], done.stdout, done.stderr)
    page = (stack.reports / "index.html").read_text()
    assert stack.bucket in page
    assert "downscaler@production" in page or "downscaler" in page
    table = (stack.reports / "artifacts.csv").read_text()
    assert f"s3://{stack.bucket}/runs/first/checkpoint-200/" in table
    # Its key may read and nothing else.
    denied = s3.client_of(s3.guest)
    with pytest.raises(denied.exceptions.ClientError, match="AccessDenied"):
        denied.put_object(Bucket=stack.bucket, Key="written", Body=b"")


def _job(started: Process) -> "subprocess.CompletedProcess[str]":
    # The program under test is the one beside this Python.
    environ = {**started.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run(
        started.words, env=environ, capture_output=True, text=True, check=False, timeout=300
    )


def test_every_secret_that_is_used_is_asked_of_the_store(rendered: Path) -> None:
    documents: list[Document] = kustomized(rendered / f"repository/stacks/{STACK}")
    documents += read((rendered / "data/s3.yaml").read_bytes())
    given = {
        (one["spec"]["target"]["name"], entry["secretKey"])
        for one in documents
        if one["kind"] == "ExternalSecret"
        for entry in one["spec"]["data"]
    }
    used = set()
    for one in documents:
        if one["kind"] in ("Deployment", "StatefulSet", "CronJob"):
            _, before, after = containers(one)
            for entry in (
                entry for container in (*before, *after) for entry in container.get("env", ())
            ):
                reference = entry.get("valueFrom", {}).get("secretKeyRef")
                if reference:
                    used.add((reference["name"], reference["key"]))
    assert used != set()
    assert used <= given
