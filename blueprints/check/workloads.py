"""The pods and containers of whatever kind runs some."""

from collections.abc import Iterator
from typing import Any

from blueprints.check.documents import Object, Path, at, items, mapping

_TEMPLATES: dict[str, tuple[Path, ...]] = {
    "Pod": (("spec",),),
    "PodTemplate": (("template", "spec"),),
    "Deployment": (("spec", "template", "spec"),),
    "StatefulSet": (("spec", "template", "spec"),),
    "DaemonSet": (("spec", "template", "spec"),),
    "ReplicaSet": (("spec", "template", "spec"),),
    "ReplicationController": (("spec", "template", "spec"),),
    "Job": (("spec", "template", "spec"),),
    "CronJob": (("spec", "jobTemplate", "spec", "template", "spec"),),
    "Rollout": (("spec", "template", "spec"),),
    "LeaderWorkerSet": (
        ("spec", "leaderWorkerTemplate", "leaderTemplate", "spec"),
        ("spec", "leaderWorkerTemplate", "workerTemplate", "spec"),
    ),
    "InferenceService": (
        ("spec", "predictor"),
        ("spec", "transformer"),
        ("spec", "explainer"),
    ),
    "LLMInferenceService": (("spec", "template"), ("spec", "worker"), ("spec", "prefill")),
    "ServingRuntime": (("spec",),),
    "ClusterServingRuntime": (("spec",),),
}
_RAY: dict[str, Path] = {
    "RayCluster": ("spec",),
    "RayService": ("spec", "rayClusterConfig"),
    "RayJob": ("spec", "rayClusterSpec"),
}
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


def pods(obj: Object) -> Iterator[tuple[Object, Path, dict[str, Any]]]:
    """Yield (object, path of the pod's spec, the spec) for each pod template of an object."""
    for path in (*_TEMPLATES.get(obj.kind, ()), *_ray(obj)):
        spec = at(obj.data, *path)
        if isinstance(spec, dict):
            yield obj, path, spec


def _ray(obj: Object) -> Iterator[Path]:
    base = _RAY.get(obj.kind)
    if base is None:
        return
    yield (*base, "headGroupSpec", "template", "spec")
    for index in range(len(items(obj.data, *base, "workerGroupSpecs"))):
        yield (*base, "workerGroupSpecs", index, "template", "spec")


def pod_metadata(obj: Object, path: Path) -> dict[str, Any]:
    """The metadata beside a pod's spec: its labels are what selectors select."""
    return mapping(obj.data, *path[:-1], "metadata")


def containers(podspec: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield (path within the pod's spec, container), init containers too."""
    for kind in _CONTAINERS:
        for index, one in enumerate(items(podspec, kind)):
            if isinstance(one, dict):
                yield (kind, index), one
