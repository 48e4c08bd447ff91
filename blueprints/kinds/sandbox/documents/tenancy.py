"""A project's namespace and what bounds it: quota, limits, rights, its part of the secret store."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox import profiles
from blueprints.kinds.sandbox.documents.secrets import project_store
from blueprints.parts.manifests import KEPT, Document, manifest, yaml_file
from blueprints.parts.names import thousandths

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site

_RBAC = "rbac.authorization.k8s.io/v1"
ROLES = ("admin", "member", "viewer")


def files(site: "Site", project: "Project") -> Iterator[File]:
    """Everything under ``projects/<project>/tenancy/`` but the network."""
    folder = f"projects/{project.name}/tenancy"
    yield yaml_file(f"{folder}/namespace.yaml", [namespace(site, project)])
    yield yaml_file(f"{folder}/quota.yaml", [quota(site, project)])
    yield yaml_file(f"{folder}/limits.yaml", [limits(project)])
    yield yaml_file(f"{folder}/rbac.yaml", list(bindings(site, project)))
    yield yaml_file(f"{folder}/secrets.yaml", list(project_store(site, project)))


def namespace(site: "Site", project: "Project") -> Document:
    """The namespace, in which only restricted pods start."""
    version = f"v{min(site.kubernetes, key=_minor)}"
    levels = {
        f"pod-security.kubernetes.io/{mode}{suffix}": value
        for mode in ("enforce", "audit", "warn")
        for suffix, value in (("", "restricted"), ("-version", version))
    }
    annotations = {"tutela/title": project.title}
    if project.waldur is not None:
        annotations["tutela/waldur"] = project.waldur
    if project.ended is not None:
        annotations["tutela/ended"] = project.ended
    return manifest(
        "v1",
        "Namespace",
        project.name,
        part_of=project.name,
        component="tenancy",
        more_labels=levels,
        annotations={**annotations, **KEPT},
    )


def _minor(version: str) -> int:
    return int(version.partition(".")[2])


def quota(site: "Site", project: "Project") -> Document:
    """What Waldur grants, as the API server counts it; no load balancer, no node port."""
    given = project.quota
    hard: dict[str, str] = {
        "requests.cpu": given.cpu,
        "limits.cpu": given.cpu,
        "requests.memory": given.memory,
        "limits.memory": given.memory,
        f"requests.{profiles.gpu_resource(site)}": str(given.gpu),
        "requests.storage": given.storage,
        "persistentvolumeclaims": str(given.claims),
        "pods": str(given.pods),
        "services.loadbalancers": "0",
        "services.nodeports": "0",
    }
    return manifest(
        "v1",
        "ResourceQuota",
        "sandbox",
        namespace=project.name,
        part_of=project.name,
        component="tenancy",
        spec={"hard": hard},
    )


def limits(project: "Project") -> Document:
    """What a container gets that asks for nothing, and the most that one may ask for."""

    def at_most(wanted: str, given: str) -> str:
        return min(wanted, given, key=thousandths)

    cpu, memory, storage = project.quota.cpu, project.quota.memory, project.quota.storage
    container = {
        "type": "Container",
        "default": {"cpu": at_most("500m", cpu), "memory": at_most("1Gi", memory)},
        "defaultRequest": {"cpu": at_most("100m", cpu), "memory": at_most("256Mi", memory)},
        "max": {"cpu": cpu, "memory": memory},
    }
    claim = {"type": "PersistentVolumeClaim", "max": {"storage": storage}}
    return manifest(
        "v1",
        "LimitRange",
        "sandbox",
        namespace=project.name,
        part_of=project.name,
        component="tenancy",
        spec={"limits": [container, claim]},
    )


def bindings(site: "Site", project: "Project") -> Iterator[Document]:
    """The project's groups and the platform's ClusterRoles ``sandbox-<role>``, here only."""
    groups = (project.groups.admins, project.groups.members, project.groups.viewers)
    for role, group in zip(ROLES, groups, strict=True):
        yield manifest(
            _RBAC,
            "RoleBinding",
            f"sandbox-{role}",
            namespace=project.name,
            part_of=project.name,
            component="tenancy",
            roleRef={
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": f"sandbox-{role}",
            },
            subjects=[
                {
                    "kind": "Group",
                    "name": profiles.subject(site, group),
                    "apiGroup": "rbac.authorization.k8s.io",
                }
            ],
        )
    yield manifest(
        _RBAC,
        "RoleBinding",
        "argocd-applications",
        namespace=project.name,
        part_of=project.name,
        component="tenancy",
        roleRef={
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "argocd-applications",
        },
        subjects=[
            {"kind": "ServiceAccount", "name": name, "namespace": site.argocd.namespace}
            for name in ("argocd-application-controller", "argocd-server")
        ],
    )
