"""Reads NetworkPolicy (networking.k8s.io/v1) as Cilium carries it out.

Sources: the API's documentation of NetworkPolicySpec; Cilium's pkg/k8s/network_policy.go, where
addresses are those outside of the cluster only (``policyCIDRMatchMode`` unset).
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from tce.read.cilium import without
from tce.read.labels import NAMESPACE, OF_NAMESPACE, OPERATORS, Requirement, Selector
from tce.read.manifests import Manifest
from tce.read.policies import (
    ANY_PORT,
    ANYONE,
    SCTP,
    TCP,
    UDP,
    Peers,
    Policy,
    Ports,
    Rule,
)

_DIRECTIONS = (("Ingress", "ingress", "from"), ("Egress", "egress", "to"))
_PROTOCOLS = {"TCP": TCP, "UDP": UDP, "SCTP": SCTP}


def policy(of: Manifest) -> Policy:
    """What one document says; raises NotModelledError."""
    if of.data.get("apiVersion") != "networking.k8s.io/v1":
        raise of.refuse(f"apiVersion {of.data.get('apiVersion')}", "apiVersion")
    spec = of.data.get("spec")
    _only(of, spec, ("podSelector", "policyTypes", "ingress", "egress"), "spec")
    assert isinstance(spec, dict)  # noqa: S101 - `_only` refuses anything else
    default = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    types = spec.get("policyTypes", default)
    if (
        not isinstance(types, list)
        or not types
        or not set(map(str, types)) <= {"Ingress", "Egress"}
    ):
        raise of.refuse("policyTypes", "spec", "policyTypes")
    rules: list[Rule] = []
    for kind, field, peer in _DIRECTIONS:
        entries = spec.get(field, [])
        if not isinstance(entries, list):
            raise of.refuse("is no list", "spec", field)
        if entries and kind not in types:
            # Kubernetes leaves such entries out, Cilium does not.
            raise of.refuse(f"{field} without that policyTypes has {kind}", "spec", field)
        for n, entry in enumerate(entries):
            rules.append(_rule(of, entry, field, peer, n))
    own = Requirement("k8s", NAMESPACE, "In", (of.namespace,))
    return Policy(
        of.file,
        of.line("spec"),
        f"{of.namespace}/{of.name}",
        of.namespace,
        _selector(of, spec.get("podSelector", {}), "", "spec", "podSelector").and_(own),
        False,
        tuple(rules),
        "Ingress" in types,
        "Egress" in types,
    )


def _rule(of: Manifest, entry: Any, field: str, peer: str, n: int) -> Rule:
    where: tuple[str | int, ...] = ("spec", field, n)
    _only(of, entry, (peer, "ports"), *where)
    said, ports = entry.get(peer, []), entry.get("ports", [])
    if not isinstance(said, list) or not isinstance(ports, list):
        raise of.refuse("is no list", *where)
    found = [_peer(of, one, *where, peer, k) for k, one in enumerate(said)]
    peers = ANYONE
    if found:
        peers = Peers(
            tuple(one for each in found for one in each.selectors),
            tuple(one for each in found for one in each.addresses),
        )
    known = tuple(
        one for k, port in enumerate(ports) for one in _ports(of, port, *where, "ports", k)
    )
    if field == "egress" and peers.addresses and any(one.name for one in known):
        raise of.refuse("a named port of addresses outside", *where, "ports")
    return Rule(
        of.file,
        of.line(*where),
        f"{of.namespace}/{of.name}",
        field == "ingress",
        False,
        peers,
        known or ANY_PORT,
    )


def _peer(of: Manifest, said: Any, *where: str | int) -> Peers:
    _only(of, said, ("podSelector", "namespaceSelector", "ipBlock"), *where)
    if "ipBlock" in said:
        block = said["ipBlock"]
        _only(of, block, ("cidr", "except"), *where, "ipBlock")
        if len(said) > 1:
            raise of.refuse("ipBlock beside a selector", *where)
        try:
            whole = ipaddress.ip_network(str(block.get("cidr")))
            holes = [ipaddress.ip_network(str(one)) for one in block.get("except", [])]
        except (ValueError, TypeError) as error:
            raise of.refuse(f"no network: {error}", *where, "ipBlock") from error
        return Peers(addresses=tuple(without(whole, holes)))
    if not said:
        raise of.refuse("a peer that is nobody", *where)
    pods = _selector(of, said.get("podSelector", {}), "", *where, "podSelector")
    if "namespaceSelector" not in said:
        return Peers((pods.and_(Requirement("k8s", NAMESPACE, "In", (of.namespace,))),))
    spaces = said["namespaceSelector"]
    chosen = _selector(of, spaces, f"{OF_NAMESPACE}.", *where, "namespaceSelector")
    there = Requirement("k8s", NAMESPACE, "Exists")
    return Peers((Selector((*chosen.requirements, *pods.requirements, there)),))


def _selector(of: Manifest, said: Any, prefix: str, *where: str | int) -> Selector:
    _only(of, said, ("matchLabels", "matchExpressions"), *where)
    found: list[Requirement] = []
    labels, expressions = said.get("matchLabels", {}), said.get("matchExpressions", [])
    if not isinstance(labels, dict) or not isinstance(expressions, list):
        raise of.refuse("no selector", *where)
    for key, value in labels.items():
        if not isinstance(value, str):
            raise of.refuse("a label that is no text", *where, "matchLabels", key)
        found.append(Requirement("k8s", f"{prefix}{key}", "In", (value,)))
    for n, one in enumerate(expressions):
        _only(of, one, ("key", "operator", "values"), *where, "matchExpressions", n)
        operator, values = one.get("operator"), one.get("values", [])
        texts = isinstance(values, list) and all(isinstance(value, str) for value in values)
        if operator not in OPERATORS or not texts or bool(values) != (operator in OPERATORS[:2]):
            raise of.refuse("no such expression", *where, "matchExpressions", n)
        found.append(Requirement("k8s", f"{prefix}{one.get('key')}", operator, tuple(values)))
    return Selector(tuple(found))


def _ports(of: Manifest, said: Any, *where: str | int) -> Iterator[Ports]:
    _only(of, said, ("port", "endPort", "protocol"), *where)
    protocol = _PROTOCOLS.get(str(said.get("protocol", "TCP")))
    port, end = said.get("port", 0), said.get("endPort", 0)
    if protocol is None or not isinstance(end, int) or not isinstance(port, int | str):
        raise of.refuse("no port with a protocol of TCP, UDP or SCTP", *where)
    if isinstance(port, str):
        yield Ports(protocol, 0, 0, port)
        return
    last = max(port, end) if port else 65_535
    if not 0 <= port <= last <= 65_535 or (end and end < port):
        raise of.refuse("a range of ports that is none", *where)
    yield Ports(protocol, port, last)


def _only(of: Manifest, value: Any, known: tuple[str, ...], *where: str | int) -> None:
    if not isinstance(value, Mapping):
        raise of.refuse("is no mapping", *where)
    for key in value:
        if key not in known:
            raise of.refuse(str(key), *where, key)
