"""In which order ArgoCD brings things to a cluster, and what has to come before what.

The model is the manual's, "Sync Phases and Waves": an Application applies its objects wave by
wave and starts a wave when everything of the one before is healthy; within a wave nothing waits.
An Application is an object of the app of apps. Whether it is healthy is judged only by the script
in `argocd-cm` (removed from ArgoCD in 1.8); without one it counts as healthy the moment it is
there, and what it brings comes whenever it comes.

What has to come before what is told by the objects, and for charts of others by `CHARTS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.blueprints.kinds.cluster.argocd import Files, Object, deployed, read, upstream

WAVE = "argocd.argoproj.io/sync-wave"
HEALTH = "resource.customizations.health.argoproj.io_Application"
CHARTS: Mapping[str, tuple[str, ...]] = {
    "cert-manager": ("cert-manager.io", "acme.cert-manager.io"),
    "external-secrets": ("external-secrets.io", "generators.external-secrets.io"),
    "gpu-operator": ("nvidia.com", "nfd.k8s-sigs.io"),
    "kube-prometheus-stack": ("monitoring.coreos.com",),
    "kuberay-operator": ("ray.io",),
    "kueue": ("kueue.x-k8s.io",),
    "metallb": ("metallb.io",),
}
"""API groups whose definitions a chart brings. Source: the charts' own `crds` and templates."""
CORE = ("", "storage.k8s.io", "v1")


@dataclass(frozen=True)
class Step:
    """One thing that comes to a cluster."""

    application: str
    what: str
    """`Kind/name`, `definitions of GROUP`, `Secret/name` or `chart NAME`."""


def health_restored(tree: Files) -> bool:
    """Whether ArgoCD is told how to judge Applications."""
    (settings,) = [
        one
        for one in read(tree, "argocd/settings/settings.yaml")
        if one["metadata"]["name"] == "argocd-cm"
    ]
    return "hs.status = obj.status.health.status" in settings["data"].get(HEALTH, "")


def wave(item: Object) -> int:
    """Of an object; 0 where it says nothing."""
    return int(item["metadata"].get("annotations", {}).get(WAVE, "0"))


class Order:
    """What comes to one cluster, and what is certain to come before what."""

    def __init__(self, tree: Files, children: list[Object], *, health: bool) -> None:
        self.health = health
        self.waves = {one["metadata"]["name"]: wave(one) for one in children}
        self.steps: dict[Step, int] = {}
        """With the wave within its Application."""
        self.needs: list[tuple[Step, Step | str]] = []
        for child in children:
            self._read(tree, child)
        self._by_what = {step.what: step for step in self.steps}

    def _read(self, tree: Files, child: Object) -> None:
        name = child["metadata"]["name"]
        space = f"Namespace/{child['spec']['destination']['namespace']}"
        chart = upstream(tree, child)
        if chart is not None:
            program = Step(name, f"chart {chart[0]}")
            values = chart[1]
            if values.get("crds", {}).get("enabled", True):
                for group in CHARTS.get(chart[0], ()):
                    self.steps[Step(name, f"definitions of {group}")] = 0
            only_definitions = values.get("prometheusOperator", {}).get("enabled") is False
            if not only_definitions:
                self.steps[program] = 0
                self.needs.append((program, space))
                self.needs += [(program, one) for one in _wants(values)]
        for item in deployed(tree, child):
            step = Step(name, f"{item['kind']}/{item['metadata']['name']}")
            self.steps[step] = wave(item)
            if item["kind"] == "ExternalSecret":
                secret = Step(name, f"Secret/{item['spec']['target']['name']}")
                self.steps[secret] = wave(item)
                self.needs.append((secret, step))
            self.needs += [(step, one) for one in _requires(item)]

    def certain(self, first: Step, then: Step) -> bool:
        """Whether one is there, and healthy, before the other is asked for."""
        if first.application == then.application:
            same = self.steps[first] == self.steps[then]
            # Kinds that define come first within a wave; a Secret comes of its ExternalSecret.
            made = first.what.startswith("definitions") or then.what.startswith("Secret/")
            return self.steps[first] < self.steps[then] or (same and made)
        return self.health and self.waves[first.application] < self.waves[then.application]

    def problems(self) -> Iterator[str]:
        """Everything that may come before what it needs, or needs what never comes."""
        for step, need in self.needs:
            first = self._by_what.get(need) if isinstance(need, str) else need
            if first is None:
                yield f"{step.application}: {step.what} needs {need}, which never comes"
            elif not self.certain(first, step):
                yield f"{step.application}: {step.what} may come before {first.what}"


def _requires(item: Object) -> Iterator[str]:
    """What an object of this repository needs."""
    group = item["apiVersion"].rpartition("/")[0]
    spec = item.get("spec", {})
    if group not in CORE:
        yield f"definitions of {group}"
        yield f"chart {next(one for one, groups in CHARTS.items() if group in groups)}"
    if "namespace" in item["metadata"]:
        yield f"Namespace/{item['metadata']['namespace']}"
    if item["kind"] == "ExternalSecret":
        store = spec["secretStoreRef"]
        yield f"{store['kind']}/{store['name']}"
    if item["kind"] == "ClusterIssuer":
        for solver in spec["acme"]["solvers"]:
            yield f"Secret/{solver['dns01']['rfc2136']['tsigSecretSecretRef']['name']}"
    if item["kind"] == "StorageClass":
        for key, value in item["parameters"].items():
            if key.endswith("-secret-name"):
                yield f"Secret/{value}"
    if item["kind"] == "L2Advertisement":
        for one in spec["ipAddressPools"]:
            yield f"IPAddressPool/{one}"
    if item["kind"] == "ClusterQueue":
        for covered in spec["resourceGroups"]:
            for flavour in covered["flavors"]:
                yield f"ResourceFlavor/{flavour['name']}"


def _wants(values: Mapping[str, Any]) -> Iterator[str]:
    """What the values of somebody else's chart ask for."""
    for path, value in _leaves(values):
        if path[-1] == "enabled" and value is True and "servicemonitor" in path[-2].lower():
            yield "definitions of monitoring.coreos.com"
        if path == ("enablePrometheus",) and value is True:
            yield "definitions of monitoring.coreos.com"
        if path[-1] == "storageClassName":
            yield f"StorageClass/{value}"
        if path[-2:] == ("secretKeyRef", "name"):
            yield f"Secret/{value}"


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, (*path, key))
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one, path)
    else:
        yield path, value
