"""What nodes of one cluster need of each other: control plane, network of pods, components.

Nothing is said that a node only needs of itself (health ports 9098 and 9099 of Calico and Canal,
which kubelets ask on their own node: Rancher, Port Requirements, Local Node Traffic), that travels
inside of the network of pods (webhooks that the API calls, metrics of pods, Ray), or that comes
back on a connection (kubelets by the API server: RKE2's agents keep a tunnel to port 9345,
``egress-selector-mode: agent``). NodePorts are not asked for: MetalLB brings traffic in.
"""

from collections.abc import Iterable, Iterator

from blueprints.kinds.cluster.openings.opening import Opening, Ports, Protocol, port
from blueprints.kinds.cluster.openings.zones import Nodes, Place

API, SUPERVISOR = port(6443), port(9345)
_ETCD = Ports(2379, 2381)
_KUBELET = port(10250)


def openings(place: Place) -> Iterator[Opening]:
    """All of them, some perhaps twice."""
    yield from _control_plane(place)
    yield from _network_of_pods(place)
    if place.cluster.cni.name == "cilium":
        why = "flows (Hubble's relay)"
        yield from _among(
            place.platform, place.nodes, "tcp", port(4244), "cilium", why, "cilium-ports"
        )
    names = place.cluster.components
    if "metallb" in names:
        why = "who answers for an address"
        for protocol in ("tcp", "udp"):
            yield from _among(
                place.platform,
                place.platform,
                protocol,
                port(7946),
                "metallb",
                why,
                "metallb-ports",
            )
    if "monitoring" in names:
        why = "metrics of nodes"
        yield from _among(
            place.platform, place.nodes, "tcp", port(9100), "monitoring", why, "kube-prometheus"
        )


def _control_plane(place: Place) -> Iterator[Opening]:
    masters = (place.masters,)
    why = "joining, and the API"
    for ports in (API, SUPERVISOR):
        yield from _among(place.nodes, masters, "tcp", ports, "rke2", why, "rke2-ports")
        # Machines that Rancher makes never ask there: it tells them a master's own address.
        for one in place.workers:
            if one.pool.flavour in ("metal", "hpc"):
                asked = "asked before joining"
                yield Opening(one.zone, place.api, "tcp", (ports,), "ansible", asked, "rke2-ports")
    why = "etcd: clients, peers, metrics"
    yield from _among(masters, masters, "tcp", _ETCD, "rke2", why, "rke2-ports")
    why = "metrics of kubelets"
    readers = (place.masters, *place.platform)
    yield from _among(readers, place.nodes, "tcp", _KUBELET, "rke2", why, "rke2-ports")


def _network_of_pods(place: Place) -> Iterator[Opening]:
    """Between all nodes, both ways: either side may send the first packet."""
    cni = place.cluster.cni
    for protocol, ports, why, fact in _TUNNELS[cni.name, cni.encryption]:
        for opening in _among(place.nodes, place.nodes, protocol, ports, cni.name, why, fact):
            if ports != _WIREGUARD or 4 in opening.versions:
                yield opening
            else:
                yield Opening(
                    opening.source,
                    opening.destination,
                    protocol,
                    (_WIREGUARD_6,),
                    cni.name,
                    why,
                    fact,
                )


_WIREGUARD, _WIREGUARD_6 = port(51820), port(51821)
"""Of Calico, which has one for each IP version."""
_Tunnel = tuple[Protocol, Ports | None, str, str]
_CILIUM: tuple[_Tunnel, ...] = (
    ("tcp", port(4240), "health of nodes", "cilium-ports"),
    ("icmp", None, "health of nodes (echo)", "cilium-ports"),
)
_TYPHA: _Tunnel = ("tcp", port(5473), "the network's state (Typha)", "calico-ports")
_PODS = "pods (VXLAN)"
_ENCRYPTED = "pods (WireGuard)"
_TUNNELS: dict[tuple[str, str], tuple[_Tunnel, ...]] = {
    ("cilium", "none"): (*_CILIUM, ("udp", port(8472), _PODS, "cilium-ports")),
    # From Cilium 1.15 on VXLAN is inside of WireGuard, hosts' traffic to pods too; 8472 stays shut,
    # and with it what would otherwise go in clear while keys are exchanged.
    ("cilium", "wireguard"): (*_CILIUM, ("udp", port(51871), _ENCRYPTED, "cilium-wireguard")),
    ("canal", "none"): (("udp", port(8472), _PODS, "rke2-ports"),),
    ("calico", "none"): (_TYPHA, ("udp", port(4789), _PODS, "calico-ports")),
    ("calico", "wireguard"): (
        _TYPHA,
        ("udp", _WIREGUARD, _ENCRYPTED, "calico-ports"),
        ("udp", port(4789), "hosts to pods (VXLAN)", "calico-ports"),
    ),
}


def _among(
    sources: Iterable[Nodes],
    destinations: Iterable[Nodes],
    protocol: Protocol,
    ports: Ports | None,
    component: str,
    why: str,
    fact: str,
) -> Iterator[Opening]:
    """From each to each; a pool to itself only where it has two nodes."""
    ends = tuple(destinations)
    said = () if ports is None else (ports,)
    for source in sources:
        for end in ends:
            if source.zone != end.zone or source.several:
                yield Opening(source.zone, end.zone, protocol, said, component, why, fact)
