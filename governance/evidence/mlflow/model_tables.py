"""Reads MLflow's tables of logged models, registered versions and aliases."""

# ruff: noqa: S608 - statements are of this module's own words; foreign text is a parameter.

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from governance.evidence.mlflow.entities import Alias, Model, Point, Version
from governance.evidence.mlflow.rows import Rows, cut, point, text_of, text_or_none, whole

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

MODEL_STATUS = ("UNSPECIFIED", "PENDING", "READY", "FAILED")
DELETED_STAGE = "Deleted_Internal"
_NO_PROMPT = (
    "NOT EXISTS (SELECT 1 FROM registered_model_tags p WHERE p.name = v.name {and_workspace}"
    "AND p.key = 'mlflow.prompt.is_prompt' AND p.value = 'true')"
)
"""Prompts are registered like models and lie in no store; MLflow leaves them out as well."""


class ModelTables(Rows):
    """Logged models and the registry by the database."""

    def models(self) -> Iterator[Model]:
        """All logged models, deleted ones too, in order of their ids."""
        for page in self._pages(
            "SELECT model_id, experiment_id, name, artifact_location, creation_timestamp_ms, "
            "status, lifecycle_stage, source_run_id FROM logged_models "
            "WHERE model_id > :last ORDER BY model_id LIMIT :page",
            "model_id",
        ):
            ids = [row["model_id"] for row in page]
            tags, metrics = self._tags(ids), self._metrics(ids)
            for row in page:
                model, status = row["model_id"], row["status"]
                known = isinstance(status, int) and 0 <= status < len(MODEL_STATUS)
                yield Model(
                    id=model,
                    experiment=text_of(row["experiment_id"]),
                    name=text_of(row["name"]),
                    status=MODEL_STATUS[status] if known else None,
                    active=row["lifecycle_stage"] != "deleted",
                    location=text_or_none(row["artifact_location"]),
                    run=text_or_none(row["source_run_id"]),
                    created=whole(row["creation_timestamp_ms"]),
                    tags=tags[model],
                    metrics=metrics[model],
                )

    def _metrics(self, ids: Sequence[str]) -> dict[str, list[Point]]:
        found: dict[str, list[Point]] = defaultdict(list)
        for row in self._of(
            "SELECT model_id, metric_name, metric_value AS value, metric_step AS step "
            "FROM logged_model_metrics WHERE model_id IN :ids",
            ids,
        ):
            found[row["model_id"]].append(point(row["metric_name"], row))
        return found

    def _tags(self, ids: Sequence[str]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self._of(
            f"SELECT model_id, tag_key AS named, {cut('tag_value')} AS said "
            "FROM logged_model_tags WHERE model_id IN :ids",
            ids,
        ):
            found[row["model_id"]][text_of(row["named"])] = text_of(row["said"])
        return found

    def versions(self) -> Iterator[Version]:
        """All versions of all registered models; those that are being deleted are none."""
        tags: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
        for row in self._rows(
            f"SELECT {self._workspace}, t.name, t.version, t.key AS named, "
            f"{cut('t.value')} AS said FROM model_version_tags t"
        ):
            tags[_version(row)][text_of(row["named"])] = text_of(row["said"])
        for row in self._rows(
            f"SELECT {self._workspace}, v.name, v.version, v.source, v.storage_location, "
            "v.run_id, v.current_stage, v.creation_time FROM model_versions v "
            f"WHERE {self._no_prompt} ORDER BY v.name, v.version"
        ):
            if row["current_stage"] == DELETED_STAGE:
                continue
            workspace, model, number = key = _version(row)
            yield Version(
                workspace=workspace,
                model=model,
                number=number,
                source=text_or_none(row["source"]),
                location=text_or_none(row["storage_location"]),
                run=text_or_none(row["run_id"]),
                model_id=None,
                stage=text_or_none(row["current_stage"]),
                created=whole(row["creation_time"]),
                tags=tags.get(key, {}),
            )

    def aliases(self) -> Iterator[Alias]:
        """All aliases."""
        for row in self._rows(
            f"SELECT {self._workspace}, v.name, v.alias, v.version "
            f"FROM registered_model_aliases v WHERE {self._no_prompt} ORDER BY v.name, v.alias"
        ):
            workspace, model, number = _version(row)
            yield Alias(workspace, model, text_of(row["alias"]), number)

    @property
    def _no_prompt(self) -> str:
        workspaces = self._workspace == "workspace"
        return _NO_PROMPT.format(
            and_workspace="AND p.workspace = v.workspace " if workspaces else ""
        )


def _version(row: "RowMapping") -> tuple[str, str, str]:
    return text_of(row["workspace"]), text_of(row["name"]), text_of(row["version"])
