"""Mutants of the small cluster's policies: each that a second reading tells apart is found.

What is left is equivalent on every question that the second reading asks, or nothing that the proof
speaks of; of the rest none escapes. `tests/tce/mutants` does the same with rendered policies.
"""

from __future__ import annotations

import copy
import ipaddress
from collections.abc import Iterator
from typing import Any

import yaml

from tests.tce.mutants.cluster import changes, cluster, keep
from tests.tce.prove.small import CLUSTER, of_cluster

POLICIES = [file for file, text in CLUSTER.items() if "NetworkPolicy" in text]
_DIRECTIONS = ("ingress", "egress")
_LABELS = (("fromEndpoints", "matchLabels"), ("toEndpoints", "matchLabels"))


def changed(document: Any, *path: Any) -> tuple[Any, Any]:
    """A copy of it, and what lies at a path of that."""
    copied = copy.deepcopy(document)
    found = copied
    for part in path:
        found = found[part]
    return copied, found


def mutants(document: Any) -> Iterator[tuple[str, Any]]:
    """Each with what it does; None for the document's absence."""
    yield "no policy", None
    cilium = document["kind"].startswith("Cilium")
    for direction in _DIRECTIONS:
        for n, entry in enumerate(document["spec"].get(direction) or ()):
            copied, entries = changed(document, "spec", direction)
            entries[n] = {}
            yield f"an empty entry {direction} {n}", copied
            for key in entry:
                copied, one = changed(document, "spec", direction, n)
                del one[key]
                yield f"without {key} {direction} {n}", copied
            if cilium:
                yield from _of_cilium(document, direction, n, entry)
        if cilium:
            side = "from" if direction == "ingress" else "to"
            wider: tuple[dict[str, list[Any]], ...] = (
                {f"{side}Entities": ["world"]},
                {f"{side}Endpoints": [{}]},
            )
            for more in wider:
                copied, spec = changed(document, "spec")
                spec.setdefault(direction, []).append(more)
                yield f"more {direction} {more}", copied


def _of_cilium(document: Any, direction: str, n: int, entry: Any) -> Iterator[tuple[str, Any]]:
    place = ("spec", direction, n)
    for key in ("fromCIDR", "toCIDR"):
        for k, text in enumerate(entry.get(key, ())):
            network = ipaddress.ip_network(text)
            others: list[Any] = [network.supernet()]
            if network.prefixlen < network.max_prefixlen:
                others.append(next(iter(network.subnets())))
            for other in others:
                copied, values = changed(document, *place, key)
                values[k] = str(other)
                yield f"{text} as {other}", copied
    for k, each in enumerate(entry.get("toPorts", ())):
        for m, port in enumerate(each["ports"]):
            for field, value in (
                ("port", str(int(port["port"]) + 1)),
                ("endPort", int(port["port"]) + 1),
                ("protocol", "SCTP"),
                ("protocol", "ANY"),
            ):
                copied, one = changed(document, *place, "toPorts", k, "ports", m)
                one[field] = value
                yield f"{port} with {field} {value}", copied
    for key, inner in _LABELS:
        for k, selector in enumerate(entry.get(key, ())):
            for label in selector.get(inner, ()):
                copied, labels = changed(document, *place, key, k, inner)
                del labels[label]
                yield f"without the label {label} {direction} {n}", copied
                copied, labels = changed(document, *place, key, k, inner)
                labels[label] += "x"
                yield f"another {label} {direction} {n}", copied
    for key in ("fromEntities", "toEntities"):
        for more in ("world", "all"):
            if key in entry:
                copied, values = changed(document, *place, key)
                values.append(more)
                yield f"{key} with {more} {direction} {n}", copied


def test_every_mutant_that_means_something_else_is_found() -> None:
    files = {file: text.encode() for file, text in CLUSTER.items()}
    before = keep(cluster(files, yaml.safe_load(CLUSTER["spec.yaml"])))
    tried = found = 0
    escaped = []
    for file in POLICIES:
        documents = before.files[file]
        for n, document in enumerate(documents):
            if "NetworkPolicy" not in document["kind"]:
                continue
            for what, mutant in mutants(document):
                tried += 1
                left = [*documents[:n], *([mutant] if mutant else []), *documents[n + 1 :]]
                text = yaml.safe_dump_all(left)
                if all(one.outside for one in changes(before, before.with_(file, text))):
                    continue
                if of_cluster((file, CLUSTER[file], text)):
                    found += 1
                else:
                    escaped.append(f"{file}: {document['metadata']['name']}: {what}")
    assert escaped == []
    assert tried > 140
    assert found > 100
