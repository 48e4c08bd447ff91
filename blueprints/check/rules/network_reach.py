"""A NetworkPolicy that lets through more than anybody meant.

Looks at every NetworkPolicy and CiliumNetworkPolicy: no rule without ports unless it is for pods
among themselves, none without peers (the platform's own namespaces may send to everybody on named
ports), no `0.0.0.0/0` or `::/0` without exceptions for private networks and the cloud's metadata
address, no namespace selector that takes every namespace, no `world` or `all` entity; an exception
lies within its network; a policy whose types name a direction without a rule denies it and must say
so for every pod. Nodes are peers (`host`, `remote-node`) only of nodes and of the cluster's own
namespaces, on named ports; nodes send to pods on every port, because kubelets probe them.

A default-deny policy is worth as much as the widest policy beside it: they add up.

Name the peers and the ports.
"""

import ipaddress
from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.selector import is_empty
from blueprints.check.cluster.shape import at, labels, mapping, mappings, sequence, text, texts
from blueprints.check.cluster.traffic import (
    EGRESS,
    INGRESS,
    NAME,
    Opening,
    directions,
    openings,
)
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "network-reach"
LEVEL = Level.ERROR
NEEDS_ALL = True

_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.169.254/32")
_DNS = 53
_DNS_HOMES = ("kube-system", "kube-dns", "openshift-dns")
"""Namespaces in which clusters keep their DNS."""
_WIDEST = 8
"""Prefix length below which a network is taken for the whole internet."""
_ENTITIES = ("world", "all", "cluster", "world-ipv4", "world-ipv6")
_NODES = ("host", "remote-node")
_LEVEL = "pod-security.kubernetes.io/enforce"


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every rule that is too wide."""
    known = cluster.of(repo, settings)
    tenants = set(known.tenant_namespaces)
    for policy in known.of_kind("NetworkPolicy"):
        yield from _unruly(policy)
        yield from _implied(policy)
        for direction in (INGRESS, EGRESS):
            for opening in openings(policy, direction):
                yield from _opening(opening, direction, known.namespace(policy) in tenants)
    for policy in known.of_kind("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"):
        yield from _cilium(policy, _of_the_cluster(known, settings, policy))


def _of_the_cluster(known: Cluster, settings: Settings, policy: Object) -> bool:
    """Whether it is for nodes, for all of the cluster, or for pods that no tenant runs: of a
    namespace that is not here, or of a driver that may do what nodes do.
    """
    if policy.kind == "CiliumClusterwideNetworkPolicy":
        return True
    space = known.namespace(policy)
    home = known.get("Namespace", "", space)
    driver = home is not None and home.labels.get(_LEVEL) == "privileged"
    return driver or settings.is_external("namespaces", space)


def _unruly(policy: Object) -> Iterator[Finding]:
    """Rules of a direction that the types leave out, and types without rules."""
    said = directions(policy)
    for direction in (INGRESS, EGRESS):
        field = direction.lower()
        if at(policy.data, "spec", field) is not None and direction not in said:
            message = f"{policy} has rules for {direction}, which its policyTypes leave out"
            yield found(ID, LEVEL, policy, ("spec", "policyTypes"), message)


def _implied(policy: Object) -> Iterator[Finding]:
    said = mapping(policy.data, "spec")
    if not said.get("policyTypes") and said.get("egress") and not said.get("ingress"):
        message = f"{policy} says nothing of Ingress and so denies it"
        yield found(ID, LEVEL, policy, ("spec",), message, "write policyTypes")


def _opening(opening: Opening, direction: str, tenant: bool) -> Iterator[Finding]:
    policy, side = opening.policy, "from" if direction == INGRESS else "to"
    if opening.peers is None and (direction == INGRESS or tenant or opening.ports is None):
        message = f"{policy} permits {direction} {side} everybody"
        yield found(ID, LEVEL, policy, opening.path, message, f"name the peers under {side}")
    if opening.ports is None and not _within(opening):
        message = f"{policy} permits {direction} on every port"
        yield found(ID, LEVEL, policy, opening.path, message, "name the ports")
    asks = any(port.get("port") == _DNS for port in opening.ports or ())
    for place, peer in enumerate(opening.peers or ()):
        home = labels(peer, "namespaceSelector", "matchLabels").get(NAME)
        if asks and direction == EGRESS and home is not None and home not in _DNS_HOMES:
            message = f"{policy} leads to DNS in namespace {home}, where none is"
            yield found(ID, LEVEL, policy, (*opening.path, side, place), message)
        where = (*opening.path, side, place)
        selector = peer.get("namespaceSelector")
        if is_empty(selector):
            yield found(
                ID, LEVEL, policy, where, f"{policy} permits {direction} {side} every namespace"
            )
        own = at(policy.data, "spec", "podSelector")
        if set(peer) == {"podSelector"} and is_empty(peer["podSelector"]) and not is_empty(own):
            message = f"{policy} permits {direction} {side} every pod of its namespace"
            yield found(ID, LEVEL, policy, where, message)
        if "namespaceSelector" in peer and is_empty(peer.get("podSelector")):
            message = f"{policy} has an empty podSelector beside its namespaceSelector"
            yield found(ID, LEVEL, policy, where, message)
        if "ipBlock" in peer:
            block = mapping(peer, "ipBlock")
            for words in _block(text(block, "cidr"), texts(block, "except")):
                yield found(ID, LEVEL, policy, where, f"{policy} {words}")
            if {"podSelector", "namespaceSelector"} & set(peer):
                yield found(
                    ID, LEVEL, policy, where, f"{policy} mixes addresses and pods in one peer"
                )
    for place, port in enumerate(opening.ports or ()):
        if "port" not in port:
            where = (*opening.path, "ports", place)
            yield found(ID, LEVEL, policy, where, f"{policy} permits {direction} on every port")
        first, last = at(port, "port"), at(port, "endPort")
        if isinstance(first, int) and isinstance(last, int) and last - first > 1000:
            where = (*opening.path, "ports", place)
            yield found(
                ID, LEVEL, policy, where, f"{policy} permits {last - first + 1} ports at once"
            )


def _within(opening: Opening) -> bool:
    """Whether the rule is for pods among themselves: of a namespace, or of one service, whose parts
    choose their ports."""
    own = at(opening.policy.data, "spec", "podSelector")
    return bool(opening.peers) and all(
        set(peer) == {"podSelector"} and (is_empty(own) or peer["podSelector"] == own)
        for peer in opening.peers or ()
    )


def _block(cidr: str, exceptions: tuple[str, ...]) -> Iterator[str]:
    try:
        network = ipaddress.ip_network(cidr)
        excepted = [ipaddress.ip_network(one) for one in exceptions]
    except ValueError:
        return
    for one in excepted:
        if one.version != network.version or not one.subnet_of(network):  # type: ignore[arg-type]
            yield f"excepts {one}, which is not in {network}"
    if network.prefixlen >= _WIDEST:
        return
    if network.prefixlen or network.version == 6:
        if not exceptions:
            yield f"opens {network}, nearly everything"
        return
    for private in map(ipaddress.ip_network, _PRIVATE):
        if not any(
            one.version == 4 and private.subnet_of(one)  # type: ignore[arg-type]
            for one in excepted
        ):
            yield f"opens {network} without an exception for {private}"


def _cilium(policy: Object, of_the_cluster: bool) -> Iterator[Finding]:
    nodes = "nodeSelector" in mapping(policy.data, "spec")
    for field in ("ingress", "egress"):
        side = "from" if field == "ingress" else "to"
        for index, rule in mappings(policy.data, "spec", field):
            where = ("spec", field, index)
            if not any(key.startswith(side) and key != "toPorts" for key in rule) and rule:
                yield found(ID, LEVEL, policy, where, f"{policy} permits {field} {side} everybody")
            named = bool(rule.get("toPorts") or rule.get("icmps"))
            probes = nodes and set(rule) == {"toEndpoints"}
            if rule and not named and not probes:
                yield found(ID, LEVEL, policy, where, f"{policy} permits {field} on every port")
            for entity in texts(rule, f"{side}Entities"):
                known = of_the_cluster and named
                if entity in _ENTITIES or (entity in _NODES and not known):
                    yield found(
                        ID, LEVEL, policy, where, f"{policy} permits {field} {side} {entity}"
                    )
            for place, block in mappings(rule, f"{side}CIDRSet"):
                for words in _block(text(block, "cidr"), texts(block, "except")):
                    yield found(
                        ID, LEVEL, policy, (*where, f"{side}CIDRSet", place), f"{policy} {words}"
                    )
            for cidr in texts(rule, f"{side}CIDR"):
                for words in _block(cidr, ()):
                    yield found(ID, LEVEL, policy, where, f"{policy} {words}")
            for place, entry in mappings(rule, "toFQDNs"):
                pattern = text(entry, "matchPattern")
                if pattern.strip("*.") == "" and pattern:
                    yield found(
                        ID,
                        LEVEL,
                        policy,
                        (*where, "toFQDNs", place),
                        f"{policy} permits every domain name",
                    )
            for place, peer in enumerate(sequence(rule, f"{side}Endpoints")):
                if is_empty(peer):
                    message = f"{policy} permits {field} {side} every pod of its namespace"
                    yield found(ID, LEVEL, policy, (*where, f"{side}Endpoints", place), message)
