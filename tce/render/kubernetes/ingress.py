"""``k8s/ingress/``: the way in, which is Cilium's own: addresses, and who announces them.

The shared load balancer gets an address of those that the specification gives to services; nodes
in the VLAN answer for it. Published are Argo CD, Dex and the workloads with a host, by HTTPS with
certificates of the institution (``k8s/pki``). Source: docs.cilium.io, "LoadBalancer IP Address
Management", "L2 Announcements".
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import Document, manifest, yaml_file
from tce.render.cluster.cilium import cilium
from tce.render.kubernetes import places
from tce.render.pki.issuers import secret

if TYPE_CHECKING:
    from tce.intent.spec import Specification

_CILIUM = "cilium.io"
NAME = "tce-services"
_WAY_IN = {"cilium.io/ingress": "true"}
"""Labels of the shared load balancer's Service, as Cilium's chart has them."""
_POOLS = (1, 18)
"""Where pools of addresses came to be called v2."""


def files(spec: "Specification") -> Iterator[File]:
    """``addresses.yaml``: the pool, and its announcement."""
    yield yaml_file("k8s/ingress/addresses.yaml", [pool(spec), announcement(spec)])


def pool(spec: "Specification") -> Document:
    """Addresses that services get; none but the way in asks for one (see admission)."""
    blocks: list[Document] = []
    for said in places.deployment(spec).addresses:
        first, dash, last = said.partition("-")
        blocks.append({"start": first, "stop": last} if dash else {"cidr": first})
    version = "v2" if cilium(spec.versions.kubernetes) >= _POOLS else "v2alpha1"
    return manifest(
        f"{_CILIUM}/{version}",
        "CiliumLoadBalancerIPPool",
        NAME,
        part_of=places.PART,
        component="ingress",
        spec={"blocks": blocks, "serviceSelector": {"matchLabels": _WAY_IN}},
    )


def announcement(spec: "Specification") -> Document:
    """Workers answer, not the control plane; nodes of the supercomputer are in another network."""
    away: list[Document] = [
        {"key": "node-role.kubernetes.io/control-plane", "operator": "DoesNotExist"}
    ]
    if spec.vcluster is not None:
        away.append({"key": "hpc", "operator": "DoesNotExist"})
    return manifest(
        f"{_CILIUM}/v2alpha1",
        "CiliumL2AnnouncementPolicy",
        NAME,
        part_of=places.PART,
        component="ingress",
        spec={
            "loadBalancerIPs": True,
            "externalIPs": False,
            "nodeSelector": {"matchExpressions": away},
            "serviceSelector": {"matchLabels": _WAY_IN},
        },
    )


def way_in(
    name: str, namespace: str, host: str, service: str, port: str, labels: dict[str, str]
) -> Document:
    """HTTPS and nothing else, with the certificate that lies beside it."""
    backend = {"service": {"name": service, "port": {"name": port}}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": backend}]
    metadata = {
        "name": name,
        "namespace": namespace,
        "labels": labels,
        "annotations": {"ingress.cilium.io/force-https": "enabled"},
    }
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": metadata,
        "spec": {
            "ingressClassName": places.INGRESS_CLASS,
            "tls": [{"hosts": [host], "secretName": secret(name)}],
            "rules": [{"host": host, "http": {"paths": paths}}],
        },
    }
