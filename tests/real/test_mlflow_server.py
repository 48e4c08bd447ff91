"""`mlflow server` of the full MLflow, as an institution runs it, says the same as its database."""

import os
import sys
from pathlib import Path

import pytest

from governance.evidence.mlflow import server
from tests.governance.evidence.mlflow.reading import read
from tests.labs.mlflow_lab import Filled, TrackingLab, deleted_behind_alias

pytestmark = pytest.mark.real

PROGRAM = Path(os.environ.get("TUTELA_TEST_MLFLOW", f"{sys.prefix}/mlflow/bin/mlflow"))


def test_the_full_server_says_the_same_as_its_database(
    filled_mlflow: tuple[TrackingLab, Filled], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert PROGRAM.is_file(), f"no {PROGRAM}: make test-real installs it"
    lab = filled_mlflow[0].copy(tmp_path)
    served = deleted_behind_alias(lab, tmp_path / "artifacts", name="served")
    with lab.full_server(PROGRAM) as address:
        with lab.client(address) as client:
            run = client.create_run("1", run_name="over http").info.run_id
            for step in range(3):
                client.log_metric(run, "loss", 0.5 / (step + 1), step=step)
            client.log_param(run, "output_dir", "s3://lab/over/http")
            client.set_registered_model_alias("llama", "candidate", "3")
        said = read(address, metrics=["loss"])
        monkeypatch.setattr(server, "RUNS", 2)
        in_pages = read(address, metrics=["loss"])
    assert said.problems == []
    assert said.same() == read(lab.uri, metrics=["loss"]).same()
    assert in_pages.same() == said.same()
    assert ("made", f"run/{run}", "s3://lab/over/http") in said.edges
    assert said.points(f"run/{run}", "loss") == {(0, 0.5), (1, 0.25), (2, 0.5 / 3)}
    assert {"llama@production", "llama@candidate", "served@production"} <= said.roots(
        "mlflow.alias"
    )
    assert ("names", f"model/{served.model}", served.folder.as_uri()) in said.edges
