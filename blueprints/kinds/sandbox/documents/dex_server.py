"""Dex as it runs: its namespace, rights, pods, the way in and the ways out."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import (
    LABEL,
    Document,
    labels,
    manifest,
    restricted_container,
    restricted_pod,
    spread_over_nodes,
    yaml_file,
)

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Site

PORT = 5556
TELEMETRY = 5558
_RBAC = "rbac.authorization.k8s.io/v1"
_PART = "platform"
_COMPONENT = "dex"
_SELECTOR = {f"{LABEL}name": "dex", f"{LABEL}part-of": _PART}
_DOOR = {f"{LABEL}name": "oauth2-proxy", f"{LABEL}component": "door"}
"""The pods that ask for tokens inside the cluster; see ``stacks/roles/door.py``."""
_USER = 1001
"""The user that Dex's own image runs as."""


def files(site: "Site", doors: Sequence[str] = ()) -> Iterator[File]:
    """Dex itself; `doors`: the namespaces with a stack that lets people in by it."""
    folder = "platform/dex"
    yield yaml_file(f"{folder}/namespace.yaml", [namespace(site)])
    yield yaml_file(f"{folder}/rbac.yaml", list(rights(site)))
    yield yaml_file(f"{folder}/deployment.yaml", [deployment(site), disruption(site)])
    yield yaml_file(f"{folder}/service.yaml", list(service(site)))
    yield yaml_file(f"{folder}/network.yaml", list(network(site, doors)))


def namespace(site: "Site") -> Document:
    """Dex's namespace; it needs no more than anybody's."""
    levels = {
        f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")
    }
    return manifest(
        "v1",
        "Namespace",
        site.identity.namespace,
        part_of=_PART,
        component=_COMPONENT,
        more_labels=levels,
    )


def rights(site: "Site") -> Iterator[Document]:
    """Dex keeps its state in objects of its own group."""
    space = site.identity.namespace
    yield manifest(
        "v1",
        "ServiceAccount",
        "dex",
        namespace=space,
        part_of=_PART,
        component=_COMPONENT,
        automountServiceAccountToken=False,
    )
    verbs = ["create", "delete", "get", "list", "patch", "update", "watch"]
    yield manifest(
        _RBAC,
        "Role",
        "dex",
        namespace=space,
        part_of=_PART,
        component=_COMPONENT,
        rules=[{"apiGroups": ["dex.coreos.com"], "resources": _STATE, "verbs": verbs}],
    )
    yield _binding("RoleBinding", "dex", "Role", space, namespace=space)
    yield manifest(
        _RBAC,
        "ClusterRole",
        "dex",
        part_of=_PART,
        component=_COMPONENT,
        rules=[
            {
                "apiGroups": ["apiextensions.k8s.io"],
                "resources": ["customresourcedefinitions"],
                "verbs": ["create", "get"],
            }
        ],
    )
    yield _binding("ClusterRoleBinding", "dex", "ClusterRole", space, namespace=None)


_STATE = [
    "authcodes",
    "authrequests",
    "connectors",
    "devicerequests",
    "devicetokens",
    "oauth2clients",
    "offlinesessionses",
    "passwords",
    "refreshtokens",
    "signingkeies",
]


def _binding(kind: str, name: str, role: str, space: str, namespace: str | None) -> Document:
    return manifest(
        _RBAC,
        kind,
        name,
        namespace=namespace,
        part_of=_PART,
        component=_COMPONENT,
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": name},
        subjects=[{"kind": "ServiceAccount", "name": "dex", "namespace": space}],
    )


def deployment(site: "Site") -> Document:
    """Two of it, on any node but the ones with GPUs."""
    probe = {"httpGet": {"path": "/healthz/live", "port": "telemetry", "scheme": "HTTP"}}
    ready = {"httpGet": {"path": "/healthz/ready", "port": "telemetry", "scheme": "HTTP"}}
    container: Document = {
        "name": "dex",
        "image": site.images["dex"],
        "imagePullPolicy": "IfNotPresent",
        "command": ["dex"],
        "args": ["serve", "/etc/dex/config.yaml"],
        "envFrom": [{"secretRef": {"name": "dex"}}],
        "ports": [
            {"name": "http", "containerPort": PORT, "protocol": "TCP"},
            {"name": "telemetry", "containerPort": TELEMETRY, "protocol": "TCP"},
        ],
        "startupProbe": {
            **ready,
            "periodSeconds": 5,
            "timeoutSeconds": 5,
            "failureThreshold": 24,
        },
        "readinessProbe": {
            **ready,
            "periodSeconds": 10,
            "timeoutSeconds": 5,
            "failureThreshold": 3,
        },
        "livenessProbe": {
            **probe,
            "periodSeconds": 20,
            "timeoutSeconds": 10,
            "failureThreshold": 6,
        },
        "resources": {
            "requests": {"cpu": "100m", "memory": "256Mi", "ephemeral-storage": "64Mi"},
            "limits": {"cpu": "500m", "memory": "256Mi", "ephemeral-storage": "64Mi"},
        },
        "securityContext": restricted_container(),
        "volumeMounts": [{"name": "config", "mountPath": "/etc/dex", "readOnly": True}],
    }
    pod: Document = {
        "serviceAccountName": "dex",
        "automountServiceAccountToken": True,
        "enableServiceLinks": False,
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "securityContext": restricted_pod(_USER),
        "topologySpreadConstraints": spread_over_nodes(_SELECTOR),
        "containers": [container],
        "volumes": [{"name": "config", "configMap": {"name": "dex", "defaultMode": 0o444}}],
    }
    return manifest(
        "apps/v1",
        "Deployment",
        "dex",
        namespace=site.identity.namespace,
        part_of=_PART,
        component=_COMPONENT,
        more_labels={f"{LABEL}name": "dex"},
        spec={
            "replicas": 2,
            "selector": {"matchLabels": _SELECTOR},
            "template": {
                "metadata": {"labels": {f"{LABEL}name": "dex", **labels(_PART, _COMPONENT)}},
                "spec": pod,
            },
        },
    )


def disruption(site: "Site") -> Document:
    """One of the two stays when nodes are emptied."""
    return manifest(
        "policy/v1",
        "PodDisruptionBudget",
        "dex",
        namespace=site.identity.namespace,
        part_of=_PART,
        component=_COMPONENT,
        spec={"maxUnavailable": 1, "selector": {"matchLabels": _SELECTOR}},
    )


def service(site: "Site") -> Iterator[Document]:
    """The way in: a Service behind the site's ingress controller."""
    host = urlsplit(site.identity.issuer).hostname or ""
    path = urlsplit(site.identity.issuer).path or "/"
    yield manifest(
        "v1",
        "Service",
        "dex",
        namespace=site.identity.namespace,
        part_of=_PART,
        component=_COMPONENT,
        spec={
            "type": "ClusterIP",
            "selector": _SELECTOR,
            "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": "http"}],
        },
    )
    yield manifest(
        "networking.k8s.io/v1",
        "Ingress",
        "dex",
        namespace=site.identity.namespace,
        part_of=_PART,
        component=_COMPONENT,
        annotations={"cert-manager.io/cluster-issuer": site.network.cluster_issuer},
        spec={
            "ingressClassName": site.network.ingress_class,
            "tls": [{"hosts": [host], "secretName": "dex-tls"}],
            "rules": [
                {
                    "host": host,
                    "http": {
                        "paths": [
                            {
                                "path": path,
                                "pathType": "Prefix",
                                "backend": {"service": {"name": "dex", "port": {"name": "http"}}},
                            }
                        ]
                    },
                }
            ],
        },
    )


def network(site: "Site", doors: Sequence[str] = ()) -> Iterator[Document]:
    """In from the gateway and stacks' doors; out to DNS, the API server, the provider."""

    def policy(name: str, spec: Document) -> Document:
        return manifest(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            name,
            namespace=site.identity.namespace,
            part_of=_PART,
            component=_COMPONENT,
            spec=spec,
        )

    gateway = {"kubernetes.io/metadata.name": site.network.gateway_namespace}
    callers = [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": one}},
            "podSelector": {"matchLabels": _DOOR},
        }
        for one in doors
    ]
    yield policy("default-deny", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]})
    yield policy(
        "dex",
        {
            "podSelector": {"matchLabels": _SELECTOR},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [
                {
                    "from": [{"namespaceSelector": {"matchLabels": gateway}}, *callers],
                    "ports": [{"protocol": "TCP", "port": "http"}],
                }
            ],
            "egress": [
                {
                    "to": [
                        {
                            "namespaceSelector": {
                                "matchLabels": {"kubernetes.io/metadata.name": "kube-system"}
                            },
                            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
                        }
                    ],
                    "ports": [
                        {"protocol": "UDP", "port": 53},
                        {"protocol": "TCP", "port": 53},
                    ],
                },
                # The API server and the provider have no address that is known here.
                {
                    "ports": [
                        {"protocol": "TCP", "port": 443},
                        {"protocol": "TCP", "port": 6443},
                    ]
                },
            ],
        },
    )
