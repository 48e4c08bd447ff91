"""Pods that a document asks for, whatever kind it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from blueprints.check.cluster.shape import Path, at, labels, mapping, mappings, text
from blueprints.check.documents import Object
from blueprints.check.workloads import pods

_JOBS = ("Job", "CronJob")


@dataclass(frozen=True, eq=False)
class Container:
    """A container of a workload, and where it stands."""

    path: Path
    data: dict[str, Any]
    init: bool

    @property
    def name(self) -> str:
        """Its name; empty when it has none."""
        return text(self.data, "name")

    @property
    def runs_on(self) -> bool:
        """Whether it is meant to run as long as the pod does."""
        return not self.init or text(self.data, "restartPolicy") == "Always"


@dataclass(frozen=True, eq=False)
class Workload:
    """One pod template of a document."""

    object: Object
    template: Path
    """Where metadata and specification of the pod stand."""
    spec_path: Path
    """Where the pod's specification stands."""

    @cached_property
    def pod(self) -> dict[str, Any]:
        """The pod's specification."""
        return mapping(self.object.data, *self.spec_path)

    @cached_property
    def labels(self) -> dict[str, str]:
        """The labels that its pods carry."""
        if self.object.kind == "InferenceService":
            return {"serving.kserve.io/inferenceservice": self.object.name}
        written = labels(self.object.data, *self.template, "metadata", "labels")
        if "leaderTemplate" in self.template:
            # Its controller tells the first pod of a group from the others.
            return {**written, "leaderworkerset.sigs.k8s.io/worker-index": "0"}
        return written

    @property
    def is_job(self) -> bool:
        """Whether its pods end by themselves."""
        return self.object.kind in _JOBS

    @property
    def replicas(self) -> int:
        """How many pods at the same time."""
        value = at(self.object.data, "spec", "replicas")
        if self.object.kind == "LeaderWorkerSet":
            value = at(self.object.data, "spec", "leaderWorkerTemplate", "size")
        if self.object.kind in _JOBS:
            value = at(self.object.data, *self.spec_path[:-2], "parallelism")
        return value if isinstance(value, int) and not isinstance(value, bool) else 1

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        """Its containers, those that run before the others first."""
        return tuple(
            Container((*self.spec_path, key, index), data, key == "initContainers")
            for key in ("initContainers", "containers")
            for index, data in mappings(self.pod, key)
        )


def workloads(item: Object) -> Iterator[Workload]:
    """Every pod template of a document."""
    for _, path, _ in pods(item):
        yield Workload(item, path[:-1], path)
