"""A second parser of filters of Junos: what is rendered and its mutants, brace by brace.

``next-header`` looks at the first header only, so that a fragment of IPv6 has the next header 44
and fits no term that names another one. A filter of IPv4 does not look whether a packet is a later
fragment before it compares ports: what stands there may be anything, so it may fit.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from tests.tce.mutants.meaning import SWITCH, Meaning, NotUnderstoodError
from tests.tce.mutants.space import NUMBERS, Range, Region, boxes, everything, first_match

_TOKEN = re.compile(r'/\*.*?\*/|#[^\n]*|"[^"]*"|[{};\[\]]|[^\s{};\[\]"]+', re.DOTALL)
_FAMILY = {"inet": 4, "inet6": 6}
_DIRECTION = {"input": "in", "output": "out"}
Tree = list[tuple[tuple[str, ...], Any]]
"""Statements in order: words, and what stands in their braces (None: a semicolon)."""


def parse(text: str, interface: str) -> Meaning:
    """Raises NotUnderstoodError."""
    tokens = [one for one in _TOKEN.findall(text) if not one.startswith(("/*", "#"))]
    tree = _tree(tokens)
    filters: dict[tuple[int, str], Tree] = {}
    bound: dict[tuple[str, int], str] = {}
    for (top, *_), inside in tree:
        if top == "firewall":
            for (_, family), its in inside:
                for (_, name), terms in its:
                    if (_FAMILY[family], name) in filters:
                        raise NotUnderstoodError(f"the filter {name} twice")
                    filters[_FAMILY[family], name] = terms
        elif top == "interfaces":
            for (name,), units in inside:
                for (_, unit), families in units:
                    if f"{name}.{unit}" == interface:
                        bound.update(_bound(families))
        else:
            raise NotUnderstoodError(top)
    accepted: dict[tuple[str, int], Region] = {}
    for direction in SWITCH:
        for version in (4, 6):
            filter_ = bound.get((direction, version))
            if filter_ is None:
                accepted[direction, version] = [everything(version)]
            elif (version, filter_) not in filters:
                raise NotUnderstoodError(f"the filter {filter_} is not there")
            else:
                rules = [one for term in filters[version, filter_] for one in _term(term, version)]
                accepted[direction, version] = first_match(rules, False, version)
    return Meaning(accepted, interface)


def _tree(tokens: list[str]) -> Tree:
    found: Tree = []
    words: list[str] = []
    while tokens:
        one = tokens.pop(0)
        if one == "{":
            found.append((tuple(words), _tree(tokens)))
            words = []
        elif one == "}":
            if words:
                raise NotUnderstoodError("a statement without an end")
            return found
        elif one == ";":
            found.append((tuple(words), None))
            words = []
        else:
            words.append(one)
    if words:
        raise NotUnderstoodError("a statement without an end")
    return found


def _bound(families: Tree) -> Iterator[tuple[tuple[str, int], str]]:
    for (_, family), inside in families:
        for words, its in inside:
            if words != ("filter",):
                raise NotUnderstoodError(" ".join(words))
            for (way, name), _ in its:
                yield (_DIRECTION[way], _FAMILY[family]), name


def _term(term: tuple[tuple[str, ...], Any], version: int) -> Iterator[tuple[bool, Region]]:
    (word, _), inside = term
    if word != "term":
        raise NotUnderstoodError(word)
    said: dict[str, list[Range]] = {}
    established = False
    verdict: bool | None = None
    later: Range = (0, 1)
    for words, its in inside:
        if words == ("then",):
            actions = [one for one, _ in its]
            found = [one[0] for one in actions if one[0] in ("accept", "discard", "reject")]
            if len(found) != 1 or {one[0] for one in actions} - {
                *("accept", "discard", "count", "log", "syslog")
            }:
                raise NotUnderstoodError("what a term does")
            verdict = found[0] == "accept"
            continue
        if words != ("from",):
            raise NotUnderstoodError(" ".join(words))
        for (name, *values), listed in its:
            many = [one for one in values if one not in "[]"]
            if name in ("source-address", "destination-address"):
                side = {"s": "src", "d": "dst"}[name[0]]
                said[side] = [_network(one) for ((one,), _) in listed]
            elif name in ("protocol", "next-header"):
                if {"protocol": 4, "next-header": 6}[name] != version:
                    raise NotUnderstoodError(f"{name} in a filter of IPv{version}")
                if many == ["fragment"]:
                    later = (1, 1)
                    continue
                said["proto"] = [(NUMBERS[one],) * 2 for one in many]
                if version == 6:
                    later = (0, 0)
            elif name in ("source-port", "destination-port"):
                said[f"{name[0]}port"] = [_ports(one) for one in many]
            elif name == "icmp-type":
                said["type"] = [(int(one),) * 2 for one in many]
            elif name == "tcp-established":
                established = True
            elif name == "is-fragment":
                later = (1, 1)
            else:
                raise NotUnderstoodError(name)
    if verdict is None:
        raise NotUnderstoodError("a term that does nothing")
    yield from _fits(said, established, later, verdict, version)


def _fits(
    said: dict[str, list[Range]], established: bool, later: Range, verdict: bool, version: int
) -> Iterator[tuple[bool, Region]]:
    looked = {"sport", "dport", "type"}
    flags: list[dict[str, list[Range]]] = [{}]
    if established:
        flags = [{"ack": [(1, 1)]}, {"rst": [(1, 1)]}]
    ends = {name: ranges for name, ranges in said.items() if name not in looked}
    if ends == said and not established:
        yield verdict, boxes(version, **said, fragment=[later])
        return
    if later[0] == 0:
        for more in flags:
            yield verdict, boxes(version, **said, **more, fragment=[(0, 0)])
    if later[1] == 1 and verdict:
        yield verdict, boxes(version, **ends, fragment=[(1, 1)])


def _network(text: str) -> Range:
    network = ipaddress.ip_network(text, strict=False)
    return int(network.network_address), int(network.broadcast_address)


def _ports(text: str) -> Range:
    first, _, last = text.partition("-")
    low, high = int(first), int(last or first)
    if not 0 <= low <= high <= 65_535:
        raise NotUnderstoodError("no range of ports")
    return low, high
