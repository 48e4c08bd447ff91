"""Cilium, as RKE2 installs it: what no policy allows does not pass, no node speaks in clear.

Sources: docs.cilium.io, "WireGuard Transparent Encryption" (strict mode: egress is IPv4 only, and
with tunnels has to let addresses of nodes through; ingress from 1.19 on), "Host Firewall", "L2
Announcements". ``encryption.strictMode.enabled`` was moved to ``.egress.enabled`` in 1.19 and means
nothing from 1.20 on; RKE2 brings the Cilium of its release: both are said while 1.18 may come.
"""

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.check.schemas.policy import read
from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File
from blueprints.parts.manifests import manifest, yaml_file

if TYPE_CHECKING:
    from tce.intent.spec import Specification

PATH = "k8s/cni/rke2-cilium-config.yaml"
_HEADER = """\
In the manifests of the first server (/var/lib/rancher/rke2/server/manifests), before its start:
with `policyEnforcementMode: always` the policies of k8s/policy have to be there, too."""
_MOVED = (1, 19)
"""Where strict mode got its two directions."""


def files(spec: "Specification") -> Iterator[File]:
    """``k8s/cni/rke2-cilium-config.yaml``."""
    yield yaml_file(PATH, [configuration(spec)], _HEADER)


def configuration(spec: "Specification") -> dict[str, object]:
    """The HelmChartConfig, whose values are a text."""
    return manifest(
        "helm.cattle.io/v1",
        "HelmChartConfig",
        "rke2-cilium",
        namespace="kube-system",
        part_of="platform",
        component="cni",
        spec={"valuesContent": yaml_text([values(spec)]).decode().removeprefix("---\n")},
    )


def values(spec: "Specification") -> dict[str, object]:
    """Of the chart rke2-cilium."""
    pods = ipaddress.ip_network(spec.cluster.ranges.pods)
    four = pods.version == 4
    return {
        "kubeProxyReplacement": True,
        "k8sServiceHost": "127.0.0.1" if four else "::1",
        "k8sServicePort": 6443,
        "ipv4": {"enabled": four},
        "ipv6": {"enabled": not four},
        "policyEnforcementMode": "always",
        "hostFirewall": {"enabled": True},
        "encryption": {
            "enabled": True,
            "type": "wireguard",
            # Nodes of the control plane take themselves out: what they say is TLS.
            "nodeEncryption": True,
            "strictMode": _strict(pods, cilium(spec.versions.kubernetes)),
        },
        "ingressController": {
            "enabled": True,
            "default": True,
            "loadbalancerMode": "shared",
            "enforceHttps": True,
        },
        "l2announcements": {"enabled": True},
        **({"MTU": spec.cluster.cni.mtu} if spec.cluster.cni.mtu else {}),
        "operator": {"replicas": 2},
        "hubble": {
            "enabled": True,
            "relay": {"enabled": False},
            "ui": {"enabled": False},
        },
    }


def _strict(
    pods: ipaddress.IPv4Network | ipaddress.IPv6Network, version: tuple[int, ...]
) -> dict[str, object]:
    """What pods send to pods without encryption is dropped, on its way out and on its way in."""
    said: dict[str, object] = {"enabled": True, "cidr": str(pods)}
    # Tunnels end at addresses of nodes, which Cilium has to look up.
    said["allowRemoteNodeIdentities"] = True
    if pods.version == 6:
        return {"ingress": {"enabled": True}}
    both: dict[str, object] = {"egress": said, "ingress": {"enabled": True}}
    return both if version >= _MOVED else {**said, **both}


def cilium(release: str) -> tuple[int, ...]:
    """At least this one comes with a release such as ``v1.33.5+rke2r1``."""
    wanted = tuple(int(one) for one in release.removeprefix("v").partition("+")[0].split("."))
    table = read("rke2.yaml")["cilium"]
    found = [
        tuple(int(one) for one in version.split("."))
        for first, version in table.items()
        if tuple(int(one) for one in first.split(".")) <= wanted
    ]
    return max(found, default=(1, 0))
