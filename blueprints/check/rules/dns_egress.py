"""Pods that may not ask for names, or may talk to more than the name server.

Looks at rules of NetworkPolicies that let pods out to `kube-system`: they lead to the name server
(`k8s-app: kube-dns`, or CoreDNS's own label) on port 53, UDP and TCP.

A pod that cannot ask for names reaches nothing, and says so with whatever error its program has for
that.

Permit port 53 to the name server, and nothing else there.
"""

from collections.abc import Iterator
from typing import Any

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import mapping, mappings, text
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "dns-egress"
LEVEL = Level.ERROR

_SYSTEM = "kube-system"
_SERVERS = ({"k8s-app": "kube-dns"}, {"app.kubernetes.io/name": "coredns"}, {"k8s-app": "coredns"})
_PORTS = {("UDP", 53), ("TCP", 53)}


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Ways to the name server that are none, or that are wider."""
    known = cluster.of(repo, settings)
    for policy in known.of_kind("NetworkPolicy"):
        for index, rule in mappings(policy.data, "spec", "egress"):
            for place, peer in mappings(rule, "to"):
                if _namespace(peer) == _SYSTEM:
                    where = ("spec", "egress", index, "to", place)
                    for words in _judged(peer, rule):
                        yield found(ID, LEVEL, policy, where, f"{policy} {words}")


def _namespace(peer: dict[str, Any]) -> str:
    return text(peer, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name")


def _judged(peer: dict[str, Any], rule: dict[str, Any]) -> Iterator[str]:
    labels = mapping(peer, "podSelector", "matchLabels")
    if labels not in _SERVERS:
        yield f"lets out to {_SYSTEM} and not to its name server (k8s-app: kube-dns)"
    ports = {
        (text(port, "protocol") or "TCP", port.get("port")) for _, port in mappings(rule, "ports")
    }
    if ports != _PORTS:
        yield "does not let out to port 53, UDP and TCP, of the name server"
