"""Says what is registered as claims and notes: aliases, versions, and what those stand for."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from governance.evidence.claim import Key, Relation
from governance.evidence.mlflow.claims import Told
from governance.evidence.mlflow.entities import Alias, Tracking, Version
from governance.evidence.mlflow.nodes import moment, part
from governance.evidence.mlflow.places import STAGES

_MODEL_URI = "models:/"


@dataclass
class Registry:
    """The registered versions and aliases, read before the runs and said after them."""

    told: Told
    tracking: Tracking
    aliases: list[Alias] = field(default_factory=list)

    @property
    def versions(self) -> Iterable[Version]:
        """All versions."""
        return self.told.places.versions.values()

    def read(self) -> None:
        """Read all of it, and say the logged models that only a version names.

        Those are deleted ones, which a server does not list. To be called after all models.
        """
        places = self.told.places
        # Aliases before versions: what an alias names is there when the versions are read.
        for alias in self.tracking.aliases():
            self.aliases.append(alias)
            places.names[alias.workspace, alias.model, alias.name] = alias.number
        for version in self.tracking.versions():
            places.versions[version.workspace, version.model, version.number] = version
            if version.stage in STAGES:
                places.names[version.workspace, version.model, version.stage] = version.number
        named = dict.fromkeys(_model_of(version) for version in self.versions)
        for model_id in named:
            if model_id is None or model_id in places.models:
                continue
            with part(self.told.into, f"logged model {model_id}"):
                if model := self.tracking.model(model_id):
                    self.told.model(model)

    def tell(self) -> None:
        """Say every version and every alias. To be called after all runs."""
        for version in self.versions:
            _version(self.told, self.tracking, version)
            if version.stage in STAGES:
                _alias(self.told, version, version.stage, "stage")
        for alias in self.aliases:
            _alias(self.told, alias, alias.name, "alias")


def _alias(told: Told, of: Alias | Version, name: str, called: str) -> None:
    node = told.nodes.alias(of.workspace, of.model, name)
    told.into.note(node, Key.TYPE, text="release")
    told.into.note(node, Key.LABEL, text=f"{of.model}@{name}")
    told.into.claim(
        Relation.NAMES,
        node,
        told.nodes.version(of.workspace, of.model, of.number),
        f"{called} {name} of model {of.model} (mlflow)",
        root="mlflow.alias",
        root_name=f"{of.model}@{name}",
        at="model registry",
    )


def _version(told: Told, tracking: Tracking, version: Version) -> None:
    into, nodes = told.into, told.nodes
    model, number = version.model, version.number
    node = nodes.version(version.workspace, model, number)
    into.note(node, Key.TYPE, text="release")
    into.note(node, Key.LABEL, text=f"{model}/{number}")
    for key, value in sorted(version.tags.items()):
        into.note(node, f"{Key.TAG}:{key}", text=value)
    targets = _stands_for(told, tracking, version)
    claims = [(Relation.NAMES, target) for target in sorted(targets)]
    if version.run:
        claims.append((Relation.NEEDS, nodes.run(version.run)))
    for relation, target in claims:
        into.claim(
            relation,
            node,
            target,
            f"version {number} of model {model} (mlflow)",
            root="mlflow.version",
            root_name=f"{model}/{number}",
            since=moment(version.created),
            at="model registry",
        )


def _stands_for(told: Told, tracking: Tracking, version: Version) -> set[str]:
    """Return the logged model and the places that a version stands for.

    Both its source and what MLflow loads it from count where they differ. Where neither can be
    placed, nobody knows what to keep for it: a problem.
    """
    places, nodes = told.places, told.nodes
    targets = set()
    model_id = _model_of(version)
    if model_id:
        targets.add(nodes.model(model_id))
    source, location = places.find(version.source, version.workspace), version.location
    named = (version.source or "").startswith(_MODEL_URI)
    if source.node is None and location is None and named:
        # What it names was destroyed; MLflow still says where it was loaded from.
        with part(told.into, f"version {version.number} of model {version.model}"):
            location = tracking.location(version)
    by_model = places.find(places.models.get(model_id or ""), version.workspace)
    loaded = places.find(location, version.workspace) if location else source
    lies = {found.node for found in (source, loaded) if found.node}
    targets |= lies - {by_model.node}
    if not lies:
        told.unplaced.add(
            "registered versions", source.why, f"version {version.number} of model {version.model}"
        )
    return targets


def _model_of(version: Version) -> str | None:
    """Return the id of the logged model that was registered, if it was one."""
    if version.model_id:
        return version.model_id
    source = version.source or ""
    if not source.startswith(_MODEL_URI):
        return None
    head, slash, _ = source.removeprefix(_MODEL_URI).lstrip("/").partition("/")
    # `models:/NAME/3` and `models:/NAME@alias` are names, `models:/m-ID` is a logged model.
    return head if head.startswith("m-") and not slash and "@" not in head else None
