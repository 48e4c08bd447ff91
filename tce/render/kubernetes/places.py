"""Names and labels that documents of the cluster share, and what flows mean to it."""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.openings.zones import networks_of
from blueprints.parts.manifests import LABEL, Document, labels
from tce.intent import estate
from tce.intent.flows import Allowed, allowed
from tce.render import charts

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import Deployment
    from tce.intent.spec import Sandbox, Specification, Workload

PART = "platform"
SYSTEM = "kube-system"
ARGOCD, CERTIFICATES, SECRETS, DEX = "argocd", "cert-manager", "external-secrets", "dex"
INGRESS_CLASS = "cilium"
NAMESPACE = "k8s:io.kubernetes.pod.namespace"
EVERY_POD: Document = {"matchExpressions": [{"key": NAMESPACE, "operator": "Exists"}]}
"""Pods of every namespace, as a peer."""
DNS = {"k8s-app": "kube-dns"}
"""Labels of the cluster's name servers, as RKE2's CoreDNS has them."""
_OURS = ("tce", "workers")


def workload_labels(sandbox: "Sandbox", workload: "Workload") -> dict[str, str]:
    """What its pods carry; no key is ``host``, which turns enforcement off (cilium#48027)."""
    return {f"{LABEL}name": workload.name, **labels(sandbox.name, workload.name)}


def selector(sandbox: str, workload: str) -> dict[str, str]:
    """Of the labels of a workload's pods those that say which it is."""
    return {f"{LABEL}name": workload, f"{LABEL}part-of": sandbox}


def endpoints(namespace: str, chosen: Mapping[str, str] | None = None) -> Document:
    """Pods of a namespace, all or those with these labels, as Cilium selects them."""
    said = {f"k8s:{key}": value for key, value in (chosen or {}).items()}
    return {"matchLabels": {NAMESPACE: namespace, **said}}


def to_ports(protocol: str, ports: Iterable[tuple[int, int]]) -> list[Document]:
    """``toPorts`` of a rule."""
    return [{"ports": [_port(protocol, first, last) for first, last in ports]}]


def _port(protocol: str, first: int, last: int) -> Document:
    said: Document = {"port": str(first)}
    if last != first:
        said["endPort"] = last
    return {**said, "protocol": protocol.upper()}


def outgoing(spec: "Specification") -> tuple[Allowed, ...]:
    """Flows that begin in the environment, of the family that pods have."""
    return tuple(one for one in _flows(spec) if spec.zones[one.source_zone].kind in _OURS)


def incoming(spec: "Specification") -> tuple[Allowed, ...]:
    """Flows that end in the environment, of the family that pods have."""
    return tuple(one for one in _flows(spec) if spec.zones[one.destination_zone].kind in _OURS)


def _flows(spec: "Specification") -> Iterator[Allowed]:
    family = estate.version(spec)
    for one in allowed(spec):
        # What the cluster needs of itself is said of nodes, from the same openings.
        if one.version == family and one.scope == "forward" and one.expires is not None:
            yield one


def at_institution(spec: "Specification", port: int) -> tuple[Allowed, ...]:
    """Flows to the institution by TCP that reach a port: how OpenBao, Git and Keycloak are met."""
    return tuple(
        one
        for one in outgoing(spec)
        if spec.zones[one.destination_zone].kind == "institution"
        and one.protocol == "tcp"
        and any(first <= port <= last for first, last in one.ports)
    )


def towards(spec: "Specification", network: str) -> tuple[Allowed, ...]:
    """Flows out of the environment that end in a network."""
    there = ip_network(network)
    return tuple(
        one for one in outgoing(spec) if any(end.overlaps(there) for end in one.destinations)
    )


def rule_to(one: Allowed, only: int | None = None) -> Document:
    """An egress rule to where a flow goes; by one of its ports, or all of them."""
    return {"toCIDR": [str(network) for network in one.destinations], **_what(one, only)}


def rule_from(one: Allowed) -> Document:
    """An ingress rule from where a flow comes."""
    return {"fromCIDR": [str(network) for network in one.sources], **_what(one, None)}


def _what(one: Allowed, only: int | None) -> Document:
    if one.protocol == "icmp":
        return {"icmps": echo(one.version)}
    ports = one.ports if only is None else ((only, only),)
    return {"toPorts": to_ports(one.protocol, ports)}


def echo(family: int) -> list[Document]:
    """An echo request, as ``icmps`` of a rule; 8 of ICMP, 128 of ICMPv6."""
    return [{"fields": [{"family": f"IPv{family}", "type": 8 if family == 4 else 128}]}]


def deployment(spec: "Specification") -> "Deployment":
    """The one cluster there is."""
    return spec.cluster.environments["production"]


def to_services(spec: "Specification", one: Allowed) -> bool:
    """Whether a flow ends, by HTTPS, at addresses that services get."""
    https = one.protocol == "tcp" and any(first <= 443 <= last for first, last in one.ports)
    given = map(ip_network, networks_of(deployment(spec).addresses))
    return https and any(end.overlaps(each) for each in given for end in one.destinations)


def to_nodes(spec: "Specification", one: Allowed) -> bool:
    """Whether a flow ends at more than addresses that services get."""
    given = [ip_network(text) for text in networks_of(deployment(spec).addresses)]
    return not all(
        any(end.version == each.version and end.subnet_of(each) for each in given)  # type: ignore[arg-type]
        for end in one.destinations
    )


def platform(spec: "Specification") -> dict[str, str]:
    """Namespaces of the platform beside those that Kubernetes has by itself, sorted, and the level
    of pod security in each.
    """
    found = {ARGOCD: "restricted", CERTIFICATES: "restricted", DEX: "restricted"}
    found |= {SECRETS: "restricted", **charts.namespaces(spec)}
    return dict(sorted(found.items()))
