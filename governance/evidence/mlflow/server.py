"""Asks a tracking server: the same as `tables`, by requests that only search.

A server lists no logged model that was deleted softly, and says of no run which logged models it
took as input unless it is asked for that run alone; both are asked for where a version needs it.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from urllib.parse import quote

from governance.evidence.errors import EvidenceError
from governance.evidence.gather import Gather
from governance.evidence.mlflow import metrics, parsed
from governance.evidence.mlflow.answers import AnswerError
from governance.evidence.mlflow.asking import API, Asking
from governance.evidence.mlflow.entities import (
    DEFAULT_WORKSPACE,
    Alias,
    Experiment,
    Model,
    Point,
    Run,
    Version,
)
from governance.evidence.mlflow.http import Client
from governance.evidence.mlflow.rows import text_of, text_or_none

RUNS = 1_000
"""Runs of one page."""
MODELS = 1_000
VERSIONS = 5_000
EXPERIMENTS = 5_000
EXPERIMENTS_ASKED = 1_000
"""Experiments whose runs are searched for at once."""
MOST_INPUTS = 20
"""Runs that are asked for alone."""


class Server:
    """MLflow by its HTTP API; `entities.Tracking`. What is not to be seen is said to `into`."""

    def __init__(self, client: Client, into: Gather) -> None:
        self._ask = Asking(client)
        self._client = client
        self._into = into
        self._experiments: dict[str | None, list[str]] = {}
        self._home: dict[str, str | None] = {}
        """Run -> workspace, where there are several."""

    def experiments(self) -> Iterator[Experiment]:
        """All experiments, deleted ones too, of all workspaces."""
        self._ask.find_workspaces()
        self._check_rights()
        for workspace in self._ask.each():
            ids = self._experiments.setdefault(workspace, [])
            for one in self._ask.posted(
                "experiments/search",
                "experiments",
                {"view_type": "ALL", "order_by": ["experiment_id ASC"]},
                parsed.experiment,
                lambda found: found.id,
                EXPERIMENTS,
            ):
                ids.append(one.id)
                yield one
        if not any(self._experiments.values()):
            # A new MLflow has one, so this is none, or shows nothing to this account.
            raise EvidenceError("the server names no experiment at all", "check the address")

    def _check_rights(self) -> None:
        """An account sees only what it may, without a word about the rest."""
        if self._client.user is None:
            return
        try:
            answer = self._client.get(f"{API}users/get", {"username": self._client.user})
        except AnswerError as error:
            if error.status != 404:
                raise
            return  # the server itself knows no accounts
        if parsed.part(answer, "user").get("is_admin") is not True:
            self._into.problem(
                f"account {self._client.user} is no administrator of this MLflow: "
                "what it may not see is missing"
            )

    def _chunks(self) -> Iterator[list[str]]:
        for workspace in self._ask.each():
            ids = self._experiments[workspace]
            for start in range(0, len(ids), EXPERIMENTS_ASKED):
                yield ids[start : start + EXPERIMENTS_ASKED]

    def models(self) -> Iterator[Model]:
        """All logged models that are not deleted."""
        for ids in self._chunks():
            yield from self._ask.posted(
                "logged-models/search",
                "models",
                {
                    "experiment_ids": ids,
                    "order_by": [{"field_name": "creation_timestamp", "ascending": True}],
                },
                lambda one: parsed.model(one, active=True),
                lambda found: found.id,
                MODELS,
            )

    def runs(self) -> Iterator[Run]:
        """All runs of both life-cycle stages, oldest first."""
        for ids in self._chunks():
            for run in self._ask.posted(
                "runs/search",
                "runs",
                {
                    "experiment_ids": ids,
                    "run_view_type": "ALL",
                    "order_by": ["attributes.start_time ASC"],
                },
                parsed.run,
                lambda found: found.id,
                RUNS,
            ):
                if self._client.workspace:
                    self._home[run.id] = self._client.workspace
                yield run

    def versions(self) -> Iterator[Version]:
        """All versions of all registered models."""
        for workspace in self._ask.each():
            yield from self._ask.got(
                "model-versions/search",
                "model_versions",
                "creation_timestamp ASC",
                partial(parsed.version, workspace=workspace or DEFAULT_WORKSPACE),
                lambda found: (found.model, found.number),
                VERSIONS,
            )

    def aliases(self) -> Iterator[Alias]:
        """All aliases."""
        for workspace in self._ask.each():
            of = workspace or DEFAULT_WORKSPACE
            for model in self._ask.got(
                "registered-models/search",
                "registered_models",
                "name ASC",
                lambda one: one,
                lambda found: text_of(found.get("name")),
                MODELS,
            ):
                yield from parsed.aliases(model, of)

    def model(self, model_id: str) -> Model | None:
        """One logged model that was not listed: a deleted one; None where there is none."""
        path = f"{API}logged-models/{quote(model_id, safe='')}"
        for _ in self._ask.each():
            if answer := self._ask.one(path, {"allow_deleted": "true"}):
                return parsed.model(parsed.part(answer, "model"), active=False)
        return None

    def location(self, version: Version) -> str | None:
        """Where MLflow loads this version from."""
        asked = {"name": version.model, "version": version.number}
        with self._ask.within(version.workspace):
            answer = self._ask.one(f"{API}model-versions/get-download-uri", asked)
        return text_or_none(answer.get("artifact_uri")) if answer else None

    def model_inputs(self, runs: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Pairs of a run and a logged model that it took as input, of the first of these runs."""
        for run in runs[:MOST_INPUTS]:
            with self._ask.within(self._home.get(run)):
                answer = self._ask.one(f"{API}runs/get", {"run_id": run})
            inputs = parsed.part(parsed.part(answer or {}, "run"), "inputs")
            for model_id in parsed.model_ids(inputs, "model_inputs"):
                yield run, model_id
        if len(runs) > MOST_INPUTS:
            self._into.remark(
                f"which logged models were inputs is not asked for {len(runs) - MOST_INPUTS:,} "
                "runs of registered versions: the database says it at once"
            )

    def history(
        self, metric: str, runs: Sequence[tuple[str, Point]]
    ) -> Iterator[tuple[str, Point]]:
        """All values of a metric of these runs."""
        for workspace in self._ask.workspaces:
            with self._ask.within(workspace):
                own = [one for one in runs if self._home.get(one[0]) == workspace]
                yield from metrics.histories(self._client, metric, own)
