"""``rke2/manifests/kube-vip.yaml``: the API's address, on one of the servers at a time.

kube-vip holds it by a lease and says so by ARP (neighbour advertisements) in the environment's own
VLAN; it has no password and no protocol of its own that a filter had to let through. Its rights are
leases of its namespace. Sources: kube-vip.io/docs, "DaemonSet" and "Flags and Environment Variables".
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import LABEL, Document, manifest, yaml_file
from tce.intent import estate

if TYPE_CHECKING:
    from tce.intent.spec import Specification

PATH = "rke2/manifests/kube-vip.yaml"
NAME, NAMESPACE = "kube-vip", "kube-system"
PORT = 6443
_RBAC = "rbac.authorization.k8s.io"
_HEADER = """\
In the manifests of the first server from its first start on: agents and people reach the API by this
address, also when a server is down."""


def files(spec: "Specification") -> Iterator[File]:
    """One file."""
    yield yaml_file(PATH, list(documents(spec)), _HEADER)


def documents(spec: "Specification") -> Iterator[Document]:
    """The account, its rights, and the program on every server."""
    yield _object("v1", "ServiceAccount", automountServiceAccountToken=False)
    yield _object(
        f"{_RBAC}/v1",
        "Role",
        rules=[
            {
                "apiGroups": ["coordination.k8s.io"],
                "resources": ["leases"],
                "verbs": ["create", "get", "list", "update", "watch"],
            }
        ],
    )
    yield _object(
        f"{_RBAC}/v1",
        "RoleBinding",
        roleRef={"apiGroup": _RBAC, "kind": "Role", "name": NAME},
        subjects=[{"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE}],
    )
    chosen = {f"{LABEL}name": NAME}
    yield _object(
        "apps/v1",
        "DaemonSet",
        spec={
            "selector": {"matchLabels": chosen},
            "template": {"metadata": {"labels": chosen}, "spec": _pod(spec)},
        },
    )


def _pod(spec: "Specification") -> Document:
    return {
        "serviceAccountName": NAME,
        "automountServiceAccountToken": True,
        "enableServiceLinks": False,
        "hostNetwork": True,
        "priorityClassName": "system-node-critical",
        "nodeSelector": {"node-role.kubernetes.io/control-plane": "true"},
        "tolerations": [
            {"operator": "Exists", "effect": "NoSchedule"},
            {"operator": "Exists", "effect": "NoExecute"},
        ],
        "containers": [
            {
                "name": NAME,
                "image": spec.api,
                "args": ["manager"],
                "env": [{"name": name, "value": value} for name, value in _settings(spec)]
                + [
                    {
                        "name": "vip_nodename",
                        "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}},
                    }
                ],
                "resources": {
                    "requests": {"cpu": "20m", "memory": "64Mi"},
                    "limits": {"memory": "128Mi"},
                },
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"add": ["NET_ADMIN", "NET_RAW"], "drop": ["ALL"]},
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
            }
        ],
    }


def _settings(spec: "Specification") -> Iterator[tuple[str, str]]:
    api = spec.cluster.environments[estate.ENVIRONMENT].api
    yield "address", api
    yield "port", str(PORT)
    yield "vip_arp", "true"
    yield "vip_interface", _leg(spec)
    yield "vip_subnet", "128" if ":" in api else "32"
    yield "cp_enable", "true"
    yield "cp_namespace", NAMESPACE
    yield "svc_enable", "false"
    yield "vip_leaderelection", "true"
    yield "vip_leasename", "plndr-cp-lock"
    yield "vip_leaseduration", "15"
    yield "vip_renewdeadline", "10"
    yield "vip_retryperiod", "2"
    # It would answer for its metrics on every address of the host.
    yield "prometheus_server", "127.0.0.1:2112"


def _leg(spec: "Specification") -> str:
    """What servers call their interface in the VLAN."""
    return next(zone.leg for zone in spec.zones.values() if zone.kind == "tce")


def _object(api: str, kind: str, **body: object) -> Document:
    return {
        **manifest(api, kind, NAME, part_of="platform", component="api", namespace=NAMESPACE),
        **body,
    }
