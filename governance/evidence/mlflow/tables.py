"""Reads MLflow's tables: what a server answers, and the deleted logged models as well.

Rows come in order of their keys and in pages: memory is bounded, and nothing slips from one page
into another.
"""

# ruff: noqa: S608 - statements are of this module's own words; foreign text is a parameter.

from collections import defaultdict
from collections.abc import Iterator, Sequence

from governance.evidence.mlflow.entities import Dataset, Experiment, Model, Point, Run, Version
from governance.evidence.mlflow.model_tables import ModelTables
from governance.evidence.mlflow.rows import PAGE, cut, point, text_of, text_or_none, whole

SOURCE_TEXT = 100_000
"""Characters that a dataset's description of its source may have."""


class Tables(ModelTables):
    """MLflow by its database; `entities.Tracking`."""

    def experiments(self) -> Iterator[Experiment]:
        """All experiments, deleted ones too."""
        for row in self._rows(
            f"SELECT experiment_id, name, artifact_location, {self._workspace} FROM experiments "
            "ORDER BY experiment_id"
        ):
            yield Experiment(
                text_of(row["experiment_id"]),
                text_of(row["name"]),
                text_or_none(row["artifact_location"]),
                text_of(row["workspace"]),
            )

    def runs(self) -> Iterator[Run]:
        """All runs of both life-cycle stages, in order of their ids."""
        for page in self._pages(
            "SELECT run_uuid, experiment_id, name, status, lifecycle_stage, start_time, end_time, "
            "artifact_uri FROM runs WHERE run_uuid > :last ORDER BY run_uuid LIMIT :page",
            "run_uuid",
        ):
            ids = [row["run_uuid"] for row in page]
            tags, params = self._texts("tags", ids), self._texts("params", ids)
            metrics, datasets, outputs = self._latest(ids), self._datasets(ids), self._outputs(ids)
            for row in page:
                run = row["run_uuid"]
                yield Run(
                    id=run,
                    experiment=text_of(row["experiment_id"]),
                    name=text_of(row["name"]) or tags[run].get("mlflow.runName", ""),
                    status=text_or_none(row["status"]),
                    active=row["lifecycle_stage"] != "deleted",
                    started=whole(row["start_time"]),
                    ended=whole(row["end_time"]),
                    location=text_or_none(row["artifact_uri"]),
                    params=params[run],
                    tags=tags[run],
                    metrics=metrics[run],
                    datasets=datasets[run],
                    outputs=outputs[run],
                )

    def _texts(self, table: str, ids: Sequence[str]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self._of(
            f"SELECT t.run_uuid, t.key AS named, {cut('t.value')} AS said "
            f"FROM {table} t WHERE t.run_uuid IN :ids",
            ids,
        ):
            found[row["run_uuid"]][text_of(row["named"])] = text_of(row["said"])
        return found

    def _latest(self, ids: Sequence[str]) -> dict[str, list[Point]]:
        found: dict[str, list[Point]] = defaultdict(list)
        for row in self._of(
            "SELECT m.run_uuid, m.key AS named, m.value, m.step, m.is_nan "
            "FROM latest_metrics m WHERE m.run_uuid IN :ids",
            ids,
        ):
            found[row["run_uuid"]].append(point(row["named"], row))
        return found

    def _datasets(self, ids: Sequence[str]) -> dict[str, list[Dataset]]:
        found: dict[str, list[Dataset]] = defaultdict(list)
        for row in self._of(
            "SELECT i.destination_id, d.name, d.digest, d.dataset_source_type, "
            f"SUBSTR(d.dataset_source, 1, {SOURCE_TEXT + 1}) AS said "
            "FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id "
            "WHERE i.destination_type = 'RUN' AND i.destination_id IN :ids",
            ids,
        ):
            found[row["destination_id"]].append(
                Dataset(
                    text_of(row["name"]),
                    text_of(row["digest"]),
                    text_of(row["dataset_source_type"]),
                    text_of(row["said"]),
                )
            )
        return found

    def _outputs(self, ids: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in self._of(
            "SELECT source_id, destination_id FROM inputs WHERE source_type = 'RUN_OUTPUT' "
            "AND destination_type = 'MODEL_OUTPUT' AND source_id IN :ids",
            ids,
        ):
            found[row["source_id"]].append(text_of(row["destination_id"]))
        return found

    def model(self, model_id: str) -> Model | None:
        """Nothing: `models` names every one that there is."""

    def location(self, version: Version) -> str | None:
        """Where MLflow loads this version from."""
        return version.location

    def model_inputs(self, runs: Sequence[str]) -> Iterator[tuple[str, str]]:
        """All pairs of a run and a logged model that it took as input."""
        for row in self._rows(
            "SELECT source_id, destination_id FROM inputs WHERE source_type = 'RUN_INPUT' "
            "AND destination_type = 'MODEL_INPUT'"
        ):
            yield text_of(row["source_id"]), text_of(row["destination_id"])

    def history(
        self, metric: str, runs: Sequence[tuple[str, Point]]
    ) -> Iterator[tuple[str, Point]]:
        """All values of a metric of these runs."""
        for start in range(0, len(runs), PAGE):
            for row in self._of(
                "SELECT m.run_uuid, m.value, m.step, m.is_nan FROM metrics m "
                "WHERE m.key = :metric AND m.run_uuid IN :ids",
                [run for run, _ in runs[start : start + PAGE]],
                metric=metric,
            ):
                yield text_of(row["run_uuid"]), point(metric, row)
