"""Kueue: whose jobs get the cluster's CPUs, memory and GPUs.

Source: ``charts/kueue/values.yaml`` and the API of kubernetes-sigs/kueue. One flavour for each
pool of workers, one ClusterQueue over all of them; teams' LocalQueues belong to the teams.
"""

from typing import TYPE_CHECKING

from blueprints.kinds.cluster.components.component import (
    CLUSTER_RIGHTS,
    CRD,
    HPC,
    MUTATING,
    VALIDATING,
    Child,
    Component,
    Images,
    OwnChart,
    Place,
    Upstream,
    Values,
    Wave,
    amounts,
)
from blueprints.kinds.cluster.components.schema import (
    AMOUNT,
    NAME,
    VERSION,
    WORD,
    by_name,
    closed,
    some,
    text,
    whole,
)
from blueprints.kinds.cluster.names import POOL_LABEL

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site
    from blueprints.kinds.cluster.spec import AnyPool

_LABEL = r"^([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$"
GPU = "nvidia.com/gpu"


def _upstream(site: "Site") -> Values:
    return {
        "controllerManager": {
            "manager": {
                "image": Images.of(site).repository("registry.k8s.io/kueue/kueue"),
                "resources": amounts("200m", "512Mi"),
            }
        }
    }


def _own(place: Place) -> Values:
    return {"enablePrometheus": place.has("monitoring")}


def _queues(place: Place) -> Values:
    flavours = [
        one for pool in place.deployment.workers if (one := _flavour(place, pool)) is not None
    ]
    return {"queue": place.cluster.name, "flavors": flavours}


def _flavour(place: Place, pool: "AnyPool") -> Values | None:
    """A pool as Kueue shares it out; None where nobody says how much a node has."""
    if pool.cpu is None or pool.memory is None:
        return None
    nodes = _nodes(pool)
    resources = {"cpu": str(pool.cpu * nodes), "memory": _times(pool.memory, nodes)}
    gpus = pool.gpus if pool.flavour in ("hpc", "metal") else 0
    taints = [{"key": one.key, "value": one.value, "effect": one.effect} for one in pool.taints]
    if pool.flavour == "hpc":
        taints.insert(0, {key: HPC[key] for key in ("key", "value", "effect")})
    return {
        "name": pool.name,
        "labels": {POOL_LABEL: pool.name},
        "taints": taints,
        "resources": {**resources, **({GPU: str(gpus * nodes)} if gpus else {GPU: "0"})},
    }


def _nodes(pool: "AnyPool") -> int:
    if pool.flavour == "hpc":
        return len(pool.nodes)
    if pool.flavour == "metal":
        return len(pool.servers)
    return pool.count


def _times(quantity: str, factor: int) -> str:
    digits = quantity.rstrip("mkKMGTPi")
    return f"{int(digits) * factor}{quantity[len(digits) :]}"


_TAINT = closed(
    {
        "key": text(_LABEL, 120),
        "value": WORD,
        "effect": {"enum": ["NoSchedule", "NoExecute", "PreferNoSchedule"]},
    }
)
_FLAVOUR = closed(
    {
        "name": NAME,
        "labels": by_name(_LABEL, WORD, most=20, least=1),
        "taints": some(_TAINT, most=11, least=0),
        "resources": closed({"cpu": AMOUNT, "memory": AMOUNT, GPU: text(r"^(0|[1-9][0-9]*)$", 7)}),
    }
)

COMPONENT = Component(
    name="kueue",
    namespace="kueue-system",
    security="restricted",
    children=(
        Child(
            "kueue",
            Wave.OPERATOR,
            Upstream("kueue", "registry.k8s.io/kueue/charts"),
            shared=_upstream,
            own=_own,
        ),
        Child("kueue-config", Wave.CONFIGURATION, own=_queues, wants_version=True),
    ),
    chart=OwnChart(
        "What the cluster's pools have, and who shares it",
        whole(
            "kueue",
            {
                "queue": NAME,
                "flavors": some(_FLAVOUR, most=50),
                "version": VERSION,
            },
        ),
        {
            "version": "0.14.0",
            "queue": "example",
            "flavors": [
                {
                    "name": "pool",
                    "labels": {POOL_LABEL: "pool"},
                    "taints": [],
                    "resources": {"cpu": "8", "memory": "32Gi", GPU: "0"},
                }
            ],
        },
    ),
    cluster_kinds=(
        *CLUSTER_RIGHTS,
        CRD,
        MUTATING,
        VALIDATING,
        ("apiregistration.k8s.io", "APIService"),
        ("flowcontrol.apiserver.k8s.io", "FlowSchema"),
        ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
        ("kueue.x-k8s.io", "ClusterQueue"),
        ("kueue.x-k8s.io", "ResourceFlavor"),
    ),
)
