"""Mistakes in policies of Kubernetes and Cilium, and in how Cilium enforces them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import yaml

from tests.tce.mutants.mutant import Lines, Mutant, other_ports, other_sizes

Path: TypeAlias = tuple[str | int, ...]
Change: TypeAlias = Callable[[Any], None]
_SIDES = (("ingress", "egress", "from", "to"), ("egress", "ingress", "to", "from"))
_PEERS = ("Endpoints", "Entities", "CIDR")
_ELSEWHERE = "elsewhere"
"""A namespace that nothing else speaks of."""


@dataclass(frozen=True)
class _Document:
    """One of a file; mutants of it are written out when their text is asked for."""

    file: str
    documents: tuple[Any, ...]
    number: int

    @property
    def data(self) -> Any:
        """The one."""
        return self.documents[self.number]

    def mutant(self, operator: str, what: str, change: Change | None) -> Mutant:
        """With a change of a copy; None for the document's absence."""
        made = partial(_text, self.documents, self.number, change)
        title = f"{self.data['kind']} {self.data['metadata']['name']}: {what}"
        return Mutant(self.file, operator, title, None, make=made)

    def put(self, operator: str, path: Path, value: Any, what: str = "") -> Mutant:
        """Another value in a place."""
        said = what or f"{_at(self.data, path)!r} -> {value!r}"
        return self.mutant(operator, f"{_name(path)}: {said}", partial(_put, path, value))

    def gone(self, operator: str, path: Path) -> Mutant:
        """Without what lies there."""
        return self.mutant(operator, f"{_name(path)} -> (gone)", partial(_delete, path))

    def renamed(self, operator: str, path: Path, key: str) -> Mutant:
        """The same under another key."""
        return self.mutant(operator, f"{_name(path)} -> {key}", partial(_rename, path, key))


def _text(documents: tuple[Any, ...], number: int, change: Change | None) -> str:
    one = copy.deepcopy(documents[number])
    if change is not None:
        change(one)
    kept = [] if change is None else [one]
    every = [*documents[:number], *kept, *documents[number + 1 :]]
    return yaml.dump_all(every, Dumper=yaml.CSafeDumper, sort_keys=False)


def _name(path: Path) -> str:
    return "/".join(map(str, path))


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _put(path: Path, value: Any, data: Any) -> None:
    _at(data, path[:-1])[path[-1]] = copy.deepcopy(value)


def _delete(path: Path, data: Any) -> None:
    del _at(data, path[:-1])[path[-1]]


def _rename(path: Path, key: str, data: Any) -> None:
    holder = _at(data, path[:-1])
    holder[key] = holder.pop(path[-1])


def policies(file: str, text: str) -> Iterator[Mutant]:
    """Of a file of policies."""
    documents = tuple(yaml.load_all(text, yaml.CSafeLoader))
    for number, data in enumerate(documents):
        document = _Document(file, documents, number)
        default = "default-deny" in data["metadata"]["name"]
        yield document.mutant("default" if default else "delete", "(gone)", None)
        if "namespace" in data["metadata"]:
            for other in ("default", "kube-system", "dex", _ELSEWHERE):
                if other != data["metadata"]["namespace"]:
                    yield document.put("namespace", ("metadata", "namespace"), other)
            yield document.gone("namespace", ("metadata", "namespace"))
        if data["kind"] == "NetworkPolicy":
            yield from _of_kubernetes(document)
        else:
            yield from _of_cilium(document)


def _of_kubernetes(document: _Document) -> Iterator[Mutant]:
    spec = document.data["spec"]
    for n in range(len(spec["policyTypes"])):
        yield document.gone("default", ("spec", "policyTypes", n))
    yield document.put("list", ("spec", "policyTypes"), [])
    for field, *_ in _SIDES:
        yield document.put("flip", ("spec", field), [{}], "an entry for everybody")
        yield document.put("list", ("spec", field), [], "an empty list")
    labels = {"app.kubernetes.io/name": "nothing"}
    yield document.put("label", ("spec", "podSelector"), {"matchLabels": labels})


def _of_cilium(document: _Document) -> Iterator[Mutant]:
    spec = document.data["spec"]
    if "enableDefaultDeny" in spec:
        yield document.gone("default", ("spec", "enableDefaultDeny"))
    for field in spec.get("enableDefaultDeny", {}):
        yield document.put("default", ("spec", "enableDefaultDeny", field), False)
    for key, other in (("endpointSelector", "nodeSelector"), ("nodeSelector", "endpointSelector")):
        if key in spec:
            yield document.renamed("hook", ("spec", key), other)
            yield from _selector(document, ("spec", key))
    yield document.mutant("direction", "ingress and egress in each other's place", _turned)
    for field, other, side, far in _SIDES:
        entries = spec.get(field)
        if entries is None:
            continue
        yield document.gone("delete", ("spec", field))
        yield document.put("list", ("spec", field), [])
        yield document.renamed("flip", ("spec", field), f"{field}Deny")
        for n, entry in enumerate(entries):
            place: Path = ("spec", field, n)
            if len(entries) > 1:
                yield document.gone("delete", place)
            if not entry:
                yield document.put("flip", place, {f"{side}Entities": ["all"]})
                yield document.put("flip", place, {f"{side}Entities": ["world"]})
                yield document.put("flip", place, {f"{side}Endpoints": [{}]})
                continue
            yield document.put("condition", place, {})
            moved = partial(_moved, place, other, far)
            yield document.mutant("direction", f"{_name(place)} to {other}", moved)
            yield from _entry(document, place, entry, side)


def _turned(data: Any) -> None:
    spec = data["spec"]
    held = {field: spec.pop(field) for field, *_ in _SIDES if field in spec}
    for field, other, _, far in _SIDES:
        if field in held:
            spec[other] = [_other_way(entry, far) for entry in held[field]]


def _moved(place: Path, other: str, far: str, data: Any) -> None:
    entry = _at(data, place)
    _delete(place, data)
    if not data["spec"][place[1]]:
        del data["spec"][place[1]]
    data["spec"].setdefault(other, []).append(_other_way(entry, far))


def _other_way(entry: Any, far: str) -> Any:
    """Peers of one direction as peers of the other."""
    peers = {f"{one}{kind}": f"{far}{kind}" for one in ("from", "to") for kind in _PEERS}
    return {peers.get(key, key): value for key, value in entry.items()}


def _entry(document: _Document, place: Path, entry: Any, side: str) -> Iterator[Mutant]:
    for key, values in entry.items():
        if len(entry) > 1:
            yield document.gone("condition", (*place, key))
        yield document.put("list", (*place, key), [])
        if len(values) > 1:
            for n in range(len(values)):
                yield document.gone("delete", (*place, key, n))
        for n, value in enumerate(values):
            at = (*place, key, n)
            if key == f"{side}CIDR":
                for operator, other in other_sizes(value):
                    yield document.put(operator, at, other)
            elif key == f"{side}Entities":
                for other in ("all", "world", "cluster", "health", "remote-node"):
                    if other != value:
                        yield document.put("entity", at, other)
            elif key == f"{side}Endpoints":
                yield from _selector(document, at)
            elif key == "icmps":
                yield from _icmp(document, at, value)
            else:
                yield from _ports(document, at, value)


def _icmp(document: _Document, at: Path, value: Any) -> Iterator[Mutant]:
    for n in range(len(value["fields"])):
        for other in (0, 7, 9, 13):
            yield document.put("type", (*at, "fields", n, "type"), other)
        yield document.put("family", (*at, "fields", n, "family"), "IPv6")


def _ports(document: _Document, at: Path, value: Any) -> Iterator[Mutant]:
    several = value["ports"]
    yield document.put("list", (*at, "ports"), [])
    for n, one in enumerate(several):
        place = (*at, "ports", n)
        if len(several) > 1:
            yield document.gone("delete", place)
        first = int(one["port"])
        last = one.get("endPort", first)
        for operator, low, high in other_ports(first, last):
            other = {**one, "port": str(low), "endPort": high}
            if low == high:
                del other["endPort"]
            yield document.put(operator, place, other)
        yield document.put("widen", place, {**one, "port": "0"}, "any port")
        for protocol in ("TCP", "UDP", "SCTP", "ANY"):
            if protocol != one["protocol"]:
                yield document.put("protocol", (*place, "protocol"), protocol)
        yield document.gone("protocol", (*place, "protocol"))


def _selector(document: _Document, at: Path) -> Iterator[Mutant]:
    said = _at(document.data, at)
    if said:
        yield document.put("selector", at, {})
    else:
        labels = {"app.kubernetes.io/name": "nothing"}
        yield document.put("selector", at, {"matchLabels": labels})
    for key, value in said.get("matchLabels", {}).items():
        place = (*at, "matchLabels", key)
        operator = "namespace" if key.endswith("pod.namespace") else "label"
        if len(said["matchLabels"]) > 1:
            yield document.gone(operator, place)
        yield document.put(operator, place, f"{value}x")
        if not key.startswith("reserved:"):
            yield document.renamed("label", place, f"{key}x")
        if operator == "namespace":
            for other in ("default", "kube-system", "dex", _ELSEWHERE):
                if other != value:
                    yield document.put(operator, place, other)
    for n, one in enumerate(said.get("matchExpressions", ())):
        place = (*at, "matchExpressions", n)
        yield document.put("selector", (*place, "operator"), "DoesNotExist")
        only = {"key": one["key"], "operator": "In", "values": ["default"]}
        yield document.put("selector", place, only)
        yield document.put("label", (*place, "key"), "k8s:app.kubernetes.io/name")


def settings(file: str, text: str) -> Iterator[Mutant]:
    """Of how Cilium is set up: what it makes of all policies."""
    lines = Lines(file, text)
    for at, line in lines.numbered(r"^ +policyEnforcementMode: always$"):
        for other in ("default", "never"):
            yield lines.changed("default", at, line.replace("always", other))
        yield lines.gone("default", at)
        indent = line[: len(line) - len(line.lstrip())]
        yield lines.changed("default", at, f"{line}\n{indent}policyAuditMode: true")
    for at, _ in lines.numbered(r"^ +hostFirewall:$"):
        off = lines.lines[at + 1].replace("true", "false").rstrip("\n")
        yield lines.changed("hook", at + 1, off)
        yield lines.gone("hook", at, at + 1)
