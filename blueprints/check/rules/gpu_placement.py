"""GPU work that cannot reach a GPU, or other work that may take a place beside one.

Looks at every pod: one that asks for `nvidia.com/gpu` (or `amd.com/gpu`) must select the HPC nodes
(`hpc: "true"`) and tolerate their taint, with the same effect as the cluster sets it; the amount
must be given as a limit and be a whole number. One that asks for none must neither select nor
tolerate those nodes. A toleration without key takes every node. In a repository that speaks of no
HPC nodes (a commercial Kubernetes), a pod with a GPU tolerates a taint, the same as all others.

Otherwise the pod stays pending, or a small web server occupies a node with four GH200.

Set selector and toleration together with the GPU, or none of the three.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.quantity import quantity
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import mapping, mappings, sequence, text
from blueprints.check.cluster.specification import specification
from blueprints.check.cluster.workload import Workload
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "gpu-placement"
LEVEL = Level.ERROR

LABEL = "hpc"
_SERVICE = re.compile(r"(models|supply)/[^/]+/[^/]+/kubernetes/")
"""Model services are placed by what their own site says, and there are sites of all kinds; a Job
that fills a volume which one node mounts runs on that node."""


def is_gpu(name: str) -> bool:
    """Whether a resource is a GPU."""
    return name.endswith("/gpu") or name.startswith("nvidia.com/mig-")


def gpus(workload: Workload) -> int:
    """GPUs that one pod asks for."""
    total = 0
    for container in workload.containers:
        for name, amount in mapping(container.data, "resources", "limits").items():
            value = quantity(amount) if is_gpu(name) else None
            total += int(value or 0)
    return total


def on_hpc(workload: Workload) -> bool:
    """Whether the pod can run on HPC nodes only."""
    if mapping(workload.pod, "nodeSelector").get(LABEL) == "true":
        return True
    terms = sequence(
        workload.pod,
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    )
    return bool(terms) and all(
        any(
            text(rule, "key") == LABEL
            and text(rule, "operator") == "In"
            and sequence(rule, "values") == ["true"]
            for _, rule in mappings(term, "matchExpressions")
        )
        for term in terms
    )


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """GPUs without their nodes, and nodes without GPUs."""
    known = cluster.of(repo, settings)
    if not _has_hpc(repo, known.workloads):
        yield from _elsewhere(known.workloads)
        return
    for workload in known.workloads:
        item, top = workload.object, workload.spec_path
        wanted = gpus(workload)
        if _SERVICE.match(item.file):
            yield from _amounts(workload)
            continue
        selector = mapping(workload.pod, "nodeSelector").get(LABEL)
        tolerated = [*mappings(workload.pod, "tolerations")]
        for index, toleration in tolerated:
            if not toleration.get("key") and text(toleration, "operator") == "Exists":
                message = f"{item} tolerates every taint, also that of nodes that are going down"
                yield found(ID, LEVEL, item, (*top, "tolerations", index), message)
        for words in _terms(workload):
            where = (*top, "affinity", "nodeAffinity")
            yield found(ID, LEVEL, item, where, f"{item} {words}")
        mine = [entry for entry in tolerated if entry[1].get("key") == LABEL]
        if selector not in (None, "true"):
            message = f"{item} selects nodes with {LABEL}={selector!r}, which none has"
            yield found(ID, LEVEL, item, (*top, "nodeSelector", LABEL), message)
        if wanted and not on_hpc(workload):
            message = f"{item} asks for {wanted} GPU and does not select nodes with {LABEL}=true"
            yield found(ID, LEVEL, item, (*top, "nodeSelector"), message)
        if wanted and not any(_tolerates(entry) for _, entry in mine):
            message = (
                f"{item} asks for {wanted} GPU and does not tolerate "
                f"the taint {LABEL}=true:NoSchedule"
            )
            yield found(ID, LEVEL, item, (*top, "tolerations"), message)
        if not wanted and (on_hpc(workload) or mine):
            message = f"{item} asks for no GPU and still goes to the nodes with {LABEL}=true"
            field = "nodeSelector" if on_hpc(workload) else "tolerations"
            yield found(ID, LEVEL, item, (*top, field), message)
        yield from _amounts(workload)


def _has_hpc(repo: Repository, workloads: Iterable[Workload]) -> bool:
    """Whether there are HPC nodes: by the specification, or because some pod speaks of them."""
    said = specification(repo)
    if said is not None:
        return said.profile != "commercial"
    return any(f"'{LABEL}'" in str(_placement(workload)) for workload in workloads) or not any(
        gpus(workload) for workload in workloads
    )


def _placement(workload: Workload) -> list[object]:
    return [workload.pod.get(key) for key in ("nodeSelector", "affinity", "tolerations")]


def _elsewhere(workloads: Iterable[Workload]) -> Iterator[Finding]:
    """GPUs of a cluster without HPC nodes: all of them behind one taint."""
    asking = [workload for workload in workloads if gpus(workload)]
    taints = Counter(key for workload in asking for key in _taints(workload))
    usual = max(taints, key=lambda key: (taints[key], key), default="")
    for workload in workloads:
        item, where = workload.object, (*workload.spec_path, "tolerations")
        wanted, keys = gpus(workload), _taints(workload)
        if wanted and usual not in keys:
            message = f"{item} asks for {wanted} GPU and tolerates no taint of GPU nodes"
            yield found(ID, LEVEL, item, where, message)
        for key in keys:
            if (wanted and key != usual) or (not wanted and (key == usual or is_gpu(key))):
                yield found(ID, LEVEL, item, where, f"{item} tolerates {key or 'every taint'}")
        yield from _amounts(workload)


def _taints(workload: Workload) -> list[str]:
    """Keys of the taints against starting on a node that a pod tolerates."""
    return [
        text(one, "key")
        for _, one in mappings(workload.pod, "tolerations")
        if one.get("effect") == "NoSchedule"
        and (text(one, "operator") != "Exists" or "value" not in one)
    ]


def _terms(workload: Workload) -> Iterator[str]:
    """Node affinities that match no node, or that stand twice."""
    affinity = mapping(workload.pod, "affinity", "nodeAffinity")
    wanted = mapping(affinity, "requiredDuringSchedulingIgnoredDuringExecution")
    terms = [*mappings(wanted, "nodeSelectorTerms")]
    seen = []
    for _, term in terms:
        rules = [rule for _, rule in mappings(term, "matchExpressions")]
        if not rules and not sequence(term, "matchFields"):
            yield "has a node selector term without a condition, which matches no node"
        if term in seen:
            yield "has the same node selector term twice"
        seen.append(term)
        for rule in rules:
            values = sequence(rule, "values")
            if text(rule, "operator") in ("In", "NotIn") and not values:
                yield f"compares label {text(rule, 'key')} with nothing"
            if text(rule, "key") == LABEL and values not in ([], ["true"]):
                yield f"compares label {LABEL} with {values}, which no node has"
    if "nodeAffinity" in mapping(workload.pod, "affinity") and not affinity:
        yield "has a nodeAffinity that says nothing"
    if wanted and not terms:
        yield "requires a node by no term, which matches no node"


def _tolerates(toleration: dict[str, object]) -> bool:
    operator = text(toleration, "operator") or "Equal"
    value = toleration.get("value")
    fits = value in (None, "") if operator == "Exists" else operator == "Equal" and value == "true"
    return fits and toleration.get("effect") == "NoSchedule"


def _amounts(workload: Workload) -> Iterator[Finding]:
    for container in workload.containers:
        resources = mapping(container.data, "resources")
        limits, requests = mapping(resources, "limits"), mapping(resources, "requests")
        for name in sorted({*limits, *requests}):
            if not is_gpu(name):
                continue
            where = (*container.path, "resources")
            amount = quantity(limits.get(name))
            if amount is None or amount.denominator != 1 or amount < 1:
                message = (
                    f"{workload.object}: {name} must be a whole number of at least 1 under limits"
                )
                yield found(ID, LEVEL, workload.object, where, message)
            elif name in requests and quantity(requests[name]) != amount:
                message = f"{workload.object}: {name} must be the same under requests and limits"
                yield found(ID, LEVEL, workload.object, where, message)
