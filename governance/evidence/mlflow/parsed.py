"""Makes entities of a server's JSON. It is foreign: anything can be missing or of another type."""

from collections.abc import Iterator, Mapping
from typing import cast

from governance.evidence.mlflow.answers import AnswerError
from governance.evidence.mlflow.entities import (
    DEFAULT_WORKSPACE,
    Alias,
    Dataset,
    Experiment,
    Model,
    Point,
    Run,
    Version,
    value_of,
)
from governance.evidence.mlflow.rows import text_of, text_or_none, whole

Json = Mapping[str, object]
_MODEL_STATUS = {
    "LOGGED_MODEL_PENDING": "PENDING",
    "LOGGED_MODEL_READY": "READY",
    "LOGGED_MODEL_UPLOAD_FAILED": "FAILED",
}


def part(value: Json, key: str) -> Json:
    """Return an object of an object; a missing one is empty."""
    found = value.get(key, {})
    if not isinstance(found, dict):
        raise AnswerError(f"its {key} are not what MLflow sends", status=200)
    return cast(Json, found)


def parts(value: Json, key: str) -> list[Json]:
    """Return the objects of a list; a missing list is empty."""
    found = value.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise AnswerError(f"its {key} are not what MLflow sends", status=200)
    return cast(list[Json], found)


def identity(value: Json, key: str) -> str:
    """Return what has to be there, or raise AnswerError."""
    if found := text_of(value.get(key)):
        return found
    raise AnswerError(f"it sends something without its {key}", status=200)


def texts(values: list[Json]) -> dict[str, str]:
    """Return tags or parameters as a mapping."""
    return {text_of(one.get("key")): text_of(one.get("value")) for one in values}


def point(value: Json) -> Point:
    """Return a value of a metric; a step that is not said is 0."""
    return Point(text_of(value.get("key")), value_of(value.get("value")), _step(value))


def _step(value: Json) -> int | None:
    return whole(value.get("step", 0))


def experiment(value: Json) -> Experiment:
    """Return an experiment."""
    return Experiment(
        identity(value, "experiment_id"),
        text_of(value.get("name")),
        text_or_none(value.get("artifact_location")),
        text_of(value.get("workspace")) or DEFAULT_WORKSPACE,
    )


def run(value: Json) -> Run:
    """Return a run."""
    info, data = part(value, "info"), part(value, "data")
    tags = texts(parts(data, "tags"))
    return Run(
        id=text_of(info.get("run_id")) or identity(info, "run_uuid"),
        experiment=text_of(info.get("experiment_id")),
        name=text_of(info.get("run_name")) or tags.get("mlflow.runName", ""),
        status=text_or_none(info.get("status")),
        active=info.get("lifecycle_stage") != "deleted",
        started=whole(info.get("start_time")),
        ended=whole(info.get("end_time")),
        location=text_or_none(info.get("artifact_uri")),
        params=texts(parts(data, "params")),
        tags=tags,
        metrics=[point(one) for one in parts(data, "metrics")],
        datasets=list(_datasets(part(value, "inputs"))),
        outputs=model_ids(part(value, "outputs"), "model_outputs"),
    )


def _datasets(inputs: Json) -> Iterator[Dataset]:
    for one in parts(inputs, "dataset_inputs"):
        dataset = part(one, "dataset")
        yield Dataset(
            text_of(dataset.get("name")),
            text_of(dataset.get("digest")),
            text_of(dataset.get("source_type")),
            text_of(dataset.get("source")),
        )


def model_ids(value: Json, key: str) -> list[str]:
    """Return the ids of the logged models of a list."""
    return [identity(one, "model_id") for one in parts(value, key)]


def model(value: Json, active: bool) -> Model:
    """Return a logged model; whether it was deleted has to be known from how it was asked for."""
    info, data = part(value, "info"), part(value, "data")
    return Model(
        id=identity(info, "model_id"),
        experiment=text_of(info.get("experiment_id")),
        name=text_of(info.get("name")),
        status=_MODEL_STATUS.get(text_of(info.get("status"))),
        active=active,
        location=text_or_none(info.get("artifact_uri")),
        run=text_or_none(info.get("source_run_id")),
        created=whole(info.get("creation_timestamp_ms")),
        tags=texts(parts(info, "tags")),
        metrics=[point(one) for one in parts(data, "metrics")],
    )


def version(value: Json, workspace: str) -> Version:
    """Return a version of a registered model."""
    return Version(
        workspace=workspace,
        model=identity(value, "name"),
        number=identity(value, "version"),
        source=text_or_none(value.get("source")),
        location=None,
        run=text_or_none(value.get("run_id")),
        model_id=text_or_none(value.get("model_id")),
        stage=text_or_none(value.get("current_stage")),
        created=whole(value.get("creation_timestamp")),
        tags=texts(parts(value, "tags")),
    )


def aliases(value: Json, workspace: str) -> Iterator[Alias]:
    """Yield the aliases of a registered model."""
    name = identity(value, "name")
    for one in parts(value, "aliases"):
        yield Alias(workspace, name, identity(one, "alias"), identity(one, "version"))
