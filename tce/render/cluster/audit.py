"""What API servers write down of every request: who, what, when; of secrets never the content.

Rules are tried in order, the first that fits decides. Source: kubernetes.io/docs/tasks/debug/
debug-cluster/audit.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File

if TYPE_CHECKING:
    from tce.intent.spec import Specification

_HEADER = """\
/etc/tce/audit.yaml on servers. What is written lies in /var/lib/rancher/rke2/server/logs/audit.log,
on the encrypted disk, and is the institution's to collect."""
_CHANGES = ["create", "update", "patch", "delete", "deletecollection"]
_RULES: list[dict[str, object]] = [
    {
        "level": "None",
        "nonResourceURLs": ["/healthz*", "/livez*", "/readyz*", "/version"],
    },
    {
        "level": "None",
        "users": ["system:kube-controller-manager", "system:kube-scheduler"],
        "resources": [{"group": "coordination.k8s.io", "resources": ["leases"]}],
    },
    {"level": "None", "userGroups": ["system:nodes"], "verbs": ["get", "list", "watch"]},
    # Their bodies are what is to be kept secret.
    {
        "level": "Metadata",
        "resources": [
            {"group": "", "resources": ["secrets", "configmaps", "serviceaccounts/token"]},
            {"group": "authentication.k8s.io", "resources": ["tokenreviews"]},
            {"group": "external-secrets.io"},
        ],
    },
    # Whoever enters a pod, and how.
    {
        "level": "Request",
        "resources": [
            {
                "group": "",
                "resources": [
                    "pods/attach",
                    "pods/ephemeralcontainers",
                    "pods/exec",
                    "pods/portforward",
                    "pods/proxy",
                    "services/proxy",
                    "nodes/proxy",
                ],
            }
        ],
    },
    # Changes of what keeps the environment apart, in full.
    {
        "level": "RequestResponse",
        "verbs": _CHANGES,
        "resources": [
            {"group": "", "resources": ["namespaces", "serviceaccounts"]},
            {"group": "admissionregistration.k8s.io"},
            {"group": "certificates.k8s.io"},
            {"group": "cilium.io"},
            {"group": "networking.k8s.io"},
            {"group": "rbac.authorization.k8s.io"},
            {"group": "storage.k8s.io"},
        ],
    },
    {"level": "Metadata"},
]


def files(spec: "Specification") -> Iterator[File]:
    """``rke2/audit.yaml``; the same for every environment."""
    policy: dict[str, object] = {
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "omitManagedFields": True,
        "rules": _RULES,
    }
    yield File("rke2/audit.yaml", yaml_text([policy], _HEADER))
