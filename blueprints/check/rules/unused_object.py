"""Something that is kept and that nobody uses.

Looks at Secrets, ExternalSecrets, ConfigMaps, claims, service accounts and roles that lie in one
folder with the pods they are meant for, and at volumes of a pod that no container mounts.
What the platform offers to a tenant (in folders without pods), and what ArgoCD finds by a label,
is not meant.

A secret without a reader is a key that nobody rotates; a volume without a reader often means that
a name was changed on one side only.

Mount it, or take it away.
"""

import posixpath
from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.references import mounted_names
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import mapping, mappings, sequence, text
from blueprints.check.cluster.workload import Workload
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "unused-object"
LEVEL = Level.WARNING
NEEDS_ALL = True

_KINDS = (
    "Secret",
    "ConfigMap",
    "ExternalSecret",
    "PersistentVolumeClaim",
    "ServiceAccount",
    "Role",
)


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """What nobody refers to."""
    known = cluster.of(repo, settings)
    with_pods = {_folder(workload.object) for workload in known.workloads}
    used = {(one.kind, one.namespace, one.name) for one in known.references}
    used |= set(_named_by_others(known))
    for item in known.of_kind(*_KINDS):
        if _folder(item) not in with_pods or _is_found_by_label(item):
            continue
        kind, name = item.kind, item.name
        if kind == "ExternalSecret":
            kind, name = "Secret", text(item.data, "spec", "target", "name") or name
        if (kind, known.namespace(item), name) not in used:
            yield found(ID, LEVEL, item, ("metadata", "name"), f"nobody uses {item}")
    for workload in known.workloads:
        yield from _volumes(workload)


def _folder(item: Object) -> str:
    return item.rendered_from or posixpath.dirname(item.file)


def _is_found_by_label(item: Object) -> bool:
    return "argocd.argoproj.io/secret-type" in str(item.data) or item.name.startswith("argocd-")


def _named_by_others(known: Cluster) -> Iterator[tuple[str, str, str]]:
    """Names that appear outside of pods: service accounts of stores, claims of backups."""
    for item in known.of_kind("SecretStore", "ClusterSecretStore", "RayCluster", "RayService"):
        for provider in mapping(item.data, "spec", "provider").values():
            for method in mapping(provider, "auth").values():
                account = text(method, "serviceAccountRef", "name")
                yield ("ServiceAccount", known.namespace(item), account)


def _volumes(workload: Workload) -> Iterator[Finding]:
    mounted = {
        text(mount, "name")
        for container in workload.containers
        for field in ("volumeMounts", "volumeDevices")
        for _, mount in mappings(container.data, field)
    }
    for name in mounted_names(workload.pod):
        if name not in mounted:
            index = [*mounted_names(workload.pod)].index(name)
            where = (*workload.spec_path, "volumes", index)
            message = f"{workload.object}: no container mounts the volume {name}"
            yield found(ID, LEVEL, workload.object, where, message)
    claims = sequence(workload.object.data, "spec", "volumeClaimTemplates")
    for index, claim in enumerate(claims):
        if text(claim, "metadata", "name") not in mounted:
            where = ("spec", "volumeClaimTemplates", index)
            message = (
                f"{workload.object}: no container mounts the claim "
                f"{text(claim, 'metadata', 'name')}"
            )
            yield found(ID, LEVEL, workload.object, where, message)
