"""A selector that selects nothing, too much, or not what it belongs to.

Looks at the labels that workloads, Services, NetworkPolicies, disruption budgets, spread
constraints and affinities select by, and at those that pods carry in the same namespace. A
workload selects its own pods and nobody else's; a Service the pods of one workload; a policy or
budget that names labels at least one.

A Service without pods answers nobody; a NetworkPolicy without pods protects nobody, and looks
exactly as if it did.

Mend the labels on one side.
"""

from collections.abc import Iterator
from typing import Any

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.selector import contains, is_empty, selects
from blueprints.check.cluster.shape import at, mapping, mappings
from blueprints.check.cluster.workload import Workload
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "selector"
LEVEL = Level.ERROR

_CONTROLLERS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Selectors without their pods."""
    known = cluster.of(repo, settings)
    yield from _controllers(known)
    yield from _services(known)
    yield from _others(known)
    for workload in known.workloads:
        yield from _own(workload)


def _controllers(known: Cluster) -> Iterator[Finding]:
    for workload in known.workloads:
        item = workload.object
        if item.kind not in _CONTROLLERS:
            continue
        selector = at(item.data, "spec", "selector")
        if not selects(selector, workload.labels) or is_empty(selector):
            yield found(ID, LEVEL, item, ("spec", "selector"), f"{item} does not select its own pods")
            continue
        for other in known.workloads_in[known.namespace(item)]:
            if other.object is not item and selects(selector, other.labels):
                message = f"{item} also selects the pods of {other.object}"
                yield found(ID, LEVEL, item, ("spec", "selector"), message)


def _services(known: Cluster) -> Iterator[Finding]:
    for item in known.of_kind("Service"):
        selector = mapping(item.data, "spec", "selector")
        if not selector:
            if not at(item.data, "spec", "externalName"):
                message = f"{item} selects no pods"
                yield found(ID, LEVEL, item, ("spec", "selector"), message)
            continue
        behind = selected(known, known.namespace(item), selector)
        if not behind:
            message = f"{item} selects pods that are not there"
            yield found(ID, LEVEL, item, ("spec", "selector"), message)
        elif len({id(workload.object) for workload in behind}) > 1:
            names = ", ".join(sorted({str(workload.object) for workload in behind}))
            message = f"{item} selects the pods of several: {names}"
            yield found(ID, LEVEL, item, ("spec", "selector"), message)


def selected(known: Cluster, namespace: str, labels: dict[str, Any]) -> list[Workload]:
    """The workloads whose pods carry all of some labels."""
    return [
        workload
        for workload in known.workloads_in.get(namespace, ())
        if contains(labels, workload.labels)
    ]


def _others(known: Cluster) -> Iterator[Finding]:
    places = (
        ("NetworkPolicy", "podSelector"),
        ("CiliumNetworkPolicy", "endpointSelector"),
        ("PodDisruptionBudget", "selector"),
        ("ServiceMonitor", "selector"),
        ("PodMonitor", "selector"),
    )
    for kind, field in places:
        for item in known.of_kind(kind):
            wanted = at(item.data, "spec", field)
            if not isinstance(wanted, dict) or (is_empty(wanted) and kind != "PodDisruptionBudget"):
                continue
            space = known.namespace(item)
            carried = (
                [mapping(one.data, "metadata", "labels") for one in known.within(space, "Service")]
                if kind == "ServiceMonitor"
                else [workload.labels for workload in known.workloads_in.get(space, ())]
            )
            hits = [labels for labels in carried if selects(wanted, labels)]
            if not hits or is_empty(wanted):
                message = f"{item} selects pods that are not there"
                if is_empty(wanted):
                    message = f"{item} selects every pod of its namespace"
                yield found(ID, LEVEL, item, ("spec", field), message)


def _own(workload: Workload) -> Iterator[Finding]:
    """Spread constraints and affinities that mean the pod's own kind."""
    item, pod = workload.object, workload.pod
    for index, spread in mappings(pod, "topologySpreadConstraints"):
        wanted = at(spread, "labelSelector")
        if not selects(wanted, workload.labels) or is_empty(wanted):
            where = (*workload.spec_path, "topologySpreadConstraints", index)
            message = f"{item} spreads pods that are not its own"
            yield found(ID, LEVEL, item, where, message)
