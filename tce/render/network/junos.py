"""``network/switches/<name>.junos``: filters for Juniper's Junos, bound to the irb unit.

A term holds sets: everything that a flow says of one protocol is one term where its networks and
ports are a product. IPv6's ``next-header`` looks at the first header only: what has another header
before its protocol fits no term and is discarded, fragments by a term of their own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from blueprints.display import visible
from tce.intent.flows import VERSIONS, Network
from tce.render.network.acl import DIRECTIONS, AccessList, named
from tce.render.network.lowering import Direction, Entry, entries
from tce.render.network.pieces import Range

if TYPE_CHECKING:
    from tce.intent.spec import Specification, Switch

_HEADER = """\
/*
 * What {switch} lets pass at {interface} for the environment {name}, IPv4 and IPv6 (Junos).
 *
 * Load it in one step:
 *   load merge FILE
 *   show | compare
 *   commit confirmed 5      (goes back by itself unless it is confirmed)
 *   commit
 * Filters of other digests (tce-{name}-...) may then be deleted.
 * Made from spec.yaml: change it there.
 */
"""
_FAMILY = {4: "inet", 6: "inet6"}
_PROTOCOL = {4: "protocol", 6: "next-header"}
_ICMP = {4: "icmp", 6: "icmp6"}
_FRAGMENTS = {4: "is-fragment", 6: "next-header fragment"}


_Parts = tuple[tuple[Network, ...], tuple[Network, ...], tuple[Range, ...], tuple[Range, ...]]
"""Any of the sources, to any of the destinations, with any of the ports of either."""


@dataclass(frozen=True)
class _Term:
    """One or several lines, as a product."""

    entry: Entry
    """Its name, protocol, types."""
    parts: _Parts


def text(spec: "Specification", switch: "Switch") -> str:
    """The file of one switch."""
    head = _HEADER.format(name=spec.name, switch=switch.name, interface=switch.interface)
    every = {
        version: {way: _filter(spec, version, way) for way in DIRECTIONS} for version in VERSIONS
    }
    lines = _block("firewall", _families(every))
    lines += _block("interfaces", _bound(switch.interface, every))
    return "".join((*map(_plain, head.splitlines(keepends=True)), *(f"{one}\n" for one in lines)))


def _plain(line: str) -> str:
    return f"{visible(line.rstrip())}\n"


def _block(name: str, inside: Iterable[str]) -> list[str]:
    return [f"{name} {{", *(f"    {line}" for line in inside), "}"]


def _families(every: dict[Literal[4, 6], dict[Direction, AccessList]]) -> Iterator[str]:
    for version, its in every.items():
        filters = [line for one in its.values() for line in _block(f"filter {one.name}", one.lines)]
        yield from _block(f"family {_FAMILY[version]}", filters)


def _bound(
    interface: str, every: dict[Literal[4, 6], dict[Direction, AccessList]]
) -> Iterator[str]:
    name, _, unit = interface.partition(".")
    families = [
        line
        for version, its in every.items()
        for line in _block(
            f"family {_FAMILY[version]}",
            _block("filter", (f"{way}put {one.name};" for way, one in its.items())),
        )
    ]
    yield from _block(name, _block(f"unit {unit or 0}", families))


def _filter(spec: "Specification", version: Literal[4, 6], direction: Direction) -> AccessList:
    lines: list[str] = []
    if version == 4 or spec.ipv6:
        then = _block("then", ("count fragments;", "log;", "discard;"))
        later = _block("from", (f"{_FRAGMENTS[version]};",))
        lines += _block("term fragments", (*later, *then))
        for name, term in _named(_terms(entries(spec, version, direction))):
            lines += _block(f"term {name}", (*_from(term, version), *_then(name)))
    rest = _block("then", ("count rest;", "log;", "syslog;", "discard;"))
    lines += _block("term rest", rest)
    return named(spec, version, direction, lines)


def _then(name: str) -> list[str]:
    return _block("then", (f"count {name};", "accept;"))


def _named(terms: Iterable[_Term]) -> Iterator[tuple[str, _Term]]:
    """Names of terms: no two of a filter are one."""
    seen: Counter[str] = Counter()
    for one in terms:
        name = one.entry.name
        if one.entry.part != name:
            name = f"{name}-{one.entry.part}"
        seen[name] += 1
        yield (f"{name}-{seen[name]}" if seen[name] > 1 else name), one


def _terms(found: Iterable[Entry]) -> Iterator[_Term]:
    for _, same in groupby(found, lambda one: (one.part, one.protocol)):
        named: dict[str, list[Entry]] = {}
        for one in same:
            named.setdefault(one.name, []).append(one)
        for its in named.values():
            every = [_parts(one) for one in its]
            for place in (2, 3, 1, 0):
                every = _joined(every, place)
            yield from (_Term(its[0], parts) for parts in every)


def _parts(one: Entry) -> _Parts:
    before, after = one.source_ports, one.destination_ports
    return (
        (one.source,),
        (one.destination,),
        () if before is None else (before,),
        () if after is None else (after,),
    )


def _joined(every: Iterable[_Parts], place: int) -> list[_Parts]:
    """Products that differ in one place only are one."""
    found: dict[tuple[object, ...], list[Network | Range]] = {}
    for one in every:
        found.setdefault((*one[:place], *one[place + 1 :]), []).extend(one[place])
    return [(*key[:place], tuple(its), *key[place:]) for key, its in found.items()]  # type: ignore[misc]


def _from(term: _Term, version: int) -> list[str]:
    one = term.entry
    sources, destinations, before, after = term.parts
    protocol = _ICMP[version] if one.protocol == "icmp" else one.protocol
    inside = [
        *_block("source-address", (f"{network};" for network in sources)),
        *_block("destination-address", (f"{network};" for network in destinations)),
        f"{_PROTOCOL[version]} {protocol};",
        *_ports("source-port", before),
        *_ports("destination-port", after),
        *(("tcp-established;",) if one.established else ()),
        *((f"icmp-type {_list(map(str, one.types))};",) if one.types else ()),
    ]
    return _block("from", inside)


def _ports(word: str, ports: Iterable[Range]) -> Iterator[str]:
    said = [str(first) if first == last else f"{first}-{last}" for first, last in ports]
    if said:
        yield f"{word} {_list(said)};"


def _list(said: Iterable[str]) -> str:
    every = list(said)
    return every[0] if len(every) == 1 else f"[ {' '.join(every)} ]"
