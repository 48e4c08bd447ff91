"""Clusters of the examples, as components see them."""

from __future__ import annotations

from blueprints.kinds.cluster.components.component import Place
from tests.blueprints.kinds.cluster.argocd import specification


def place(environment: str, cluster: str, example: str = "cluster") -> Place:
    """One cluster in one environment of an example."""
    spec = specification(example)
    for one, known, deployment in spec.deployments():
        if (one, known.name) == (environment, cluster):
            return Place(spec.site, one, known, deployment)
    raise AssertionError(f"no {cluster} in {environment}")


HYBRID = place("production", "inference")
METAL = place("production", "data")
VIRTUAL = place("production", "services")
HPC = {"key": "hpc", "operator": "Equal", "value": "true", "effect": "NoSchedule"}
