"""What MLflow holds, the same from a server and from a database. Texts are foreign and raw."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

DEFAULT_WORKSPACE = "default"
"""MLflow's name for where everything is while a server has no workspaces."""
BIGGEST = 1.7976931348623157e308
"""What MLflow stores for an infinity."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a metric; None where it is no number (NaN, an infinity)."""

    metric: str
    value: float | None
    step: int | None


@dataclass(frozen=True, slots=True)
class Dataset:
    """An input of a run. `source` is JSON whose form `source_type` says."""

    name: str
    digest: str
    source_type: str
    source: str


@dataclass(frozen=True, slots=True)
class Experiment:
    """Runs that belong together; new ones are put under `location`."""

    id: str
    name: str
    location: str | None
    workspace: str = DEFAULT_WORKSPACE


@dataclass(frozen=True, slots=True)
class Run:
    """One run. Times are milliseconds since 1970; `metrics` are the latest values."""

    id: str
    experiment: str
    name: str
    status: str | None
    active: bool
    started: int | None
    ended: int | None
    location: str | None
    params: Mapping[str, str]
    tags: Mapping[str, str]
    metrics: Sequence[Point]
    datasets: Sequence[Dataset]
    outputs: Sequence[str]
    """Ids of logged models that it made."""


@dataclass(frozen=True, slots=True)
class Model:
    """A logged model (`m-HEX`); `metrics` are all of its values."""

    id: str
    experiment: str
    name: str
    status: str | None
    active: bool
    location: str | None
    run: str | None
    created: int | None
    tags: Mapping[str, str]
    metrics: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a registered model."""

    workspace: str
    model: str
    number: str
    source: str | None
    """What was registered: a place, or `runs:/ID/path`, `models:/m-ID`, `models:/NAME/3`."""
    location: str | None
    """Where MLflow loads it from, where that is known without asking."""
    run: str | None
    model_id: str | None
    stage: str | None
    created: int | None
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Alias:
    """A name for one version of a registered model."""

    workspace: str
    model: str
    name: str
    number: str


class Tracking(Protocol):
    """One of the two ways to ask MLflow. Every method raises EvidenceError where it cannot."""

    def experiments(self) -> Iterator[Experiment]:
        """All experiments, deleted ones too. To be asked first."""

    def models(self) -> Iterator[Model]:
        """All logged models that can be listed; a server lists no deleted ones."""

    def runs(self) -> Iterator[Run]:
        """All runs of both life-cycle stages."""

    def versions(self) -> Iterator[Version]:
        """All versions of all registered models."""

    def aliases(self) -> Iterator[Alias]:
        """All aliases."""

    def model(self, model_id: str) -> Model | None:
        """One logged model that was not listed: a deleted one; None where there is none."""

    def location(self, version: Version) -> str | None:
        """Where MLflow loads this version from."""

    def model_inputs(self, runs: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Pairs of a run and a logged model that it took as input; of these runs at least."""

    def history(
        self, metric: str, runs: Sequence[tuple[str, Point]]
    ) -> Iterator[tuple[str, Point]]:
        """All values of a metric of these runs, each given with its latest."""


def value_of(number: object) -> float | None:
    """Return a metric's value as a number, or None for what is none: NaN, an infinity, a text."""
    try:
        value = float(number)  # type: ignore[arg-type] # anything else is caught
    except (TypeError, ValueError, OverflowError):
        return None
    return value if -BIGGEST < value < BIGGEST else None
