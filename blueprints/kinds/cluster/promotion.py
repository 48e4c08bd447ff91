"""How versions go from development to tds to production.

A control plane goes up one minor version at a time (Kubernetes, "Version Skew Policy":
kube-apiserver instances of a cluster are at most one minor version apart, and "Kubernetes project
policies don't allow skipping minor versions"), and never back over one: what etcd holds by then is
the newer one's (RKE2, "Rolling Back": by a snapshot of etcd from before the upgrade).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import Copied, Field, Promotion
from blueprints.parts.versions import key

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import Specification

_STAGES = ("development", "tds", "production")


def _at(stage: str) -> tuple[str, ...]:
    return ("environments", stage, "versions")


def _fields(stage: str) -> tuple[Field, ...]:
    file = f"clusters/{stage}/versions.yaml"
    # What charts and the check have to bear: the versions of Kubernetes of all environments.
    return (
        Field(file, ("kubernetes",)),
        Field(file, ("components", "*")),
        Field(".tutela-check.yaml", ("kubernetes",)),
        Field(".tutela-check.yaml", ("kubernetes", "*")),
        Field("argocd/components/*/Chart.yaml", ("kubeVersion",)),
        Field("argocd/root/Chart.yaml", ("kubeVersion",)),
    )


def _touched(spec: "Specification", stage: str) -> Iterator[str]:
    for environment, cluster, _ in spec.deployments():
        if environment == stage:
            yield cluster.name


def _objections(one: Copied) -> Iterator[str]:
    if one.at != ("kubernetes",) or one.before is None:
        return
    before, after = key(one.before)[:2], key(one.after)[:2]
    if after < before:
        yield "Kubernetes never goes back a minor version; restore a snapshot of etcd instead"
    elif after[0] != before[0] or after[1] > before[1] + 1:
        between = f"v{before[0]}.{before[1] + 1}"
        yield f"Kubernetes goes up one minor version at a time; {between} comes first"


PROMOTION = Promotion(
    stages=_STAGES,
    at=_at,
    copied=(("kubernetes",), ("components", "*")),
    fields=_fields,
    order=key,
    touched=_touched,
    objections=_objections,
)
