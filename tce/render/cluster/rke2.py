"""Settings of RKE2: one file for all servers, one for all agents; a node's own come from Ansible.

Sources: docs.rke2.io, "Server Configuration Reference" and "CIS Hardening Guide"; the syntax of
extra mounts (``/from:/to:ro``) from harvester#3765 and Rancher's chapter on pod security; that the
last ``encryption-provider-config`` wins from rke2#1105.
"""

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File
from tce.intent.estate import ENVIRONMENT
from tce.render.cluster import paths

if TYPE_CHECKING:
    from tce.intent.spec import Specification

SUPERVISOR = 9345
_DNS = 10
"""The tenth address of services is the cluster's name server, as RKE2 takes it."""
_SERVERS = """\
Every server's /etc/rancher/rke2/config.yaml. Tokens lie in files that Ansible writes over SSH: in
no image, no cloud-init and no repository. `cni` and the ranges count at the first start only."""
_AGENTS = """\
Every agent's /etc/rancher/rke2/config.yaml. Its token joins agents and never a server."""
_KUBELET = [
    "seccomp-default=true",
    "pod-max-pids=4096",
    "streaming-connection-idle-timeout=5m",
]


def files(spec: "Specification") -> Iterator[File]:
    """``rke2/config.yaml`` and ``rke2/agent/config.yaml``."""
    yield File("rke2/config.yaml", yaml_text([server(spec)], _SERVERS))
    yield File("rke2/agent/config.yaml", yaml_text([agent(spec)], _AGENTS))


def server(spec: "Specification") -> dict[str, object]:
    """What all servers share; RKE2 refuses one that says another."""
    ranges = spec.cluster.ranges
    deployment = spec.cluster.environments[ENVIRONMENT]
    return {
        "token-file": paths.TOKEN,
        "agent-token-file": paths.AGENT_TOKEN,
        "cni": "cilium",
        "cluster-cidr": ranges.pods,
        "service-cidr": ranges.services,
        "cluster-dns": str(ipaddress.ip_network(ranges.services)[_DNS]),
        "cluster-domain": ranges.domain,
        "disable-kube-proxy": True,
        "ingress-controller": "none",
        "tls-san": [deployment.api, f"api.{spec.domain}"],
        "write-kubeconfig-mode": "0600",
        "profile": "cis",
        "audit-policy-file": paths.AUDIT,
        "pod-security-admission-config-file": paths.ADMISSION,
        "disable-default-registry-endpoint": True,
        "node-taint": ["CriticalAddonsOnly=true:NoExecute"],
        "kube-apiserver-arg": [
            # RKE2 has a key of its own on the server's disk and says so before; the last one wins.
            f"encryption-provider-config={paths.ENCRYPTION}",
            "service-account-extend-token-expiration=false",
            "audit-log-maxage=400",
            "audit-log-maxbackup=100",
            "audit-log-maxsize=100",
            f"oidc-issuer-url={spec.identity.keycloak.rstrip('/')}/realms/{spec.identity.realm}",
            "oidc-client-id=kubernetes",
            "oidc-username-claim=email",
            "oidc-username-prefix=oidc:",
            "oidc-groups-claim=groups",
            "oidc-groups-prefix=oidc:",
            *([f"oidc-ca-file={paths.CA}"] if spec.keys.bao.ca else []),
        ],
        "kube-apiserver-extra-mount": [
            f"{paths.SETTINGS}:{paths.SETTINGS}:ro",
            f"{paths.KMS}:{paths.KMS}:rw",
        ],
        "kubelet-arg": list(_KUBELET),
    }


def agent(spec: "Specification") -> dict[str, object]:
    """What all agents share."""
    api = spec.cluster.environments[ENVIRONMENT].api
    host = f"[{api}]" if ":" in api else api
    return {
        "server": f"https://{host}:{SUPERVISOR}",
        "token-file": paths.AGENT_TOKEN,
        "profile": "cis",
        "disable-default-registry-endpoint": True,
        "kubelet-arg": list(_KUBELET),
    }
