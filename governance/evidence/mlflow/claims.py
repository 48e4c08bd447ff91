"""Says what MLflow knows of runs and logged models as claims and notes.

    run -made-> place of its artifacts, of its logged models, of what its parameters name
    run -needs-> dataset, logged model that it took as input
    logged model -names-> place, -needs-> run

What was deleted softly is said as well, without being a root: an alias still leads through it, and
its files are still there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from governance.evidence.claim import Key, Relation, place
from governance.evidence.gather import Gather
from governance.evidence.mlflow.datasets import Datasets
from governance.evidence.mlflow.entities import DEFAULT_WORKSPACE, Model, Point, Run
from governance.evidence.mlflow.nodes import Nodes, Unplaced, moment
from governance.evidence.mlflow.notes import STATUS, note_points, note_state, note_tags
from governance.evidence.mlflow.places import Places


@dataclass(frozen=True, slots=True)
class Holder:
    """A run as the holder of claims."""

    run: str
    experiment: str
    words: str
    root_name: str | None
    since: datetime | None

    @property
    def at(self) -> str:
        """Where it is said."""
        return f"experiment {self.experiment}"


@dataclass
class Told:
    """Says runs and logged models; what is learned on the way is for the registry."""

    into: Gather
    nodes: Nodes
    location_params: Sequence[str]
    metrics: frozenset[str]
    places: Places = field(default_factory=Places)
    unplaced: Unplaced = field(default_factory=Unplaced)
    locations: dict[str, str | None] = field(default_factory=dict)
    """Experiment -> where its runs and models are put."""
    latest: dict[str, list[tuple[str, Point]]] = field(default_factory=dict)
    """Metric that was asked for -> runs that have it, each with its latest value."""
    outputs: dict[str, Holder] = field(default_factory=dict)
    """Logged model that was not listed -> the run that made it."""
    _made_by: dict[str, list[Model]] = field(default_factory=dict)
    _relative: int = 0

    def __post_init__(self) -> None:
        self.datasets = Datasets(self.nodes)
        self.latest = {metric: [] for metric in sorted(self.metrics)}

    def model(self, model: Model) -> None:
        """Say a logged model. To be called before `run` for all that can be listed."""
        node, words = self.nodes.model(model.id), f"logged model {model.name} (mlflow)"
        root = "mlflow.model" if model.active else None
        name = model.name if model.active else None
        since, at = moment(model.created), f"experiment {model.experiment}"
        into = self.into
        self.places.models[model.id] = model.location
        into.note(node, Key.TYPE, text="model")
        into.note(node, Key.LABEL, text=model.name)
        note_state(into, node, model.active, model.status)
        note_tags(into, node, model.tags)
        note_points(into, node, model.metrics)
        if target := self._place(model.location, "logged models", model.id):
            into.claim(
                Relation.NAMES, node, target, words, root=root, root_name=name, since=since, at=at
            )
        if model.run:
            run = self.nodes.run(model.run)
            into.claim(
                Relation.NEEDS, node, run, words, root=root, root_name=name, since=since, at=at
            )
            self._made_by.setdefault(model.run, []).append(model)

    def run(self, run: Run) -> None:
        """Say a run with all that it made and needs."""
        node = self.nodes.run(run.id)
        status = STATUS.get(run.status or "", "unknown")
        holder = Holder(
            run=run.id,
            experiment=run.experiment,
            words=f"run {run.name or run.id} (mlflow)",
            root_name=status if run.active else None,
            since=moment(run.started),
        )
        into = self.into
        self.places.runs[run.id] = run.location
        into.note(node, Key.TYPE, text="run")
        into.note(node, Key.LABEL, text=run.name or run.id)
        note_state(into, node, run.active, run.status)
        for key, time in ((Key.STARTED, run.started), (Key.ENDED, run.ended)):
            if moment(time) is not None and time is not None:
                into.note(node, key, number=time / 1000)
        note_tags(into, node, run.tags)
        note_points(into, node, run.metrics)
        for point in run.metrics:
            if point.metric in self.latest:
                self.latest[point.metric].append((run.id, point))
        made = {self._place(run.location, "runs", run.id)}
        for model in self._made_by.pop(run.id, ()):
            made.add(self._place(model.location))
        for model_id in run.outputs:
            if model_id in self.places.models:
                made.add(self._place(self.places.models[model_id]))
            else:
                self.outputs[model_id] = holder
        for target in sorted(one for one in made if one):
            self._by_run(Relation.MADE, holder, target)
        for param, target in self._named_by(run):
            self._by_run(Relation.MADE, holder, target, f"{holder.at}: {param}")
        for dataset in sorted({self.datasets.add(one, run.active) for one in run.datasets}):
            self._by_run(Relation.NEEDS, holder, dataset)

    def output(self, model_id: str, model: Model | None) -> None:
        """Say a logged model of `outputs` that was asked for; None: nobody knows it any more."""
        holder = self.outputs.pop(model_id)
        if model:
            self.model(model)
            if model.run == holder.run:
                self._made_by.pop(holder.run, None)
            if target := self._place(model.location):
                self._by_run(Relation.MADE, holder, target)

    def output_unasked(self, model_id: str) -> None:
        """Say where a logged model of `outputs` was put, as MLflow puts them all."""
        holder = self.outputs.pop(model_id)
        base = self.locations.get(holder.experiment)
        location = f"{base.rstrip('/')}/models/{model_id}/artifacts" if base else None
        if target := self._place(location, "logged models", model_id):
            self._by_run(Relation.MADE, holder, target)

    def _by_run(
        self, relation: Relation, holder: Holder, target: str, at: str | None = None
    ) -> None:
        self.into.claim(
            relation,
            self.nodes.run(holder.run),
            target,
            holder.words,
            root="mlflow.run" if holder.root_name else None,
            root_name=holder.root_name,
            since=holder.since,
            at=at or holder.at,
        )

    def model_input(self, run: str, model: str) -> None:
        """Say that a run took a logged model as input."""
        self.into.claim(
            Relation.NEEDS, self.nodes.run(run), self.nodes.model(model), f"run {run} (mlflow)"
        )

    def finish(self) -> None:
        """Say what is known only at the end."""
        for run, models in self._made_by.items():
            # The run was destroyed, or is not to be seen: what it made is still its work.
            for target in sorted({self._place(model.location) or "" for model in models} - {""}):
                self.into.claim(Relation.MADE, self.nodes.run(run), target, f"run {run} (mlflow)")
        self._made_by = {}
        self.datasets.tell(self.into, self.places, self.unplaced)
        self.unplaced.tell(self.into)
        if self._relative:
            self.into.remark(
                f"{self._relative:,} parameters and tags name a relative path: "
                "what was saved there is not known to be a run's"
            )

    def _place(self, uri: str | None, what: str | None = None, example: str = "") -> str | None:
        found = self.places.find(uri, DEFAULT_WORKSPACE)
        if found.node is None and what:
            self.unplaced.add(what, found.why, example)
        return found.node

    def _named_by(self, run: Run) -> Iterator[tuple[str, str]]:
        """Yield the places that parameters and tags of a run name."""
        for key in self.location_params:
            for values in (run.params, run.tags):
                if value := values.get(key):
                    if target := place(value):
                        yield key, target
                    else:
                        self._relative += 1
