"""An MLflow of a few entities, in memory: what is said of them, without a database or server."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from governance.evidence.gather import Gather
from governance.evidence.mlflow.entities import (
    Alias,
    Experiment,
    Model,
    Point,
    Run,
    Tracking,
    Version,
)
from governance.evidence.mlflow.source import MlflowSource
from governance.evidence.source import Asked
from governance.workspace.evidence import MlflowEntry
from tests.governance.evidence.mlflow.reading import Said, said_by

ROOT = "s3://lab/1"


def run(run_id: str, **more: object) -> Run:
    """Return an active, finished run of experiment 1."""
    values: dict[str, object] = {
        "id": run_id,
        "experiment": "1",
        "name": "",
        "status": "FINISHED",
        "active": True,
        "started": None,
        "ended": None,
        "location": f"{ROOT}/{run_id}/artifacts",
        "params": {},
        "tags": {},
        "metrics": [],
        "datasets": [],
        "outputs": [],
    }
    return Run(**{**values, **more})  # type: ignore[arg-type] # as the caller says


def model(model_id: str, **more: object) -> Model:
    """Return an active, finished logged model of experiment 1."""
    values: dict[str, object] = {
        "id": model_id,
        "experiment": "1",
        "name": model_id,
        "status": "READY",
        "active": True,
        "location": f"{ROOT}/models/{model_id}/artifacts",
        "run": None,
        "created": None,
        "tags": {},
        "metrics": [],
    }
    return Model(**{**values, **more})  # type: ignore[arg-type] # as the caller says


def version(name: str, number: str, source: str | None, **more: object) -> Version:
    """Return a version of a registered model of the default workspace."""
    values: dict[str, object] = {
        "workspace": "default",
        "model": name,
        "number": number,
        "source": source,
        "location": None,
        "run": None,
        "model_id": None,
        "stage": "None",
        "created": None,
        "tags": {},
    }
    return Version(**{**values, **more})  # type: ignore[arg-type] # as the caller says


def alias(name: str, called: str, number: str) -> Alias:
    """Return an alias in the default workspace."""
    return Alias("default", name, called, number)


@dataclass
class Held:
    """`entities.Tracking` that holds what a test gives it."""

    held_runs: Sequence[Run] = ()
    held_models: Sequence[Model] = ()
    held_versions: Sequence[Version] = ()
    held_aliases: Sequence[Alias] = ()
    unlisted: Sequence[Model] = ()
    inputs: Sequence[tuple[str, str]] = ()
    locations: dict[str, str] = field(default_factory=dict)
    """Registered model -> where MLflow loads it from."""

    def experiments(self) -> Iterator[Experiment]:
        yield Experiment("1", "sft", ROOT)

    def models(self) -> Iterator[Model]:
        yield from self.held_models

    def runs(self) -> Iterator[Run]:
        yield from self.held_runs

    def versions(self) -> Iterator[Version]:
        yield from self.held_versions

    def aliases(self) -> Iterator[Alias]:
        yield from self.held_aliases

    def model(self, model_id: str) -> Model | None:
        return next((one for one in self.unlisted if one.id == model_id), None)

    def location(self, version: Version) -> str | None:
        return self.locations.get(version.model)

    def model_inputs(self, runs: Sequence[str]) -> Iterator[tuple[str, str]]:
        yield from self.inputs

    def history(
        self, metric: str, runs: Sequence[tuple[str, Point]]
    ) -> Iterator[tuple[str, Point]]:
        yield from runs


class _Source(MlflowSource):
    def __init__(self, held: Tracking, **entry: object) -> None:
        uri = {"uri": "https://host", "name": "lab"}
        super().__init__(MlflowEntry.model_validate({**uri, **entry}), base=None)  # type: ignore[arg-type] # not opened
        self._held = held

    def read(self, into: Gather, asked: Asked) -> None:
        self._tell(self._held, into, asked)


def said_of(held: Held, **entry: object) -> Said:
    """Return what is said of these entities."""
    return said_by(_Source(held, **entry))
