"""What the specification says of pods and nodes, read from its plain data a second time.

Every pod may ask the cluster's name servers. A workload is called, on its port, by whom it says
it accepts, and reaches the flows that it names. Nodes do what flows of the environment say, the
way in (Cilium's ingress) is reached by HTTPS where flows end at addresses of services; nodes ask
the API's virtual address, which Cilium knows as nobody's, to join and to work. Programs of
the platform may use every flow out of the environment. All else is denied, both ways.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tce.prove.amounts import Amount, Ports, Use, amount
from tce.prove.intent import OWN, Flow, Intent, UnreadableIntentError
from tce.prove.ranges import Ranges, meet, minus, union
from tce.prove.reach import End
from tce.read.policies import TCP, UDP

DNS_NAMESPACE = "kube-system"
DNS_LABELS = {"k8s-app": "kube-dns"}
"""Of RKE2's CoreDNS."""
INGRESS = "ingress"
HTTPS = 443
_API = ((6443, 6443), (9345, 9345))
"""Of RKE2's servers: the API, and where nodes join (docs.rke2.io, Inbound Network Rules)."""
_DNS: tuple[Ports, ...] = ((UDP, 53, 53), (TCP, 53, 53))
ANY: Ranges = ((0, 0),)
"""Stands for some address, where only ports matter."""
_BUILT_IN = ("default", "kube-node-lease", "kube-public")


@dataclass(frozen=True)
class Workload:
    """A program of a sandbox."""

    port: int
    accepts: tuple[str, ...]
    """``ingress``, or ``namespace/workload``."""
    reaches: tuple[str, ...]
    """Flows."""


@dataclass(frozen=True)
class Declared:
    """All that is allowed inside, and between inside and outside."""

    intent: Intent
    workloads: Mapping[tuple[str, str], Workload]
    """By namespace and name."""
    sandboxes: tuple[str, ...]
    services: Ranges
    """Addresses that services get, in the family of pods."""
    family: int
    """The one that pods have."""
    api: Ranges = ()
    """The API's virtual address, in the same family."""
    platform: frozenset[str] = frozenset({DNS_NAMESPACE})
    """Namespaces of the platform's programs."""

    def guarded(self, end: End) -> bool:
        """Whether all of what it does inside is declared: what is nobody's, or a sandbox's."""
        return bool(end.namespace) and end.namespace not in self.platform

    def between(self, source: End, destination: End) -> tuple[Ports, ...]:
        """What a pod may ask of another, or of the way in, or the other way round."""
        if _serves_names(destination):
            return _DNS if source.namespace else ()
        asked = self.workload(destination)
        if asked is None:
            return ()
        caller = f"{source.namespace}/{source.workload}" if source.namespace else source.name
        return ((TCP, asked.port, asked.port),) if caller in asked.accepts else ()

    def workload(self, end: End) -> Workload | None:
        """What it is a pod of; None for any other."""
        return self.workloads.get((end.namespace, end.workload)) if end.workload else None

    def outgoing(self, end: End) -> Amount:
        """Where outside of the cluster it may begin something."""
        flows = [one for one in self.intent.flows if self._of(one.source) and not self.nodes(one)]
        if self.guarded(end):
            known = self.workload(end)
            names = known.reaches if known else ()
            flows = [one for one in flows if one.name in names]
        elif not end.node and not end.namespace:
            flows = []
        found = [part for one in flows for part in _use(one, one.destinations)]
        if end.node:
            found += [((self.family, TCP, *port), one) for port in _API for one in self.api]
        return amount(found)

    def incoming(self, end: End) -> Amount:
        """From where outside of the cluster it may be asked."""
        if end.node:
            return amount(part for one in self.to_nodes() for part in _use(one, one.sources))
        if end.name != INGRESS:
            return {}
        use = (TCP, HTTPS, HTTPS)
        return amount(
            ((one.family, *use), addresses)
            for one in self.to_services()
            for addresses in one.sources
        )

    def to_services(self) -> Iterator[Flow]:
        """Flows that end, by HTTPS, at addresses of services."""
        for one in self._into():
            https = one.protocol == TCP and any(low <= HTTPS <= high for low, high in one.ports)
            if https and one.family == self.family and meet(one.destinations, self.services):
                yield one

    def to_nodes(self) -> Iterator[Flow]:
        """Flows that end at more than addresses of services."""
        for one in self._into():
            if one.family != self.family or minus(one.destinations, self.services):
                yield one

    def nodes(self, flow: Flow) -> bool:
        """Whether it is between nodes of the cluster, which Cilium knows by what they are."""
        return self._of(flow.source) and self._of(flow.destination)

    def between_nodes(self) -> tuple[Ports, ...]:
        """What nodes need of each other across zones."""
        found = (use for one in self.intent.flows if self.nodes(one) for use, _ in _use(one, ANY))
        return tuple(dict.fromkeys(use[1:] for use in found))

    def _into(self) -> Iterator[Flow]:
        flows = self.intent.flows
        return (one for one in flows if self._of(one.destination) and not self.nodes(one))

    def _of(self, zone: str) -> bool:
        return self.intent.zones[zone].kind in OWN


ANYWHERE = "(any other)"
"""Stands for a namespace that no document makes."""


def _serves_names(end: End) -> bool:
    return end.namespace == DNS_NAMESPACE and all(
        end.labels.get(("k8s", key)) == value for key, value in DNS_LABELS.items()
    )


def _use(flow: Flow, addresses: Ranges) -> Iterator[tuple[Use, tuple[int, int]]]:
    kind = {1: (8, 8), 58: (128, 128)}.get(flow.protocol)
    for first, last in (kind,) if kind else flow.ports:
        for one in addresses:
            yield (flow.family, flow.protocol, first, last), one


def declared(said: Mapping[str, Any], intent: Intent, spaces: Iterable[str] = ()) -> Declared:
    """From the plain data of a specification; raises UnreadableIntentError.

    `spaces`: namespaces that documents make. Of them the platform's are those that are neither a
    sandbox's nor there in every cluster; one that only a policy speaks of is nobody's.
    """
    try:
        cluster = said["cluster"]
        pods = (cluster.get("ranges") or {}).get("pods", "10.42.0.0/16")
        family = ipaddress.ip_network(str(pods)).version
        boxes = said.get("sandboxes") or []
        return Declared(
            intent,
            {
                (box["name"], one["name"]): Workload(
                    int(one["port"]),
                    _words(one.get("accepts")),
                    _words(one.get("reaches")),
                )
                for box in boxes
                for one in box.get("workloads") or ()
            },
            tuple(box["name"] for box in boxes),
            union(
                one
                for text in cluster["environments"]["production"].get("addresses") or ()
                for kind, one in _addresses(str(text))
                if kind == family
            ),
            family,
            union(
                one
                for text in filter(None, (cluster["environments"]["production"].get("api"),))
                for kind, one in _addresses(str(text))
                if kind == family
            ),
            frozenset((DNS_NAMESPACE, *spaces)).difference(
                _BUILT_IN, (box["name"] for box in boxes)
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableIntentError(f"{intent.file}: cannot be understood: {error!r}") from error


def _words(value: Any) -> tuple[str, ...]:
    """A list of texts, or nothing; TypeError for anything else."""
    if value is not None and not isinstance(value, list):
        raise TypeError(f"no list: {value!r}")
    for one in value or ():
        if not isinstance(one, str):
            raise TypeError(f"no text: {one!r}")
    return tuple(value or ())


def _addresses(text: str) -> Iterable[tuple[int, tuple[int, int]]]:
    first, dash, last = text.partition("-")
    if dash:
        low, high = ipaddress.ip_address(first.strip()), ipaddress.ip_address(last.strip())
        return ((low.version, (int(low), int(high))),)
    whole = ipaddress.ip_network(text)
    return ((whole.version, (int(whole.network_address), int(whole.broadcast_address))),)
