"""Namespaces, and what bounds them: pod security, quotas, rights, a policy that denies all.

The documents are the sandbox blueprint's; a namespace of RKE2's own is not made, only guarded.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox.documents import access, tenancy
from blueprints.kinds.sandbox.spec import Project
from blueprints.parts.manifests import KEPT, Document, manifest, yaml_file
from tce.render.kubernetes.places import PART, SYSTEM, platform

if TYPE_CHECKING:
    from tce.intent.spec import Sandbox, Specification

_RBAC = "rbac.authorization.k8s.io"
BUILT_IN = ("default", "kube-node-lease", "kube-public", SYSTEM)
"""Namespaces that Kubernetes makes by itself."""
GROUPS_PREFIX = "oidc:"
"""What the API server puts before groups of people's tokens (``--oidc-groups-prefix``)."""
_ROLES = tuple(f"sandbox-{one}" for one in tenancy.ROLES)


def files(spec: "Specification") -> Iterator[File]:
    """Of the platform in ``k8s/policy``, of each sandbox in its folder."""
    own = platform(spec)
    spaces = [_namespace(spec, name, level) for name, level in own.items()]
    yield yaml_file("k8s/policy/namespaces.yaml", spaces)
    guarded = [network_policy(one, PART) for one in (*BUILT_IN, *own)]
    yield yaml_file("k8s/policy/default-deny.yaml", guarded)
    yield yaml_file("k8s/policy/roles.yaml", list(roles()))
    for one in spec.sandboxes:
        folder = f"k8s/sandboxes/{one.name}"
        yield yaml_file(
            f"{folder}/namespace.yaml", [_namespace(spec, one.name, "restricted", one.title)]
        )
        yield yaml_file(f"{folder}/quota.yaml", [quota(one), limits(one)])
        yield yaml_file(f"{folder}/rights.yaml", list(bindings(one)))
        yield yaml_file(f"{folder}/default-deny.yaml", [network_policy(one.name, one.name)])


def _namespace(spec: "Specification", name: str, level: str, title: str | None = None) -> Document:
    """In which only pods of a level start; but for drivers of volumes and devices, restricted."""
    version = ".".join(spec.versions.kubernetes.split(".")[:2])
    levels = {
        f"pod-security.kubernetes.io/{mode}{suffix}": value
        for mode in ("enforce", "audit", "warn")
        for suffix, value in (("", level), ("-version", version))
    }
    return manifest(
        "v1",
        "Namespace",
        name,
        part_of=PART if title is None else name,
        component=name if title is None else "tenancy",
        more_labels=levels,
        annotations=KEPT if title is None else {"tutela/title": title, **KEPT},
    )


def network_policy(namespace: str, part_of: str) -> Document:
    """Denies all, both ways and both families, whichever CNI reads it (CIS 5.3.2)."""
    return manifest(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "default-deny",
        namespace=namespace,
        part_of=part_of,
        component="policy" if part_of == PART else "tenancy",
        spec={"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    )


def quota(sandbox: "Sandbox") -> Document:
    """What it may use at once; no load balancer, no node port."""
    given = sandbox.quota
    return manifest(
        "v1",
        "ResourceQuota",
        "sandbox",
        namespace=sandbox.name,
        part_of=sandbox.name,
        component="tenancy",
        spec={
            "hard": {
                "requests.cpu": given.cpu,
                "limits.cpu": given.cpu,
                "requests.memory": given.memory,
                "limits.memory": given.memory,
                "requests.nvidia.com/gpu": str(given.gpu),
                "requests.storage": given.storage,
                "persistentvolumeclaims": str(given.claims),
                "pods": str(given.pods),
                "services.loadbalancers": "0",
                "services.nodeports": "0",
            }
        },
    )


def limits(sandbox: "Sandbox") -> Document:
    """What a container gets that asks for nothing, and the most that one may ask for."""
    return tenancy.limits(
        Project(name=sandbox.name, title=sandbox.title, groups=sandbox.groups, quota=sandbox.quota)
    )


def roles() -> Iterator[Document]:
    """What viewers, members and admins of sandboxes may do; nobody reads a Secret."""
    for one in access.roles():
        metadata = one["metadata"]
        if isinstance(metadata, dict) and metadata["name"] in _ROLES:
            yield one


def bindings(sandbox: "Sandbox") -> Iterator[Document]:
    """The sandbox's groups and the roles, in its namespace only."""
    groups = (sandbox.groups.admins, sandbox.groups.members, sandbox.groups.viewers)
    for role, group in zip(_ROLES, groups, strict=True):
        yield manifest(
            f"{_RBAC}/v1",
            "RoleBinding",
            role,
            namespace=sandbox.name,
            part_of=sandbox.name,
            component="tenancy",
            roleRef={"apiGroup": _RBAC, "kind": "ClusterRole", "name": role},
            subjects=[{"kind": "Group", "name": f"{GROUPS_PREFIX}{group}", "apiGroup": _RBAC}],
        )
