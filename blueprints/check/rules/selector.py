"""A selector that selects nothing, too much, or not what it belongs to.

Looks at the labels that workloads, Services, NetworkPolicies, disruption budgets, spread
constraints and affinities select by, and at those that pods carry in the same namespace. A
workload selects its own pods and nobody else's; a Service the pods of one workload; a policy or
budget that names labels at least one, but for namespaces whose pods are not in the repository
(`external: {namespaces: ..}`). Whatever selects a workload's pods names all the labels that
the workload itself selects by, or the next workload is meant too.

A Service without pods answers nobody; a NetworkPolicy without pods protects nobody, and looks
exactly as if it did.

Mend the labels on one side.
"""

from collections.abc import Iterator
from typing import Any

from blueprints.check.alternatives import beside_a_chart
from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.selector import contains, is_empty, match_labels, selects
from blueprints.check.cluster.shape import Path, at, mapping, mappings
from blueprints.check.cluster.traffic import EGRESS, INGRESS, openings
from blueprints.check.cluster.workload import Workload
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "selector"
LEVEL = Level.ERROR

_GROUP = "leaderworkerset.sigs.k8s.io/"
NEEDS_ALL = True

_CONTROLLERS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Selectors without their pods."""
    known = cluster.of(repo, settings)
    yield from _controllers(known)
    yield from _services(known)
    yield from _others(known, settings)
    yield from _short(known)
    for workload in known.workloads:
        yield from _own(workload)


def _controllers(known: Cluster) -> Iterator[Finding]:
    for workload in known.workloads:
        item = workload.object
        if item.kind not in _CONTROLLERS:
            continue
        selector = at(item.data, "spec", "selector")
        if not selects(selector, workload.labels) or is_empty(selector):
            yield found(
                ID, LEVEL, item, ("spec", "selector"), f"{item} does not select its own pods"
            )
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


def _others(known: Cluster, settings: Settings) -> Iterator[Finding]:
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
            if settings.is_external("namespaces", space) and not known.workloads_in.get(space):
                continue  # Its pods are somebody else's, and nothing is known of them.
            if beside_a_chart(item.file):
                continue
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


def identity(workload: Workload) -> dict[str, str]:
    """The labels that a workload's pods are known by."""
    wanted = match_labels(at(workload.object.data, "spec", "selector"))
    if wanted and workload.object.kind in _CONTROLLERS:
        return wanted
    words = ("name", "instance", "component")
    keys = [f"app.kubernetes.io/{word}" for word in words]
    return {key: workload.labels[key] for key in keys if key in workload.labels}


def _short(known: Cluster) -> Iterator[Finding]:
    """Selectors that name some of the labels that a workload goes by, but not all."""
    for item, path, wanted, space in _selectors(known):
        said = match_labels(wanted)
        # Which pod of a group it is, its controller writes on it.
        chosen = {key: text for key, text in said.items() if not key.startswith(_GROUP)}
        if not chosen or mapping(wanted).get("matchExpressions"):
            continue
        for workload in known.workloads_in.get(space, ()):
            if not contains(chosen, workload.labels):
                continue
            missing = sorted(set(identity(workload)) - set(chosen))
            if not missing and set(chosen) - set(identity(workload)):
                more = ", ".join(sorted(set(chosen) - set(identity(workload))))
                message = f"{item} selects {workload.object} also by {more}, and it does not itself"
                yield found(ID, LEVEL, item, path, message)
                break
            if missing:
                message = f"{item} selects {workload.object} without {', '.join(missing)}"
                yield found(
                    ID, LEVEL, item, path, message, "name all labels that its own selector has"
                )
                break


def _selectors(known: Cluster) -> Iterator[tuple[Object, Path, object, str]]:
    for item in known.of_kind("Service"):
        wanted = {"matchLabels": mapping(item.data, "spec", "selector")}
        yield item, ("spec", "selector"), wanted, known.namespace(item)
    for item in known.of_kind("PodDisruptionBudget"):
        where: Path = ("spec", "selector")
        yield item, where, at(item.data, *where), known.namespace(item)
    for item in known.of_kind("NetworkPolicy"):
        space = known.namespace(item)
        yield item, ("spec", "podSelector"), at(item.data, "spec", "podSelector"), space
        for direction in (INGRESS, EGRESS):
            side = "from" if direction == INGRESS else "to"
            for opening in openings(item, direction):
                for place, peer in enumerate(opening.peers or ()):
                    if "namespaceSelector" not in peer and "podSelector" in peer:
                        path = (*opening.path, side, place)
                        yield item, path, peer["podSelector"], space
    for workload in known.workloads:
        for index, spread in mappings(workload.pod, "topologySpreadConstraints"):
            path = (*workload.spec_path, "topologySpreadConstraints", index)
            yield (
                workload.object,
                path,
                spread.get("labelSelector"),
                known.namespace(workload.object),
            )


def _own(workload: Workload) -> Iterator[Finding]:
    """Spread constraints and affinities that mean the pod's own kind."""
    item, pod = workload.object, workload.pod
    for index, spread in mappings(pod, "topologySpreadConstraints"):
        wanted = at(spread, "labelSelector")
        if not selects(wanted, workload.labels) or is_empty(wanted):
            where = (*workload.spec_path, "topologySpreadConstraints", index)
            message = f"{item} spreads pods that are not its own"
            yield found(ID, LEVEL, item, where, message)
