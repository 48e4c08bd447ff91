"""A second reading of policies, apart from the one of `tce/read` and `tce/prove`: one question at a
time, over plain YAML. It knows what the small cluster's policies and their mutants are made of."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

NS = "io.kubernetes.pod.namespace"
End = tuple[str, str, dict[str, str]]
"""What it is (``pod``, ``host``, ``ingress``, ``world``), its namespace or address, its labels."""
PODS: tuple[End, ...] = (
    ("pod", "one", {"app": "page"}),
    ("pod", "one", {"app": "store"}),
    ("pod", "one", {}),
    ("pod", "two", {"app": "model"}),
    ("pod", "two", {}),
    ("pod", "default", {}),
    ("pod", "elsewhere", {"app": "page"}),
)
DNS: End = ("pod", "kube-system", {"k8s-app": "kube-dns"})
OTHERS: tuple[End, ...] = (("host", "", {}), ("ingress", "", {}))
WORLD: tuple[End, ...] = tuple(
    ("world", address, {})
    for address in (
        "10.200.0.1",
        "10.200.4.1",
        "10.200.5.1",
        "10.200.200.1",
        "10.201.0.1",
        "203.0.113.80",
        "203.0.113.81",
        "198.51.100.1",
        "10.64.0.1",
        "2001:db8::1",
    )
)
PORTS = (
    *(("TCP", port) for port in (22, 23, 53, 54, 443, 444, 5432, 5433, 8000, 8001, 8080, 8081)),
    *((protocol, port) for protocol in ("UDP", "SCTP") for port in (22, 53, 54, 443, 8000, 8080)),
    ("SCTP", 5432),
)
NAMED = {"sql": 5432}


def relation(*documents: Any) -> frozenset[tuple[str, ...]]:
    """What policies let each end that is judged do, on its own side; several let what each lets."""
    found: set[tuple[str, ...]] = set()
    for end in PODS:
        for ingress in (True, False):
            for other in (*PODS, DNS, *OTHERS, *WORLD):
                found |= _ports(documents, end, ingress, other)
    for end in (*OTHERS, DNS):
        for other in WORLD:
            found |= _ports(documents, end, True, other) | _ports(documents, end, False, other)
    for end in PODS:
        found |= _ports(documents, DNS, True, end)
        found |= _ports(documents, OTHERS[1], False, end)
    return frozenset(found)


def _ports(documents: tuple[Any, ...], end: End, ingress: bool, other: End) -> set[tuple[str, ...]]:
    entries = [
        one for document in documents for one in _entries(document, end, "in" if ingress else "e")
    ]
    return {
        (str(end), str(ingress), str(other), *map(str, port))
        for port in PORTS
        if any(_fits(*one, other, port) for one in entries)
    }


def _entries(document: Any, end: End, direction: str) -> Iterator[tuple[Any, str, str]]:
    """Entries of a policy that are about an end: with the namespace, and "np" or "cnp"."""
    spec, space = document.get("spec") or {}, document["metadata"].get("namespace", "")
    field = "ingress" if direction == "in" else "egress"
    if document["kind"] == "NetworkPolicy":
        if end[0] == "pod" and end[1] == space and _has(spec["podSelector"], end[2], {}):
            yield from ((one, space, "np") for one in spec.get(field) or ())
    elif document["kind"].startswith("Cilium"):
        if "nodeSelector" in spec:
            about = end[0] == "host"
        else:
            own = end[0] == "pod" and (not space or end[1] == space)
            about = (own or (end[0] == "ingress" and not space)) and _cilium(
                spec["endpointSelector"], end
            )
        if about:
            yield from ((one, space, "cnp") for one in spec.get(field) or ())


def _has(selector: Any, labels: dict[str, str], more: dict[str, str]) -> bool:
    known = {**labels, **more}
    return all(known.get(key) == one for key, one in (selector.get("matchLabels") or {}).items())


def _cilium(selector: Any, end: End) -> bool:
    reserved = {} if end[0] == "pod" else {f"reserved:{end[0]}": ""}
    labels = {**end[2], **({NS: end[1]} if end[0] == "pod" else {})}
    known = {**reserved, **labels, **{f"k8s:{key}": one for key, one in labels.items()}}
    return _has(selector, known, {})


def _fits(entry: Any, space: str, kind: str, other: End, port: tuple[str, int]) -> bool:
    keys = [key for key in entry if key.startswith(("from", "to")) and key != "toPorts"]
    if kind == "np":
        peers = entry.get("from") or entry.get("to") or []
        near = not peers or any(_peer(one, space, other) for one in peers)
        return near and _port_of_np(entry.get("ports") or [], port)
    if not keys and "toPorts" not in entry:
        return False
    return all(_meant(key, entry[key], space, other) for key in keys) and (
        "toPorts" not in entry
        or any(_port(one, port) for each in entry["toPorts"] for one in each["ports"])
    )


def _peer(peer: Any, space: str, other: End) -> bool:
    if other[0] != "pod":
        return False
    spaces = peer.get("namespaceSelector")
    here = (
        other[1] == space
        if spaces is None
        else _has(spaces, {"kubernetes.io/metadata.name": other[1]}, {})
    )
    return here and _has(peer.get("podSelector") or {}, other[2], {})


def _meant(key: str, values: Any, space: str, other: End) -> bool:
    if key.endswith("Entities"):
        inside = other[0] != "world"
        return any(
            one == "all"
            or (one == "world" and not inside)
            or (one == "cluster" and inside)
            or one == other[0]
            for one in values
        )
    if key.endswith("CIDR"):
        return other[0] == "world" and any(
            ipaddress.ip_address(other[1]) in ipaddress.ip_network(one) for one in values
        )
    for one in values:
        names = any(label.endswith(NS) for label in one.get("matchLabels") or {})
        own = other[0] == "pod" and (names or not space or other[1] == space)
        if own and _cilium(one, other):
            return True
    return False


def _port(said: Any, port: tuple[str, int]) -> bool:
    first = int(said["port"])
    last = max(first, said.get("endPort") or 0)
    return said.get("protocol", "ANY") in ("ANY", port[0]) and first <= port[1] <= last


def _port_of_np(said: list[Any], port: tuple[str, int]) -> bool:
    return not said or any(
        (NAMED.get(str(one.get("port")), one.get("port")), one.get("protocol", "TCP"))
        == (port[1], port[0])
        for one in said
    )
