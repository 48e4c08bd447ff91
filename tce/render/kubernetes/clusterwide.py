"""Policies for the whole cluster: deny all, names, nodes among each other, the way in.

Sources: Cilium's chapters on policies, host firewall and ingress; ports of nodes are the cluster
blueprint's openings, each with where it is known from.
"""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.openings import derive, inside
from blueprints.kinds.sandbox.documents import dex_server
from blueprints.parts.manifests import Document, yaml_file
from tce.intent import estate
from tce.intent.flows import merged
from tce.render.kubernetes import apps, places, platform
from tce.render.kubernetes.cilium import clusterwide

if TYPE_CHECKING:
    from tce.intent.spec import Specification

_NODES = ["host", "remote-node"]
_API, _SUPERVISOR, _KUBELET = (6443, 6443), (9345, 9345), (10250, 10250)
_OVERLAY, _HEALTH = (8472, 8472), (4240, 4240)


def files(spec: "Specification") -> Iterator[File]:
    """The policies of ``k8s/policy/`` that are in force before anything else runs."""
    yield yaml_file("k8s/policy/clusterwide.yaml", list(policies(spec)), _HEADER)


_HEADER = """\
In force with the first start of Cilium: policyEnforcementMode is "always", so that whatever is
not allowed here or beside it is dropped, also where a policy selects nothing by mistake."""


def policies(spec: "Specification") -> Iterator[Document]:
    """All of them."""
    probe: list[Document] = [
        {"toPorts": places.to_ports("tcp", (_HEALTH,))},
        {"icmps": places.echo(estate.version(spec))},
    ]
    yield clusterwide(
        "tce-default-deny", "Nothing enters or leaves a pod unless another policy allows it."
    )
    to_dns = {
        "toEndpoints": [places.endpoints(places.SYSTEM, places.DNS)],
        "toPorts": [
            {"ports": [{"port": "53", "protocol": "UDP"}, {"port": "53", "protocol": "TCP"}]}
        ],
    }
    yield clusterwide("tce-dns", "Every pod may ask the cluster's name servers.", egress=[to_dns])
    yield clusterwide(
        "tce-nodes",
        "Nodes among each other, and towards the zones that flows name.",
        nodes={},
        ingress=list(_to_nodes(spec)),
        egress=list(_from_nodes(spec)),
    )
    yield clusterwide(
        "tce-ingress",
        "The way in: HTTPS from where flows come, then the workloads that accept it.",
        pods={"matchExpressions": [{"key": "reserved:ingress", "operator": "Exists"}]},
        ingress=list(_to_ingress(spec)),
        egress=list(_published(spec)),
    )
    yield clusterwide(
        "tce-health",
        "Cilium's own probe of the network of pods.",
        pods={"matchLabels": {"reserved:health": ""}},
        ingress=[{"fromEntities": _NODES, **one} for one in probe],
        egress=[{"toEntities": _NODES, **one} for one in probe],
    )


def _to_nodes(spec: "Specification") -> Iterator[Document]:
    """The openings, what pods ask nodes, and flows that end at nodes."""
    for protocol, ports in _openings(spec).items():
        if protocol == "icmp":
            yield {"fromEntities": _NODES, "icmps": places.echo(estate.version(spec))}
        else:
            yield {"fromEntities": _NODES, "toPorts": places.to_ports(protocol, ports)}
    yield {
        "fromEndpoints": [places.EVERY_POD],
        "toPorts": places.to_ports("tcp", (_API, _KUBELET)),
    }
    for one in places.incoming(spec):
        if places.to_nodes(spec, one):
            yield places.rule_from(one)


def _from_nodes(spec: "Specification") -> Iterator[Document]:
    for protocol, ports in _openings(spec).items():
        if protocol == "icmp":
            yield {"toEntities": _NODES, "icmps": places.echo(estate.version(spec))}
        else:
            yield {"toEntities": _NODES, "toPorts": places.to_ports(protocol, ports)}
    # Its virtual address is no node's, as far as Cilium knows: who joins asks there.
    yield {
        "toCIDR": [str(ip_network(places.deployment(spec).api))],
        "toPorts": places.to_ports("tcp", (_API, _SUPERVISOR)),
    }
    # Probes of kubelets and webhooks, on whatever port a pod has.
    yield {"toEndpoints": [places.EVERY_POD]}
    yield {"toEntities": ["health"], "toPorts": places.to_ports("tcp", (_HEALTH,))}
    yield {"toEntities": ["health"], "icmps": places.echo(estate.version(spec))}
    for one in places.outgoing(spec):
        yield places.rule_to(one)


def _openings(spec: "Specification") -> dict[str, tuple[tuple[int, int], ...]]:
    """By protocol; with the overlay that travels inside of WireGuard and is then unpacked."""
    found: dict[str, list[tuple[int, int]]] = {"udp": [_OVERLAY]}
    for one in derive.merged(inside.openings(estate.nodes(spec))):
        found.setdefault(one.protocol, []).extend((port.first, port.last) for port in one.ports)
    return {protocol: merged(found[protocol]) for protocol in sorted(found)}


def _to_ingress(spec: "Specification") -> Iterator[Document]:
    """Flows to the services' addresses, by HTTPS; Argo CD asks Dex that way too."""
    https = places.to_ports("tcp", ((443, 443),))
    for one in places.incoming(spec):
        if places.to_services(spec, one):
            networks = [str(network) for network in one.sources]
            yield {"fromCIDR": networks, "toPorts": https}
    yield {"fromEndpoints": [places.endpoints(places.ARGOCD)], "toPorts": https}


def _published(spec: "Specification") -> Iterator[Document]:
    """What the way in leads to: Argo CD, Dex, and each workload that accepts it."""
    known = [
        (places.endpoints(places.ARGOCD, platform.SERVER), platform.ARGOCD_PORT),
        (places.endpoints(places.DEX), dex_server.PORT),
        *(
            (places.endpoints(box.name, places.selector(box.name, one.name)), one.port)
            for box in spec.sandboxes
            for one in box.workloads
            if apps.INGRESS in one.accepts
        ),
    ]
    for pods, port in known:
        yield {"toEndpoints": [pods], "toPorts": places.to_ports("tcp", ((port, port),))}
