"""A workload that cannot be updated, or not without harm.

Looks at Deployments and StatefulSets: pods that write to a claim for one node (`ReadWriteOnce`)
must go before the new ones come (`Recreate`) and be one, and so must pods with GPUs; several
replicas need a spread over nodes by a label that nodes have, and a disruption budget that lets at
least one pod go and not all; a rolling update must not take all pods away, and says how many.

A Deployment with such a claim and a rolling update hangs at its first change: the new pod waits
for the volume, the old one for the new pod.

Set the strategy, the number or the budget that the message names.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.selector import selects
from blueprints.check.cluster.shape import Path, at, mappings, number, sequence, text
from blueprints.check.cluster.workload import Workload
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.rules.gpu_placement import gpus
from blueprints.check.settings import Settings

ID = "update-strategy"
LEVEL = Level.WARNING

_TOPOLOGY = (
    "kubernetes.io/hostname",
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
)


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Strategies that do not go with volumes and replicas."""
    known = cluster.of(repo, settings)
    for workload in known.workloads:
        if workload.object.kind in ("Deployment", "StatefulSet"):
            yield from _judge(known, workload)
    for item in known.of_kind("PodDisruptionBudget"):
        wanted = at(item.data, "spec", "selector")
        space = known.namespace(item)
        for workload in known.workloads_in.get(space, ()):
            if not selects(wanted, workload.labels):
                continue
            least, most = (
                at(item.data, "spec", "minAvailable"),
                at(item.data, "spec", "maxUnavailable"),
            )
            if (
                most in (0, "0%")
                or least == "100%"
                or (isinstance(least, int) and least >= workload.replicas)
            ):
                message = (
                    f"{item} permits no pod of {workload.object} to go: no node can be drained"
                )
                yield found(ID, LEVEL, item, ("spec",), message)
            elif (
                least in (0, "0%")
                or most == "100%"
                or (isinstance(most, int) and most >= workload.replicas)
            ):
                message = f"{item} permits all pods of {workload.object} to go at once"
                yield found(ID, LEVEL, item, ("spec",), message)


def _judge(known: Cluster, workload: Workload) -> Iterator[Finding]:
    item = workload.object
    strategy = text(item.data, "spec", "strategy", "type") or "RollingUpdate"
    alone = _claims_for_one(known, workload)
    if item.kind == "Deployment" and text(item.data, "spec", "strategy", "type") == "RollingUpdate":
        for field in ("maxUnavailable", "maxSurge"):
            if at(item.data, "spec", "strategy", "rollingUpdate", field) is None:
                where: Path = ("spec", "strategy")
                yield found(ID, LEVEL, item, where, f"{item} does not say its {field}")
    if item.kind == "Deployment" and alone and strategy != "Recreate":
        message = f"{item} writes to claim {alone} of one node, and its update needs two pods"
        yield found(ID, LEVEL, item, ("spec", "strategy"), message, "set strategy.type: Recreate")
    if item.kind == "Deployment" and alone and workload.replicas > 1:
        message = f"{item} has {workload.replicas} pods and claim {alone} of one node"
        yield found(ID, LEVEL, item, ("spec", "replicas"), message)
    if item.kind == "Deployment" and gpus(workload) and strategy != "Recreate":
        message = f"{item} needs its GPUs twice to be updated: the old pod holds them"
        yield found(ID, LEVEL, item, ("spec", "strategy"), message, "set strategy.type: Recreate")
    for index, spread in mappings(workload.pod, "topologySpreadConstraints"):
        if text(spread, "topologyKey") not in _TOPOLOGY:
            where = (*workload.spec_path, "topologySpreadConstraints", index, "topologyKey")
            message = (
                f"{item} spreads over {spread.get('topologyKey')}, "
                "which nodes are not labelled with"
            )
            yield found(ID, LEVEL, item, where, message)
    gone = at(item.data, "spec", "strategy", "rollingUpdate", "maxUnavailable")
    if strategy == "RollingUpdate" and (
        gone == "100%" or (isinstance(gone, int) and gone >= workload.replicas and gone)
    ):
        message = f"{item} takes all of its pods away to update them"
        yield found(ID, LEVEL, item, ("spec", "strategy"), message)
    surge = at(item.data, "spec", "strategy", "rollingUpdate", "maxSurge")
    if gone in (0, "0%") and surge in (0, "0%"):
        yield found(ID, LEVEL, item, ("spec", "strategy"), f"{item} can never be updated")
    if not workload.replicas:
        yield found(ID, LEVEL, item, ("spec", "replicas"), f"{item} has no pods")
    if workload.replicas > 1 and item.kind == "Deployment":
        if not sequence(workload.pod, "topologySpreadConstraints") and not at(
            workload.pod, "affinity", "podAntiAffinity"
        ):
            message = f"{item} may have all of its {workload.replicas} pods on one node"
            where = (*workload.spec_path, "topologySpreadConstraints")
            yield found(ID, LEVEL, item, where, message)
        if not any(
            selects(at(budget.data, "spec", "selector"), workload.labels)
            for budget in known.within(known.namespace(item), "PodDisruptionBudget")
        ):
            message = f"{item} has {workload.replicas} pods and no PodDisruptionBudget"
            yield found(ID, LEVEL, item, ("spec", "replicas"), message)
    grace = number(workload.pod, "terminationGracePeriodSeconds")
    if grace == 0:
        where = (*workload.spec_path, "terminationGracePeriodSeconds")
        yield found(ID, LEVEL, item, where, f"{item} is killed without a chance to end")


def _claims_for_one(known: Cluster, workload: Workload) -> str:
    """A claim of one node that the pod writes to; empty when there is none."""
    for _, volume in mappings(workload.pod, "volumes"):
        name = text(volume, "persistentVolumeClaim", "claimName")
        if not name or at(volume, "persistentVolumeClaim", "readOnly") is True:
            continue
        claim = known.get("PersistentVolumeClaim", known.namespace(workload.object), name)
        modes = sequence(claim.data, "spec", "accessModes") if claim else []
        if claim and not {"ReadWriteMany", "ReadOnlyMany"} & set(map(str, modes)):
            return name
    return ""
