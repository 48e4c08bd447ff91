"""Something that deletes more than whoever deletes it expects, or less.

Looks at what happens when Applications, ApplicationSets and data go: an Application of a tenant
(one that lives in the tenant's own namespace) needs the cascade finalizer, or what it deployed
stays behind without an owner; one that lives in ArgoCD's namespace and deploys a tenant's bounds or
Applications must not have it unless its annotation `tutela/on-delete` says `cascade`; claims,
volumes and namespaces must be kept (`argocd.argoproj.io/sync-options: Prune=false,Delete=false`);
an ApplicationSet needs `preserveResourcesOnDeletion: true` and a policy that does not delete
(`create-only` or `create-update`), because a generator that is empty for a moment deletes
everything.

Say what shall happen.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import at, mapping, texts
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "argocd-deletion"
LEVEL = Level.ERROR

CASCADE = "resources-finalizer.argocd.argoproj.io"
_WAY = "tutela/on-delete"
_OPTIONS = "argocd.argoproj.io/sync-options"
_DATA = ("PersistentVolumeClaim", "PersistentVolume", "Namespace")
_GUARDED = ("create-only", "create-update")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Finalizers and guards."""
    known = cluster.of(repo, settings)
    for item in known.applications:
        yield from _application(known, item)
    for item in known.application_sets:
        yield from _set(item)
    if known.applications or known.application_sets:
        yield from _data(known)


def _application(known: Cluster, item: Object) -> Iterator[Finding]:
    where = ("metadata", "finalizers")
    cascades = any(
        name.partition("/")[0] in (CASCADE, f"{CASCADE}") or name.startswith(f"{CASCADE}/")
        for name in texts(item.data, "metadata", "finalizers")
    )
    home = known.namespace(item)
    if home != known.argocd_namespace and home in known.tenant_namespaces:
        if not cascades:
            message = f"{item} leaves everything behind when a tenant deletes it"
            yield found(ID, LEVEL, item, where, message, f"add the finalizer {CASCADE}")
        return
    said = item.annotations.get(_WAY)
    if cascades and said != "cascade":
        message = f"deleting {item} deletes everything that it deployed"
        yield found(
            ID, LEVEL, item, where, message, f"take the finalizer away, or annotate {_WAY}: cascade"
        )
    if said == "cascade" and not cascades:
        message = f"{item} says {_WAY}: cascade and has no finalizer"
        yield found(ID, LEVEL, item, where, message)
    if said not in (None, "keep", "cascade"):
        message = f"{item} says {_WAY}: {said}; it is keep or cascade"
        yield found(ID, LEVEL, item, ("metadata", "annotations", _WAY), message)


def _set(item: Object) -> Iterator[Finding]:
    policy = mapping(item.data, "spec", "syncPolicy")
    if policy.get("preserveResourcesOnDeletion") is not True:
        message = f"deleting {item} deletes everything that its Applications deployed"
        where = ("spec", "syncPolicy")
        yield found(ID, LEVEL, item, where, message, "set preserveResourcesOnDeletion: true")
    if policy.get("applicationsSync") not in _GUARDED:
        message = f"{item} deletes its Applications when a generator gives none"
        where = ("spec", "syncPolicy")
        yield found(ID, LEVEL, item, where, message, "set applicationsSync: create-update")
    if at(item.data, "spec", "goTemplate") is True and "missingkey=error" not in texts(
        item.data, "spec", "goTemplateOptions"
    ):
        message = f"{item} makes names with <no value> in them when a key is missing"
        yield found(ID, LEVEL, item, ("spec", "goTemplateOptions"), message)


def _data(known: Cluster) -> Iterator[Finding]:
    for item in known.of_kind(*_DATA):
        if item.kind == "Namespace" and item.name not in known.tenant_namespaces:
            continue
        options = {one.strip() for one in str(item.annotations.get(_OPTIONS, "")).split(",")}
        missing = sorted({"Prune=false", "Delete=false"} - options)
        if missing:
            message = f"ArgoCD may delete {item} and the data in it: no {', '.join(missing)}"
            yield found(ID, LEVEL, item, ("metadata", "annotations", _OPTIONS), message)
    for item in known.of_kind("PersistentVolume"):
        if at(item.data, "spec", "persistentVolumeReclaimPolicy") != "Retain":
            message = f"{item} is emptied when its claim goes"
            where = ("spec", "persistentVolumeReclaimPolicy")
            yield found(
                ID, LEVEL, item, where, message, "set persistentVolumeReclaimPolicy: Retain"
            )
