"""Asks an MLflow: over HTTP as a client, or its database, which is only read.

Always the whole: MLflow says of nothing when it was last changed. Tags, metrics and the state of a
run change without a trace in any time that could be asked for, so nothing can be left out safely.

What a server does not say and a database does: which logged models a run took as input, beyond the
runs of registered versions. What neither says: where a server that proxies artifacts keeps them
(`mlflow-artifacts:`); that is a problem, which keeps.
"""

from pathlib import Path
from urllib.parse import urlsplit

from governance.evidence.gather import Gather
from governance.evidence.mlflow.claims import Told
from governance.evidence.mlflow.database import opened
from governance.evidence.mlflow.entities import Point, Tracking
from governance.evidence.mlflow.http import Client
from governance.evidence.mlflow.nodes import Nodes, part
from governance.evidence.mlflow.notes import note_points
from governance.evidence.mlflow.registry import Registry
from governance.evidence.mlflow.server import Server
from governance.evidence.mlflow.tables import Tables
from governance.evidence.source import Asked
from governance.workspace.evidence import MlflowEntry

MOST_OUTPUTS = 20
"""Deleted logged models that a server is asked for one by one, beyond those of versions."""


class MlflowSource:
    """One MLflow; `source.EvidenceSource`. Paths in its entry start from `base`."""

    def __init__(self, entry: MlflowEntry, base: Path) -> None:
        self._entry = entry
        self._base = base

    @property
    def name(self) -> str:
        """Its name among the sources of its kind."""
        return self._entry.known_as

    @property
    def place(self) -> str:
        """The tracking URI. What drivers take after a `?` can hold a password."""
        return self._entry.uri.partition("?")[0].partition("#")[0]

    @property
    def writers(self) -> str:
        """Who could have written what it says."""
        if self._over_http:
            return f"whoever may write to the MLflow server at {urlsplit(self.place).netloc}"
        return "whoever may write to the MLflow server of this database, or into the database"

    @property
    def _over_http(self) -> bool:
        return self._entry.uri.startswith(("http://", "https://"))

    def read(self, into: Gather, asked: Asked) -> None:
        """Say all of it. Raises EvidenceError where nothing can be read."""
        if not self._over_http:
            with opened(self._entry.uri, self._base) as connection:
                self._tell(Tables(connection), into, asked)
            return

        def count() -> None:
            into.requests += 1

        bundle = self._entry.ca_bundle
        client = Client(self._entry.uri, self._base / bundle if bundle else None, count)
        self._tell(Server(client, into), into, asked)

    def _tell(self, tracking: Tracking, into: Gather, asked: Asked) -> None:
        told = Told(into, Nodes(self.name), self._entry.location_params, asked.metrics)
        told.places.served = self._entry.artifacts
        registry = Registry(told, tracking)
        for experiment in tracking.experiments():
            told.locations[experiment.id] = experiment.location
        with part(into, "logged models"):
            for model in tracking.models():
                told.model(model)
        with part(into, "registered models"):
            registry.read()
        with part(into, "runs"):
            for count, run in enumerate(tracking.runs()):
                told.run(run)
                if count % 1000 == 0:
                    into.progress(f"{self.name}: {count:,} runs")
        with part(into, "deleted logged models"):
            for count, model_id in enumerate(list(told.outputs)):
                if count < MOST_OUTPUTS:
                    told.output(model_id, tracking.model(model_id))
                else:
                    told.output_unasked(model_id)
        with part(into, "registered versions"):
            registry.tell()
        with part(into, "inputs of runs"):
            named = dict.fromkeys(one.run for one in registry.versions if one.run)
            for run_id, model_id in tracking.model_inputs(list(named)):
                told.model_input(run_id, model_id)
        told.finish()
        for metric, runs in told.latest.items():
            with part(into, f"metric {metric}"):
                self._histories(tracking, told, metric, runs)

    def _histories(
        self, tracking: Tracking, told: Told, metric: str, runs: list[tuple[str, Point]]
    ) -> None:
        """Say all values of a metric; each run's latest was said with the run."""
        latest = dict(runs)
        for run, point in tracking.history(metric, runs):
            if latest.get(run) == point:
                del latest[run]
            else:
                note_points(told.into, told.nodes.run(run), [point])
