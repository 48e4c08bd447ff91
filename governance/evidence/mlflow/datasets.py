"""Datasets that runs took as input: what their descriptions name."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from governance.evidence.claim import Key, Relation, digest, hub, place
from governance.evidence.gather import Gather
from governance.evidence.mlflow.entities import DEFAULT_WORKSPACE, Dataset
from governance.evidence.mlflow.nodes import Nodes, Unplaced
from governance.evidence.mlflow.places import Places

MOST_FILES = 10_000
"""Files that one dataset can name."""


@dataclass
class _Known:
    dataset: Dataset
    active: bool
    sources: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class Datasets:
    """Collects datasets while runs are read, and says each once."""

    nodes: Nodes
    _known: dict[str, _Known] = field(default_factory=dict)

    def add(self, dataset: Dataset, active: bool) -> str:
        """Note an input of a run that is or is not active; return the dataset's node."""
        node = self.nodes.dataset(dataset.name, dataset.digest)
        known = self._known.setdefault(node, _Known(dataset, active))
        known.active |= active
        known.sources.add((dataset.source_type, dataset.source))
        return node

    def tell(self, into: Gather, places: Places, unplaced: Unplaced) -> None:
        """Say what every dataset stands for.

        The inputs of runs that are all deleted are no roots by themselves: `mlflow.inputs`.
        """
        relative = 0
        for node, known in self._known.items():
            name = known.dataset.name
            into.note(node, Key.TYPE, text="dataset")
            into.note(node, Key.LABEL, text=name)
            targets = set(_contents(known.dataset.digest))
            for source_type, source in sorted(known.sources):
                try:
                    uris = list(_named(source_type, json.loads(source)))
                except (ValueError, RecursionError):
                    into.problem(f"the source of dataset {name} cannot be read")
                    continue
                for uri in uris:
                    found = places.find(uri, DEFAULT_WORKSPACE)
                    if found.node is None and (target := hub(uri)) and source_type == _HUB:
                        targets.add(target)
                    elif found.node is not None:
                        targets.add(found.node)
                    elif "://" in uri and uri.startswith(("http:", "https:")):
                        targets.add(uri)
                    elif found.why == "at a relative path":
                        relative += 1
                    else:
                        unplaced.add("datasets", found.why, name)
            for target in sorted(targets):
                into.claim(
                    Relation.NAMES,
                    node,
                    target,
                    f"dataset {name} (mlflow)",
                    root="mlflow.inputs" if known.active else None,
                    root_name=name if known.active else None,
                )
        if relative:
            into.remark(f"{relative:,} datasets are at relative paths: nobody knows from where")


_HUB = "hugging_face"


def _contents(text: str) -> Iterator[str]:
    """Yield the content that a digest names. MLflow's own has 8 digits and names none."""
    algorithm, _, value = text.rpartition(":")
    for one in (algorithm,) if algorithm else ("md5", "sha256"):
        if node := digest(one, value):
            yield node


def _named(source_type: str, source: object) -> Iterator[str]:
    """Yield what a source names: paths, URIs, the name on a hub."""
    if not isinstance(source, dict):
        raise ValueError("not an object")
    for key in ("uri", "url", "path"):
        if isinstance(value := source.get(key), str) and value:
            yield value
    if source_type == _HUB:
        # Files and folders of the hub's repository unless they are places by themselves.
        left = [source.get("data_files"), source.get("data_dir")]
        for _ in range(MOST_FILES):
            if not left:
                return
            one = left.pop()
            if isinstance(one, str):
                if place(one):
                    yield one
            elif isinstance(one, list):
                left += one
            elif isinstance(one, dict):
                left += one.values()
        raise ValueError("too many files")
