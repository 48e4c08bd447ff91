"""A container that does not say what it needs, or needs more than it can get.

Looks at requests and limits of every container: cpu, memory and ephemeral storage in both, no
request above its limit, memory and GPU requests equal to limits (what is promised twice is evicted
first), at most ten times the cpu that is asked for, nothing beyond the namespace's LimitRange, and
all pods of a namespace together (replicas counted, jobs left out) within its ResourceQuota. Claims
are judged in the same way.

In a namespace with a quota a pod without limits is refused; one that asks for more than the quota
waits for ever, without an event that its owner would see.

Write both, in amounts that fit.
"""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.quantity import quantity
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import mapping, mappings, text
from blueprints.check.cluster.workload import Container, Workload
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "workload-resources"
LEVEL = Level.WARNING

_NEEDED = ("cpu", "memory", "ephemeral-storage")
_MOST = 10
"""Times that a limit of cpu may be the request."""
_CLAIM = "PersistentVolumeClaim"


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Containers, claims and sums that do not fit."""
    known = cluster.of(repo, settings)
    for workload in known.workloads:
        for container in workload.containers:
            yield from _container(known, workload, container)
    for space, quotas in _quotas(known).items():
        yield from _sums(known, space, quotas)


def _container(known: Cluster, workload: Workload, container: Container) -> Iterator[Finding]:
    item, who = workload.object, f"{workload.object}: container {container.name}"
    top = (*container.path, "resources")
    resources = mapping(container.data, "resources")
    limits, requests = mapping(resources, "limits"), mapping(resources, "requests")
    for side, amounts in (("requests", requests), ("limits", limits)):
        for name in _NEEDED:
            # A limit counts as the request where there is none.
            if name not in amounts and not (side == "requests" and name in limits):
                yield found(ID, LEVEL, item, (*top, side), f"{who} has no {side} of {name}")
    for name, amount in requests.items():
        low, high = quantity(amount), quantity(limits.get(name))
        if low is None or high is None:
            continue
        where = (*top, "requests", name)
        if low > high:
            yield found(ID, LEVEL, item, where, f"{who} requests more {name} than its limit")
        elif name == "cpu" and high > _MOST * low:
            yield found(
                ID, LEVEL, item, where, f"{who} may take {_MOST} times the {name} it asks for"
            )
        elif name != "cpu" and low != high:
            message = f"{who} is promised {amount} of {name} and may take {limits[name]}"
            yield found(ID, LEVEL, item, where, message, "make request and limit equal")
    for entry in _ranges(known, workload):
        for name, most in mapping(entry, "max").items():
            amount, bound = quantity(limits.get(name)), quantity(most)
            if amount is not None and bound is not None and amount > bound:
                message = (
                    f"{who} has a limit of {limits[name]} of {name}; the LimitRange permits {most}"
                )
                yield found(ID, LEVEL, item, (*top, "limits", name), message)
        for name, least in mapping(entry, "min").items():
            amount, bound = quantity(requests.get(name)), quantity(least)
            if amount is not None and bound is not None and amount < bound:
                message = f"{who} requests {requests[name]} of {name}; the LimitRange wants {least}"
                yield found(ID, LEVEL, item, (*top, "requests", name), message)


def _ranges(known: Cluster, workload: Workload) -> Iterator[dict[str, object]]:
    for item in known.within(known.namespace(workload.object), "LimitRange"):
        for _, entry in mappings(item.data, "spec", "limits"):
            if text(entry, "type") == "Container":
                yield entry


def _quotas(known: Cluster) -> dict[str, dict[str, Fraction]]:
    found_: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for item in known.of_kind("ResourceQuota"):
        for name, amount in mapping(item.data, "spec", "hard").items():
            value = quantity(amount)
            if value is not None:
                found_[known.namespace(item)][name] = value
    return found_


def _sums(known: Cluster, space: str, quota: dict[str, Fraction]) -> Iterator[Finding]:
    used: dict[str, Fraction] = defaultdict(Fraction)
    largest: dict[str, tuple[Fraction, Workload]] = {}
    for workload in known.workloads_in.get(space, ()):
        if workload.is_job:
            continue
        used["pods"] += workload.replicas
        for key, amount in _pod(workload).items():
            used[key] += amount * workload.replicas
            if key not in largest or amount * workload.replicas > largest[key][0]:
                largest[key] = (amount * workload.replicas, workload)
    for key, amount in used.items():
        if key in quota and amount > quota[key]:
            names = (
                f"of namespace {space} need {_shown(amount)} of {key}; "
                f"the quota grants {_shown(quota[key])}"
            )
            workload = largest[key][1] if key in largest else known.workloads_in[space][0]
            yield found(ID, LEVEL, workload.object, workload.spec_path, f"the pods {names}")
    claims = known.within(space, _CLAIM)
    for item in claims:
        wanted = quantity(mapping(item.data, "spec", "resources", "requests").get("storage"))
        where = ("spec", "resources", "requests", "storage")
        if wanted is None:
            yield found(ID, LEVEL, item, where, f"{item} does not say how much storage it needs")
            continue
        # A claim on a volume that is named takes nothing of what is handed out.
        used["requests.storage"] += 0 if text(item.data, "spec", "volumeName") else wanted
    for key, amount in (
        ("requests.storage", used["requests.storage"]),
        ("persistentvolumeclaims", Fraction(len(claims))),
    ):
        if claims and key in quota and amount > quota[key]:
            message = (
                f"the claims of namespace {space} need {_shown(amount)} of "
                f"{key}; the quota grants {_shown(quota[key])}"
            )
            yield found(ID, LEVEL, claims[-1], ("spec", "resources"), message)


def _pod(workload: Workload) -> dict[str, Fraction]:
    """What a quota counts for one pod: containers together, or the largest init container."""
    total: dict[str, Fraction] = defaultdict(Fraction)
    first: dict[str, Fraction] = defaultdict(Fraction)
    for container in workload.containers:
        resources = mapping(container.data, "resources")
        limits = mapping(resources, "limits")
        sides = {"limits": limits, "requests": {**limits, **mapping(resources, "requests")}}
        for side, amounts in sides.items():
            for name, amount in amounts.items():
                value = quantity(amount) or Fraction(0)
                if container.runs_on:
                    total[f"{side}.{name}"] += value
                else:
                    first[f"{side}.{name}"] = max(first[f"{side}.{name}"], value)
    return {key: max(total[key], first[key]) for key in {*total, *first}}


def _shown(amount: Fraction) -> str:
    if amount.denominator == 1 and amount < 10**6:
        return str(amount)
    return f"{float(amount) / 2**30:.1f}Gi" if amount >= 10**6 else f"{float(amount):g}"
