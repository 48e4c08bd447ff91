"""An Issuer and its certificates for each namespace that is reached from outside.

cert-manager logs in as a service account of the namespace, by a token of ten minutes whose audience
is that issuer alone (``vault://<namespace>/<issuer>``), and may ask for no other. A private key
never leaves the namespace and is new with every certificate. Source:
cert-manager.io/docs/configuration/vault, "Authenticating with Kubernetes Service Accounts".
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import Document, manifest, yaml_file
from tce.custody import names
from tce.render.trust import bundle

if TYPE_CHECKING:
    from tce.intent.spec import Specification

ISSUER = "bao-pki"
ACCOUNT = "bao-pki"
ARGOCD, DEX = "argocd", "dex"
_API = "cert-manager.io/v1"
_RBAC = "rbac.authorization.k8s.io"
_CONTROLLER = {"kind": "ServiceAccount", "name": "cert-manager", "namespace": "cert-manager"}


def secret(name: str) -> str:
    """The Secret with the certificate of a program; what its Ingress names."""
    return f"{name}-tls"


def hosts(spec: "Specification") -> Iterator[tuple[str, str, str]]:
    """Namespace, program and host of everything that is published by HTTPS."""
    yield ARGOCD, ARGOCD, f"argocd.{spec.domain}"
    yield DEX, DEX, spec.identity.dex
    for sandbox in spec.sandboxes:
        for workload in sandbox.workloads:
            if workload.host is not None:
                yield sandbox.name, workload.name, workload.host


def namespaces(spec: "Specification") -> tuple[str, ...]:
    """With a certificate; in the order of hosts."""
    return tuple(dict.fromkeys(namespace for namespace, _, _ in hosts(spec)))


def files(spec: "Specification") -> Iterator[File]:
    """``k8s/pki/<namespace>.yaml``."""
    for namespace in namespaces(spec):
        yield yaml_file(f"k8s/pki/{namespace}.yaml", list(documents(spec, namespace)))


def documents(spec: "Specification", namespace: str) -> Iterator[Document]:
    """The issuer, who it is to OpenBao, and the certificates of a namespace."""
    yield _object("v1", "ServiceAccount", ACCOUNT, namespace, automountServiceAccountToken=False)
    yield _object(
        f"{_RBAC}/v1",
        "Role",
        ACCOUNT,
        namespace,
        rules=[
            {
                "apiGroups": [""],
                "resources": ["serviceaccounts/token"],
                "resourceNames": [ACCOUNT],
                "verbs": ["create"],
            }
        ],
    )
    yield _object(
        f"{_RBAC}/v1",
        "RoleBinding",
        ACCOUNT,
        namespace,
        roleRef={"apiGroup": _RBAC, "kind": "Role", "name": ACCOUNT},
        subjects=[_CONTROLLER],
    )
    yield _object(_API, "Issuer", ISSUER, namespace, spec={"vault": _vault(spec, namespace)})
    for owner, name, host in hosts(spec):
        if owner == namespace:
            yield _certificate(namespace, name, host)


def _vault(spec: "Specification", namespace: str) -> Document:
    bao = spec.keys.bao
    return {
        "server": bao.server.rstrip("/"),
        "path": f"{bao.pki}/sign/{names.issuer(bao.mounts, namespace)}",
        **bundle(bao),
        "auth": {
            "kubernetes": {
                "role": f"{namespace}-pki",
                "mountPath": f"/v1/auth/{bao.auth}",
                "serviceAccountRef": {"name": ACCOUNT},
            }
        },
    }


def _certificate(namespace: str, name: str, host: str) -> Document:
    return _object(
        _API,
        "Certificate",
        secret(name),
        namespace,
        spec={
            "secretName": secret(name),
            "commonName": host,
            "dnsNames": [host],
            "duration": "720h0m0s",
            "renewBefore": "240h0m0s",
            "usages": ["digital signature", "server auth"],
            "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
            "issuerRef": {"group": "cert-manager.io", "kind": "Issuer", "name": ISSUER},
        },
    )


def _object(api: str, kind: str, name: str, namespace: str, **body: object) -> Document:
    said = manifest(api, kind, name, part_of="platform", component="pki", namespace=namespace)
    return {**said, **body}
