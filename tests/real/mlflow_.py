"""Artifacts of MLflow 3: logged models and the artifacts of a run."""

import logging
import os
import random
import tempfile
import uuid
from pathlib import Path

import yaml

from tests.real.case import Case
from tests.real.place import inside

os.environ["MLFLOW_TRACKING_URI"] = "sqlite:///mlflow.db"
import mlflow

LIBRARIES = ("mlflow-skinny",)


class Doubler(mlflow.pyfunc.PythonModel):
    """The smallest model that MLflow can save."""

    def predict(self, model_input: list[int]) -> list[int]:
        """Twice the input."""
        return [2 * value for value in model_input]


def write(folder: Path) -> None:
    """One run with metrics as files and a logged model, under the artifact root."""
    logging.disable(logging.CRITICAL)
    case = Case(folder, "mlflow", "mlflow.pyfunc.log_model; log_dict; log_text", LIBRARIES)
    case.note = "the artifact root only; the tracking database is not in the bucket"
    numbers = random.Random(0)
    uuid.uuid4 = lambda: uuid.UUID(int=numbers.getrandbits(128), version=4)
    with tempfile.TemporaryDirectory() as work, inside(Path(work)):
        experiment = mlflow.create_experiment("sft", artifact_location=str(case.tree / "mlflow/1"))
        with mlflow.start_run(experiment_id=experiment) as run:
            mlflow.log_dict({"loss": 0.5}, "eval/scores.json")
            mlflow.log_text("salve", "notes.txt")
            mlflow.pyfunc.log_model(name="doubler", python_model=Doubler())
    root = f"mlflow/1/models/{_only(case.tree / 'mlflow/1/models')}/"
    described = case.tree / root / "artifacts/MLmodel"
    # It holds where the model was logged to; that folder's name should not be in a fixture.
    described.write_text(described.read_text().replace(f"{case.tree}", "s3://tracking"))
    python = yaml.safe_load(described.read_text())["flavors"]["python_function"]
    named = [python["python_model"], *python["env"].values()]
    case.artifact(
        root,
        "model",
        "mlflow",
        weights=[f"artifacts/{python['python_model']}"],
        named=["artifacts/MLmodel", *(f"artifacts/{name}" for name in named)],
    )
    case.run(f"mlflow/1/{run.info.run_id}/")
    case.close()


def _only(folder: Path) -> str:
    (one,) = folder.iterdir()
    return one.name
