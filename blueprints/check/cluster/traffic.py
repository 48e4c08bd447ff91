"""Who may speak to whom, as the NetworkPolicies of a namespace and Cilium's policies say.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/: policies add
up; a pod that no policy selects for a direction is open in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from blueprints.check.cluster import cilium
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.selector import selects
from blueprints.check.cluster.shape import (
    Path,
    at,
    labels,
    mapping,
    mappings,
    number,
    sequence,
    text,
)
from blueprints.check.cluster.workload import Workload
from blueprints.check.documents import Object

INGRESS, EGRESS = "Ingress", "Egress"
NAME = "kubernetes.io/metadata.name"


@dataclass(frozen=True, eq=False)
class Opening:
    """One rule of a policy."""

    policy: Object
    path: Path
    peers: tuple[dict[str, object], ...] | None
    """None for everybody."""
    ports: tuple[dict[str, object], ...] | None
    """None for every port."""


def directions(policy: Object) -> tuple[str, ...]:
    """The directions that a policy closes but for its rules, with Kubernetes' default."""
    if policy.kind in cilium.KINDS:
        return cilium.directions(policy)
    said = sequence(policy.data, "spec", "policyTypes")
    if said:
        return tuple(kind for kind in said if kind in (INGRESS, EGRESS))
    return (INGRESS, EGRESS) if sequence(policy.data, "spec", "egress") else (INGRESS,)


def openings(policy: Object, direction: str) -> Iterator[Opening]:
    """The rules of a policy in one direction."""
    field, side = direction.lower(), "from" if direction == INGRESS else "to"
    if direction not in directions(policy):
        return
    if policy.kind in cilium.KINDS:
        for path, those, open_ports in cilium.rules(policy, direction):
            yield Opening(policy, path, those, open_ports)
        return
    for index, rule in mappings(policy.data, "spec", field):
        peers = tuple(peer for _, peer in mappings(rule, side)) or None
        ports = tuple(port for _, port in mappings(rule, "ports")) or None
        yield Opening(policy, ("spec", field, index), peers, ports)


class Traffic:
    """The policies of a repository, asked about pairs of pods."""

    def __init__(self, known: Cluster) -> None:
        self.known = known
        self._clusterwide = list(known.of_kind("CiliumClusterwideNetworkPolicy"))
        self._selecting: dict[tuple[int, str], list[Object]] = {}

    def policies(self, workload: Workload, direction: str) -> list[Object]:
        """The policies that select a pod in a direction."""
        key = (id(workload), direction)
        found = self._selecting.get(key)
        if found is None:
            space = self.known.namespace(workload.object)
            found = self._selecting[key] = [
                policy
                for policy in (
                    *self.known.within(space, "NetworkPolicy", "CiliumNetworkPolicy"),
                    *self._clusterwide,
                )
                if direction in directions(policy) and self._selects(policy, space, workload)
            ]
        return found

    def _selects(self, policy: Object, space: str, workload: Workload) -> bool:
        if policy.kind in cilium.KINDS:
            return cilium.chosen(policy, space, workload.labels)
        return selects(at(policy.data, "spec", "podSelector"), workload.labels)

    def is_closed(self, workload: Workload, direction: str) -> bool:
        """Whether anything selects the pod in a direction."""
        return bool(self.policies(workload, direction))

    def lets(self, one: Workload, direction: str, other: Workload, port: int) -> bool:
        """Whether `one` may call (Egress) or be called by (Ingress) `other`; `port` is that of
        whoever is called, and of a container."""
        if not self.is_closed(one, direction):
            return True
        called = other if direction == EGRESS else one
        return any(
            self.meets(opening, other) and passes(opening, called, port)
            for policy in self.policies(one, direction)
            for opening in openings(policy, direction)
        )

    def meets(self, opening: Opening, other: Workload) -> bool:
        """Whether a rule's peers include a pod."""
        if opening.peers is None:
            return True
        home = self.known.namespace(opening.policy)
        return any(self.is_peer(peer, home, other) for peer in opening.peers)

    def is_peer(self, peer: dict[str, object], home: str, other: Workload) -> bool:
        """Whether a peer of a policy in namespace `home` is a pod."""
        if "ipBlock" in peer or "entity" in peer:
            return False
        space = self.known.namespace(other.object)
        if "endpoints" in peer:
            selector = peer["endpoints"]
            everywhere = not home or cilium.names_space(selector)
            return (everywhere or space == home) and cilium.meets(selector, space, other.labels)
        if "namespaceSelector" in peer:
            if not selects(peer["namespaceSelector"], self.labels_of(space)):
                return False
        elif space != home:
            return False
        return "podSelector" not in peer or selects(peer["podSelector"], other.labels)

    def labels_of(self, namespace: str) -> dict[str, str]:
        """The labels of a namespace: its own and its name."""
        item = self.known.get("Namespace", "", namespace)
        own = labels(item.data, "metadata", "labels") if item is not None else {}
        return {**own, NAME: namespace}


def passes(opening: Opening, called: Workload, port: int) -> bool:
    """Whether a rule's ports include a container's port (TCP)."""
    if opening.ports is None:
        return True
    for entry in opening.ports:
        if (text(entry, "protocol") or "TCP") != "TCP":
            continue
        wanted = entry.get("port")
        if wanted is None or wanted == port:
            return True
        last = number(entry, "endPort")
        if isinstance(wanted, int) and last is not None and wanted <= port <= last:
            return True
        if isinstance(wanted, str) and port in numbers(called, wanted):
            return True
    return False


def numbers(workload: Workload, name: object) -> set[int]:
    """The container ports that a name or number of a Service or policy means."""
    return {
        value
        for container in workload.containers
        for _, port in mappings(container.data, "ports")
        if name in (port.get("name"), port.get("containerPort"))
        and (value := number(port, "containerPort")) is not None
    }


def behind(known: Cluster, service: Object, port: object) -> Iterator[tuple[Workload, int]]:
    """The pods behind a port of a Service, and their own port."""
    wanted = mapping(service.data, "spec", "selector")
    if not wanted:
        return
    for _, entry in mappings(service.data, "spec", "ports"):
        if port not in (entry.get("port"), entry.get("name")):
            continue
        target = entry.get("targetPort", entry.get("port"))
        for workload in known.workloads_in.get(known.namespace(service), ()):
            if all(workload.labels.get(key) == value for key, value in wanted.items()):
                for value in numbers(workload, target):
                    yield workload, value
