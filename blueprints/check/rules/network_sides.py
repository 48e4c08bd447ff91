"""A connection that one side permits and the other refuses, or that nobody permits or needs.

Looks at pods that NetworkPolicies or Cilium's policies close: what one pod may send to another's
port, the other must take from it, and the reverse; an address that a pod is given (see
`service-address`) and a backend of an Ingress must be permitted on both sides; who is given names
must reach DNS; and a connection between two kinds of pods that is permitted by name must be one
that somebody uses.

A missing side looks like a program that hangs; a spare one is a way that nobody watches.

Add the missing side, or take the spare one away.
"""

import re
from collections.abc import Iterator

from blueprints.check.alternatives import beside_a_chart
from blueprints.check.cluster import cluster
from blueprints.check.cluster.addresses import given_to, service_of
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.selector import is_empty
from blueprints.check.cluster.shape import at, labels, mapping, mappings, number, text
from blueprints.check.cluster.traffic import (
    EGRESS,
    INGRESS,
    NAME,
    Opening,
    Traffic,
    behind,
    openings,
    passes,
)
from blueprints.check.cluster.workload import Workload
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "network-sides"
LEVEL = Level.ERROR
NEEDS_ALL = True

_DNS = 53
_ASKS = "tutela/asks"
"""Label of pods that ask a model service, which whoever runs them puts on."""
_IS_NUMBER = re.compile(r"[0-9.]+|localhost")
Need = tuple[int, int, int]
"""Caller, called and port."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Connections with one side only."""
    known = cluster.of(repo, settings)
    traffic = Traffic(known)
    needed: set[Need] = set()
    for caller in known.workloads:
        yield from _needs(known, traffic, caller, needed)
    for policy in known.of_kind("NetworkPolicy"):
        for direction in (INGRESS, EGRESS):
            for opening in openings(policy, direction):
                yield from _opening(known, traffic, opening, direction, needed)
    yield from _doors(known, traffic)
    yield from _names(known, traffic)


def _names(known: Cluster, traffic: Traffic) -> Iterator[Finding]:
    """Pods that are given names and cannot ask what they stand for."""
    for workload in known.workloads:
        if not traffic.is_closed(workload, EGRESS):
            continue
        if not any(not _IS_NUMBER.fullmatch(one.host) for one in given_to(known, workload)):
            continue
        asked = {
            text(port, "protocol") or "TCP"
            for policy in traffic.policies(workload, EGRESS)
            for opening in openings(policy, EGRESS)
            for port in opening.ports or ({"port": 53, "protocol": "UDP"},)
            if port.get("port") == _DNS
        }
        if not {"UDP", "TCP"} <= asked:
            message = f"{workload.object} is given names, and no policy lets it ask DNS for them"
            yield found(ID, LEVEL, workload.object, workload.spec_path, message)


def _needs(
    known: Cluster, traffic: Traffic, caller: Workload, needed: set[Need]
) -> Iterator[Finding]:
    space = known.namespace(caller.object)
    told = set()
    for address in given_to(known, caller):
        place = service_of(known, address, space)
        service = known.get("Service", *place) if place else None
        if service is None:
            continue
        ports = [address.port]
        if address.port is None:
            ports = [number(port, "port") for _, port in mappings(service.data, "spec", "ports")]
        for port in ports:
            for called, target in behind(known, service, port):
                if called.object is caller.object:
                    continue
                needed.add((id(caller.object), id(called.object), target))
                for one, direction, other in ((caller, EGRESS, called), (called, INGRESS, caller)):
                    key = (id(one), direction, id(other), target)
                    if traffic.lets(one, direction, other, target) or key in told:
                        continue
                    told.add(key)
                    way = "to" if direction == EGRESS else "from"
                    message = (
                        f"{caller.object} calls {service}, but no policy of "
                        f"{one.object} permits port {target} {way} {other.object}"
                    )
                    yield found(ID, LEVEL, address.object, address.path, message)


def _opening(
    known: Cluster, traffic: Traffic, opening: Opening, direction: str, needed: set[Need]
) -> Iterator[Finding]:
    """Both sides of a rule that names pods."""
    policy = opening.policy
    space = known.namespace(policy)
    chosen = at(policy.data, "spec", "podSelector")
    if opening.peers is None or is_empty(chosen):
        return
    # Pods of one service among themselves choose their ports.
    peers = [
        peer
        for peer in opening.peers
        if not is_empty(peer.get("podSelector", {})) and peer != {"podSelector": chosen}
    ]
    own = traffic_selected(traffic, policy, direction, space)
    for place, peer in enumerate(peers):
        others = [other for other in known.workloads if traffic.is_peer(peer, space, other)]
        home = labels(peer, "namespaceSelector", "matchLabels").get(NAME, space)
        asked = _ASKS in labels(peer, "podSelector", "matchLabels")
        theirs = asked or beside_a_chart(policy.file)
        if not others and not theirs and home in known.workloads_in:
            message = f"{policy} names pods that are not there"
            yield found(ID, LEVEL, policy, (*opening.path, _side(direction), place), message)
        for one in own:
            for other in others:
                yield from _pair(traffic, opening, direction, one, other, needed)


def traffic_selected(
    traffic: Traffic, policy: Object, direction: str, space: str
) -> list[Workload]:
    """The pods that a policy is about."""
    return [
        one
        for one in traffic.known.workloads_in.get(space, ())
        if policy in traffic.policies(one, direction)
    ]


def _side(direction: str) -> str:
    return "from" if direction == INGRESS else "to"


def _pair(
    traffic: Traffic,
    opening: Opening,
    direction: str,
    one: Workload,
    other: Workload,
    needed: set[Need],
) -> Iterator[Finding]:
    caller, called = (one, other) if direction == EGRESS else (other, one)
    back = INGRESS if direction == EGRESS else EGRESS
    ports = [
        number(port, "containerPort")
        for container in called.containers
        for _, port in mappings(container.data, "ports")
    ]
    open_ports = [port for port in ports if port is not None and passes(opening, called, port)]
    if not open_ports:
        message = f"{opening.policy} permits ports that {called.object} does not have"
        yield found(ID, LEVEL, opening.policy, (*opening.path, "ports"), message)
    for port in open_ports:
        if not traffic.lets(other, back, one, port):
            message = (
                f"{opening.policy} permits port {port} of {called.object} to "
                f"{caller.object}, and no policy of {other.object} does"
            )
            yield found(ID, LEVEL, opening.policy, opening.path, message)
        elif (id(caller.object), id(called.object), port) not in needed:
            message = (
                f"{opening.policy} permits {caller.object} to call port {port} of "
                f"{called.object}, which it is given no address of"
            )
            yield found(ID, LEVEL, opening.policy, opening.path, message)


def _doors(known: Cluster, traffic: Traffic) -> Iterator[Finding]:
    """Backends of Ingresses, which the namespace of the ingress controller has to reach."""
    entered: set[tuple[int, int]] = set()
    for item in known.of_kind("Ingress"):
        for index, rule in mappings(item.data, "spec", "rules"):
            for place, path in mappings(rule, "http", "paths"):
                backend = mapping(path, "backend", "service")
                service = known.get("Service", known.namespace(item), str(backend.get("name")))
                port = at(backend, "port", "number") or at(backend, "port", "name")
                if service is None:
                    continue
                for called, target in behind(known, service, port):
                    entered.add((id(called.object), target))
                    if not _enters(traffic, called, target):
                        where = ("spec", "rules", index, "http", "paths", place)
                        message = (
                            f"{item} leads to {service}, and no policy lets another "
                            f"namespace reach port {target} of {called.object}"
                        )
                        yield found(ID, LEVEL, item, where, message)
    entered.update(_routed(known))
    yield from _spare_doors(known, traffic, entered)


def _routed(known: Cluster) -> Iterator[tuple[int, int]]:
    """Backends of routes of a gateway, whose proxies a rule of a namespace lets in."""
    for item in known.of_kind("HTTPRoute"):
        for _, rule in mappings(item.data, "spec", "rules"):
            for _, backend in mappings(rule, "backendRefs"):
                service = known.get("Service", known.namespace(item), str(backend.get("name")))
                if service is not None:
                    for called, target in behind(known, service, backend.get("port")):
                        yield id(called.object), target


def _enters(traffic: Traffic, called: Workload, port: int) -> bool:
    if not traffic.is_closed(called, INGRESS):
        return True
    return any(
        passes(opening, called, port)
        and (opening.peers is None or any(map(_is_outside, opening.peers)))
        for policy in traffic.policies(called, INGRESS)
        for opening in openings(policy, INGRESS)
    )


def _is_outside(peer: dict[str, object]) -> bool:
    """Whether an ingress controller may be meant: a namespace's pods, or Cilium's own."""
    return "namespaceSelector" in peer or peer.get("entity") == "ingress"


def _spare_doors(
    known: Cluster, traffic: Traffic, entered: set[tuple[int, int]]
) -> Iterator[Finding]:
    """Pods that a policy of their own opens to other namespaces although no Ingress leads there."""
    for policy in known.of_kind("NetworkPolicy"):
        if is_empty(at(policy.data, "spec", "podSelector")):
            continue
        for opening in openings(policy, INGRESS):
            for place, peer in enumerate(opening.peers or ()):
                home = labels(peer, "namespaceSelector", "matchLabels").get(NAME)
                if "namespaceSelector" not in peer or home in known.workloads_in:
                    continue
                for called in traffic_selected(traffic, policy, INGRESS, known.namespace(policy)):
                    doors = {port for item, port in entered if item == id(called.object)}
                    if not any(passes(opening, called, port) for port in doors):
                        message = (
                            f"{policy} lets namespace {home or '(any)'} reach "
                            f"{called.object}, and no Ingress leads there"
                        )
                        yield found(ID, LEVEL, policy, (*opening.path, "from", place), message)
