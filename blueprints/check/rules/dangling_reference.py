"""A document names another one that is not there, or an entry of it that is not.

Looks at everything that is referred to by name: Secrets and ConfigMaps (and the keys that are read
of them), claims, service accounts, storage classes, roles, services of StatefulSets, targets of
autoscalers, stores of ExternalSecrets, issuers, gateways. Secrets may come from an ExternalSecret,
a Certificate or a generator of Kustomize.

Kubernetes takes such a document and then waits for ever: the pod stays in
`CreateContainerConfigError`, the claim pending, the binding without effect.

Mend the name, add what is missing, or list what the cluster has already under `external` in
`.tutela-check.yaml`.
"""

from collections.abc import Iterator
from dataclasses import replace

from blueprints.check.charts import alone
from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.references import Reference
from blueprints.check.cluster.report import found
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "dangling-reference"
LEVEL = Level.ERROR
NEEDS_ALL = True

# What every cluster or namespace has by itself.
_BUILT_IN = {
    ("ConfigMap", "kube-root-ca.crt"),
    ("ServiceAccount", "default"),
    *(("ClusterRole", name) for name in ("cluster-admin", "admin", "edit", "view")),
    ("ClusterRole", "system:auth-delegator"),
}
_EXTERNAL = {
    "Secret": "secrets",
    "ConfigMap": "config_maps",
    "PersistentVolumeClaim": "persistent_volume_claims",
    "ServiceAccount": "service_accounts",
    "StorageClass": "storage_classes",
    "Service": "services",
    "Role": "roles",
    "ClusterRole": "cluster_roles",
    "SecretStore": "secret_stores",
    "ClusterSecretStore": "secret_stores",
    "Issuer": "issuers",
    "ClusterIssuer": "issuers",
    "IngressClass": "ingress_classes",
    "Gateway": "gateways",
    "PriorityClass": "priority_classes",
    "RuntimeClass": "runtime_classes",
    "LocalQueue": "queues",
    "Namespace": "namespaces",
}

_OFTEN_ELSEWHERE = ("IngressClass", "ClusterIssuer", "StorageClass", "Gateway", "PriorityClass")
"""What the cluster's own administration brings: judged where any of it is declared."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every name that leads nowhere."""
    known = cluster.of(repo, settings)
    elsewhere = alone(repo.renderings)
    for reference in known.references:
        if reference.optional or not reference.name or "{{" in reference.name:
            continue
        if (reference.kind, reference.name) in _BUILT_IN:
            continue
        if reference.kind in _OFTEN_ELSEWHERE and not _declared(known, reference.kind):
            continue
        wrong = _wrong(known, reference)
        if wrong and reference.namespace and reference.object.rendered_from in elsewhere:
            # The chart was rendered into a namespace that is not the one it is meant for.
            here = reference.object.release_namespace
            wrong = _wrong(known, replace(reference, namespace=here)) and wrong
        if wrong and not is_external(settings, reference):
            yield found(ID, LEVEL, reference.object, reference.path, f"{reference.object} {wrong}")


def _declared(known: Cluster, kind: str) -> bool:
    """Whether the repository or its settings say which ones of a kind there are."""
    declared = known.settings.external
    return bool(known.repo.of_kind(kind)) or any(
        getattr(declared, _EXTERNAL[one]) for one in _OFTEN_ELSEWHERE if one in _EXTERNAL
    )


def is_external(settings: Settings, reference: Reference) -> bool:
    """Whether the cluster has it, as far as the settings say."""
    kind = _EXTERNAL.get(reference.kind)
    space = f"{reference.namespace}/" if reference.namespace else ""
    return kind is not None and settings.is_external(kind, f"{space}{reference.name}")


def _wrong(known: Cluster, reference: Reference) -> str:
    kind, space, name = reference.kind, reference.namespace, reference.name
    where = f" in namespace {space}" if space else ""
    if kind not in ("Secret", "ConfigMap"):
        if known.get(kind, space, name) is not None:
            return ""
        return f"names the {kind} {name}{where}, which is not there"
    given = known.provided.get((kind, space, name))
    if given is None:
        return f"names the {kind} {name}{where}, which is not there"
    if reference.key and given.keys is not None and reference.key not in given.keys:
        return f"reads {reference.key!r} of the {kind} {name}, which has no such key"
    return ""
