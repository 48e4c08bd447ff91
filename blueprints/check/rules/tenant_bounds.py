"""A tenant's namespace without one of the things that bound it.

A tenant's namespace is one that an AppProject deploys to and that is not ArgoCD's. It needs a
Namespace document with the PodSecurity labels (enforce, audit and warn `restricted`, each with its
version), a ResourceQuota that bounds compute, memory, storage, pods, claims, load balancers and
node ports, a LimitRange with defaults for containers, and a NetworkPolicy that selects every pod
and denies both ways.

Together they make the sandbox: a pod without limits is refused where a quota counts limits, but
only if the quota counts them.

Add what is missing.
"""

import itertools
from collections.abc import Iterator
from fractions import Fraction

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.quantity import quantity
from blueprints.check.cluster.report import found
from blueprints.check.cluster.selector import is_empty
from blueprints.check.cluster.shape import at, mapping, mappings, sequence, text
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "tenant-bounds"
LEVEL = Level.ERROR

_LABEL = "pod-security.kubernetes.io/"
BOUNDED = (
    "requests.cpu",
    "limits.cpu",
    "requests.memory",
    "limits.memory",
    "requests.storage",
    "persistentvolumeclaims",
    "pods",
    "services.loadbalancers",
    "services.nodeports",
)
"""What a quota has to count."""
_ZERO = ("services.loadbalancers", "services.nodeports")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every tenant's namespace that is open on one side."""
    known = cluster.of(repo, settings)
    for space, tenant in sorted(known.tenant_namespaces.items()):
        project = known.projects[tenant]
        if settings.is_external("namespaces", space):
            continue
        namespace = known.get("Namespace", "", space)
        if namespace is None:
            message = f"{project} deploys into namespace {space}, which is not in the repository"
            yield found(ID, LEVEL, project, ("spec", "destinations"), message)
            continue
        yield from _labels(namespace)
        yield from _quota(known, space, namespace)
        yield from _limits(known, space, namespace)
        yield from _network(known, space, namespace)


def _labels(namespace: Object) -> Iterator[Finding]:
    for mode in ("enforce", "audit", "warn"):
        where = ("metadata", "labels", f"{_LABEL}{mode}")
        if namespace.labels.get(f"{_LABEL}{mode}") != "restricted":
            message = f"{namespace} does not {mode} the Pod Security Standard restricted"
            yield found(
                ID, LEVEL, namespace, where, message, f"label it {_LABEL}{mode}: restricted"
            )
    versions = {
        namespace.labels.get(f"{_LABEL}{mode}-version") for mode in ("enforce", "audit", "warn")
    }
    if len(versions) != 1 or not all(isinstance(one, str) for one in versions):
        message = f"{namespace} does not hold all Pod Security modes to one version"
        yield found(
            ID, LEVEL, namespace, ("metadata", "labels", f"{_LABEL}enforce-version"), message
        )


def _quota(known: Cluster, space: str, namespace: Object) -> Iterator[Finding]:
    quotas = known.within(space, "ResourceQuota")
    if not quotas:
        yield found(ID, LEVEL, namespace, (), f"{namespace} has no ResourceQuota")
        return
    hard: dict[str, tuple[Object, object]] = {}
    for item in quotas:
        if mapping(item.data, "spec", "scopeSelector") or sequence(item.data, "spec", "scopes"):
            continue
        for name, amount in mapping(item.data, "spec", "hard").items():
            hard[name] = (item, amount)
    for name in BOUNDED:
        if name not in hard:
            yield found(
                ID, LEVEL, quotas[0], ("spec", "hard"), f"{quotas[0]} does not bound {name}"
            )
    if not any(name.endswith("/gpu") for name in hard):
        yield found(ID, LEVEL, quotas[0], ("spec", "hard"), f"{quotas[0]} does not bound GPUs")
    for name in _ZERO:
        if name in hard and quantity(hard[name][1]) != 0:
            message = f"{hard[name][0]} permits {name}: doors that no network policy watches"
            yield found(ID, LEVEL, hard[name][0], ("spec", "hard", name), message)
    for resource in ("cpu", "memory"):
        pair = [hard.get(f"{side}.{resource}") for side in ("requests", "limits")]
        if pair[0] and pair[1] and (quantity(pair[0][1]) or 0) > (quantity(pair[1][1]) or 0):
            message = f"{pair[0][0]} permits more requests.{resource} than limits.{resource}"
            yield found(ID, LEVEL, pair[0][0], ("spec", "hard"), message)


def _limits(known: Cluster, space: str, namespace: Object) -> Iterator[Finding]:
    ranges = known.within(space, "LimitRange")
    if not ranges:
        yield found(ID, LEVEL, namespace, (), f"{namespace} has no LimitRange")
        return
    entries = [
        (item, index, entry)
        for item in ranges
        for index, entry in mappings(item.data, "spec", "limits")
    ]
    containers = [one for one in entries if text(one[2], "type") == "Container"]
    for field in ("default", "defaultRequest", "max"):
        for resource in ("cpu", "memory"):
            if not any(resource in mapping(entry, field) for _, _, entry in containers):
                message = f"{ranges[0]} has no {field} of {resource} for containers"
                yield found(ID, LEVEL, ranges[0], ("spec", "limits"), message)
    if not any(
        text(entry, "type") == "PersistentVolumeClaim" and "storage" in mapping(entry, "max")
        for _, _, entry in entries
    ):
        message = f"{ranges[0]} has no max of storage for claims"
        yield found(ID, LEVEL, ranges[0], ("spec", "limits"), message)
    quota = {
        name: quantity(amount)
        for item in known.within(space, "ResourceQuota")
        for name, amount in mapping(item.data, "spec", "hard").items()
    }
    for item, index, entry in entries:
        yield from _ordered(item, index, entry, quota)


def _ordered(
    item: Object, index: int, entry: dict[str, object], quota: dict[str, Fraction | None]
) -> Iterator[Finding]:
    """min <= defaultRequest <= default <= max <= what the quota grants."""
    order = ("min", "defaultRequest", "default", "max")
    for resource in sorted({name for field in order for name in mapping(entry, field)}):
        amounts = [
            (field, amount)
            for field in order
            if (amount := quantity(mapping(entry, field).get(resource))) is not None
        ]
        for (low, least), (high, most) in itertools.pairwise(amounts):
            if least > most:
                message = f"{item}: {low} of {resource} is more than {high}"
                yield found(ID, LEVEL, item, ("spec", "limits", index), message)
        key = f"requests.{resource}" if resource == "storage" else f"limits.{resource}"
        bound = quota.get(key)
        if amounts and bound is not None and amounts[-1][1] > bound:
            message = f"{item}: {amounts[-1][0]} of {resource} is more than the quota {key}"
            yield found(ID, LEVEL, item, ("spec", "limits", index), message)


def _network(known: Cluster, space: str, namespace: Object) -> Iterator[Finding]:
    denied = set()
    for item in known.within(space, "NetworkPolicy"):
        spec = mapping(item.data, "spec")
        if not is_empty(spec.get("podSelector")):
            continue
        types = sequence(spec, "policyTypes") or [
            "Ingress",
            *(["Egress"] if "egress" in spec else []),
        ]
        denied |= {kind for kind in types if not sequence(spec, str(kind).lower())}
    for item in known.within(space, "CiliumNetworkPolicy"):
        spec = mapping(item.data, "spec")
        if is_empty(spec.get("endpointSelector")):
            for kind in ("Ingress", "Egress"):
                if at(spec, "enableDefaultDeny", kind.lower()) is True or spec.get(
                    kind.lower()
                ) in ([{}], []):
                    denied.add(kind)
    for kind in ("Ingress", "Egress"):
        if kind not in denied:
            message = f"{namespace} has no NetworkPolicy that denies all {kind}"
            yield found(ID, LEVEL, namespace, (), message)
