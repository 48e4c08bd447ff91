"""A second reading of policies of Kubernetes and Cilium, apart from `tce/read` and `tce/prove`.

It knows what is rendered and what mutants make of it; all else is not understood. Who is meant by
an entry is one number, a bit for each end that there is, and so are its ports.

Sources: Cilium's chapters "Layer 3 Examples", "Policy Enforcement Modes", "Host Policies", "Deny
Policies"; the API's documentation of NetworkPolicySpec.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tests.tce.mutants.meaning import NotUnderstoodError

NS = "io.kubernetes.pod.namespace"
NAME_OF_SPACE = "kubernetes.io/metadata.name"
NODES = ("host", "remote-node")
RESERVED = (*NODES, "kube-apiserver", "ingress", "health")
TRANSPORTS = ("TCP", "UDP", "SCTP")
TYPES = {"IPv4": "ICMP", "IPv6": "ICMPv6"}
OTHER = "OTHER"
"""Every protocol that no policy can name."""
Ask: TypeAlias = tuple[str, str, tuple[str, ...]]
"""Operator, key, values."""
Port: TypeAlias = tuple[str, int, int, str]
"""Protocol, first and last port (type, of ICMP), name."""
_CILIUM = ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy")
_BESIDES = {"description", "labels", "enableDefaultDeny", "endpointSelector", "nodeSelector"}
_FIELDS = {"ingress": True, "egress": False, "ingressDeny": True, "egressDeny": False}


@dataclass(frozen=True, eq=False)
class End:
    """Whoever sends or is sent to."""

    kind: str
    """``pod``, ``node``, ``ingress``, ``health``, ``world``."""
    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    """Of a pod its own and its namespace's name; of others ``reserved:``."""
    space: str = ""
    address: tuple[int, int] = (0, 0)
    """Of the world: family and number."""
    ports: Mapping[str, int] = field(default_factory=dict)
    """With names."""
    workload: str = ""
    """``namespace/name`` of what makes it."""


@dataclass(frozen=True)
class Entry:
    """One of a policy: whoever of `peers` is meant, by any of `ports`."""

    ingress: bool
    deny: bool
    peers: tuple[tuple[str, Any], ...] | None
    """Selectors (``ends``), families of the world (``world``), networks; None for everybody."""
    ports: tuple[Port, ...] | None
    """None for all."""


@dataclass(frozen=True)
class Policy:
    """Of pods or of nodes."""

    nodes: bool
    subject: tuple[Ask, ...]
    entries: tuple[Entry, ...]
    denies: Mapping[bool, bool]
    """By direction (True is ingress): whether what is not allowed is denied."""

    def about(self, end: End) -> bool:
        """Whether it is about an end."""
        if end.kind == "world" or self.nodes != (end.kind == "node"):
            return False
        return holds(self.subject, end.labels)


def holds(asks: Iterable[Ask], labels: Mapping[str, str]) -> bool:
    """Whether labels are as a selector asks."""
    for operator, key, values in asks:
        value = labels.get(key)
        if operator == "Exists":
            right = value is not None
        elif operator == "DoesNotExist":
            right = value is None
        else:
            right = (value in values) == (operator == "In")
        if not right:
            return False
    return True


def policies(document: Any) -> Iterator[Policy]:
    """Of a document; of none if it is another. Raises NotUnderstoodError."""
    kind = document.get("kind") if isinstance(document, dict) else None
    try:
        if kind == "NetworkPolicy":
            yield _kubernetes(document)
        elif kind in _CILIUM:
            yield _cilium(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotUnderstoodError(f"{kind}: {error!r}") from error


def _cilium(document: Any) -> Policy:
    spec = document["spec"]
    space = (
        "" if document["kind"] == _CILIUM[1] else document["metadata"].get("namespace", "default")
    )
    unknown = set(spec) - _BESIDES - set(_FIELDS)
    nodes = "nodeSelector" in spec
    if (
        unknown
        or nodes == ("endpointSelector" in spec)
        or (nodes and (space or spec["nodeSelector"]))
    ):
        raise NotUnderstoodError(f"a policy of {sorted(spec)}")
    subject = () if nodes else _asks(spec["endpointSelector"])
    if space:
        subject = (*subject, ("In", NS, (space,)))
    entries = tuple(
        _cilium_entry(one, space, name, ingress)
        for name, ingress in _FIELDS.items()
        for one in _several(spec, name)
    )
    said = spec.get("enableDefaultDeny", {})
    denies = {
        ingress: said.get(name, True) and any(one.ingress == ingress for one in entries)
        for name, ingress in (("ingress", True), ("egress", False))
    }
    return Policy(nodes, subject, entries, denies)


def _several(holder: Any, key: str) -> list[Any]:
    """What a list holds that is not empty; versions read an empty one differently."""
    if key not in holder:
        return []
    found = holder[key]
    if not isinstance(found, list) or not found:
        raise NotUnderstoodError(f"{key}: {found!r}")
    return found


def _asks(selector: Any) -> tuple[Ask, ...]:
    if set(selector) - {"matchLabels", "matchExpressions"}:
        raise NotUnderstoodError(f"a selector with {sorted(selector)}")
    labels = selector.get("matchLabels", {}).items()
    return (
        *(("In", key.removeprefix("k8s:"), (value,)) for key, value in labels),
        *(
            (one["operator"], one["key"].removeprefix("k8s:"), tuple(one.get("values", ())))
            for one in selector.get("matchExpressions", ())
        ),
    )


def _cilium_entry(entry: Any, space: str, name: str, ingress: bool) -> Entry:
    side = "from" if ingress else "to"
    peers = [key for key in entry if key.startswith(side) and key != "toPorts"]
    rest = set(entry) - {*peers, "toPorts", "icmps"}
    if rest or len(peers) > 1 or ("toPorts" in entry and "icmps" in entry):
        raise NotUnderstoodError(f"{name} with {sorted(entry)}")
    ports: tuple[Port, ...] | None = None
    if "toPorts" in entry:
        each = [one for held in _several(entry, "toPorts") for one in _several(held, "ports")]
        ports = tuple(port for one in each for port in _port(one, "ANY"))
    if "icmps" in entry:
        fields = [one for held in _several(entry, "icmps") for one in _several(held, "fields")]
        ports = tuple(
            (TYPES[one.get("family", "IPv4")], one["type"], one["type"], "") for one in fields
        )
    deny = name.endswith("Deny")
    if not peers:
        return Entry(ingress, deny, () if ports is None else None, ports)
    found = tuple(
        peer
        for one in _several(entry, peers[0])
        for peer in _cilium_peer(peers[0].removeprefix(side), one, space)
    )
    return Entry(ingress, deny, found, ports)


def _cilium_peer(kind: str, said: Any, space: str) -> Iterator[tuple[str, Any]]:
    if kind == "CIDR":
        yield "network", ipaddress.ip_network(said)
    elif kind == "Endpoints":
        asks = _asks(said)
        keys = {key for _, key, _ in asks}
        if NS not in keys and not any(key.startswith("reserved:") for key in keys):
            asks = (*asks, ("In", NS, (space,)) if space else ("Exists", NS, ()))
        yield "ends", asks
    elif kind == "Entities" and said in ("all", "cluster", "world", *RESERVED):
        if said in ("all", "world"):
            yield "world", None
        if said in ("all", "cluster"):
            yield "ends", ()
        if said in RESERVED:
            yield "ends", (("Exists", f"reserved:{said}", ()),)
    else:
        raise NotUnderstoodError(f"{kind}: {said!r}")


def _port(said: Any, protocol: str) -> Iterator[Port]:
    number, end = said.get("port", 0), said.get("endPort", 0)
    protocol = said.get("protocol", protocol)
    if protocol not in (*TRANSPORTS, "ANY"):
        raise NotUnderstoodError(f"the protocol {protocol}")
    name = ""
    if not str(number).isdigit():
        name, number = str(number), 0
    first = int(number)
    last = 65_535 if not first else max(first, end)
    for one in TRANSPORTS if protocol == "ANY" else (protocol,):
        yield one, first, last, name


def _kubernetes(document: Any) -> Policy:
    spec, space = document["spec"], document["metadata"].get("namespace", "default")
    types = _several(spec, "policyTypes")
    entries: list[Entry] = []
    for name, kind, side in (("ingress", "Ingress", "from"), ("egress", "Egress", "to")):
        several = spec.get(name, [])
        if several and kind not in types:
            raise NotUnderstoodError(f"{name} without its type")
        for one in several:
            peers = tuple(_peer(peer, space) for peer in one.get(side) or ())
            ports = tuple(port for held in one.get("ports") or () for port in _port(held, "TCP"))
            entries.append(Entry(name == "ingress", False, peers or None, ports or None))
    subject = (*_asks(spec["podSelector"]), ("In", NS, (space,)))
    denies = {True: "Ingress" in types, False: "Egress" in types}
    return Policy(False, subject, tuple(entries), denies)


def _peer(said: Any, space: str) -> tuple[str, Any]:
    if set(said) - {"podSelector", "namespaceSelector"} or not said:
        raise NotUnderstoodError(f"a peer with {sorted(said)}")
    here: tuple[Ask, ...] = (("In", NS, (space,)),)
    if "namespaceSelector" in said:
        spaces = _asks(said["namespaceSelector"])
        if any(key != NAME_OF_SPACE for _, key, _ in spaces):
            raise NotUnderstoodError("labels of namespaces")
        here = (*((how, NS, values) for how, _, values in spaces), ("Exists", NS, ()))
    return "ends", (*_asks(said.get("podSelector", {})), *here)


@dataclass(frozen=True)
class Space:
    """Ends and ports that are asked about."""

    ends: Sequence[End]
    ports: Sequence[tuple[str, int]]
    """One of each sort, between whose bounds no policy tells any apart."""

    def who(self, entry: Entry) -> int:
        """Bits of ends that an entry means."""
        return sum(1 << n for n, one in enumerate(self.ends) if _meant(entry.peers, one))

    def by(self, entry: Entry, end: End) -> int:
        """Bits of ports that it is about, where it is up to `end`."""
        if entry.ports is None:
            return (1 << len(self.ports)) - 1
        known: list[Port] = []
        for protocol, first, last, name in entry.ports:
            if name and not entry.ingress:
                raise NotUnderstoodError("a named port of others")
            if not name:
                known.append((protocol, first, last, ""))
            elif name in end.ports:
                known.append((protocol, end.ports[name], end.ports[name], ""))
        return sum(
            1 << n
            for n, (protocol, port) in enumerate(self.ports)
            if any(one[0] == protocol and one[1] <= port <= one[2] for one in known)
        )


def covers(network: Any, number: int) -> bool:
    """Whether an address of its family lies in a network."""
    return int(network.network_address) <= number <= int(network.broadcast_address)


def _meant(peers: tuple[tuple[str, Any], ...] | None, end: End) -> bool:
    if peers is None:
        return True
    for kind, said in peers:
        if (kind == "ends") == (end.kind == "world"):
            continue
        if kind == "ends" and holds(said, end.labels):
            return True
        if kind == "world":
            return True
        family, number = end.address
        if kind == "network" and said.version == family and covers(said, number):
            return True
    return False


Relation: TypeAlias = Mapping[tuple[int, bool], tuple[int, ...]]
"""By end and direction (True is ingress), for each port: bits of those with whom it may."""


def relation(several: Sequence[Policy], mode: str, space: Space) -> Relation:
    """What policies let each end do, as far as it is up to it.

    `mode`: ``always`` where pods are denied what nothing allows them, ``default`` where it takes a
    policy, ``never`` where nothing is denied.
    """
    # Of each entry with whom, and by which ports; those with names differ from end to end.
    who = {id(one): space.who(one) for policy in several for one in policy.entries}
    every = (1 << len(space.ends)) - 1
    everything = (every,) * len(space.ports)
    nothing = (0,) * len(space.ports)
    found: dict[tuple[int, bool], tuple[int, ...]] = {}
    known: dict[tuple[Any, ...], tuple[int, ...]] = {}
    for n, end in enumerate(space.ends):
        if end.kind == "world":
            continue
        about = [one for one in several if one.about(end)]
        for ingress in (True, False):
            named = tuple(sorted(end.ports.items()))
            key = (*map(id, about), ingress, end.kind == "node", named)
            if key not in known:
                entries = [e for one in about for e in one.entries if e.ingress == ingress]
                enforced = (mode == "always" and end.kind != "node") or any(
                    one.denies[ingress] for one in about
                )
                free = mode == "never" or not enforced
                allowed = _union([e for e in entries if not e.deny], who, space, end, nothing)
                denied = _union([e for e in entries if e.deny], who, space, end, nothing)
                known[key] = tuple(
                    one & ~(0 if mode == "never" else away)
                    for one, away in zip(everything if free else allowed, denied, strict=True)
                )
            found[n, ingress] = known[key]
    return found


def _union(
    entries: Iterable[Entry],
    who: Mapping[int, int],
    space: Space,
    end: End,
    nothing: tuple[int, ...],
) -> tuple[int, ...]:
    found = [*nothing]
    for entry in entries:
        ports, others = space.by(entry, end), who[id(entry)]
        for n in range(len(found)):
            if ports >> n & 1:
                found[n] |= others
    return tuple(found)
