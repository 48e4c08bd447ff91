"""``network/perimeter/tce.nft``: the whole ruleset of the environment's gateway, both families.

One table, replaced in one transaction: ``table``, ``delete table`` and its definition are one file,
so that no packet meets half of it. Flows are elements of sets (one set for each pair of legs,
protocol and family), so that a packet costs the same with ten flows and with ten thousand. What no
rule accepts is dropped by the policy of the chain, after it was counted and logged.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from blueprints.emit.text import comment
from blueprints.engine.blueprint import File
from tce.intent.flows import VERSIONS, Allowed, Network, allowed, fewest
from tce.render.network.pieces import Piece, Wanted, pieces

if TYPE_CHECKING:
    from tce.intent.spec import Specification

PATH = "network/perimeter/tce.nft"
LOG_GROUP = 1
"""Of nflog: where what is dropped is seen (``tcpdump -i nflog:1``, ulogd2)."""
_HEAD = """\
The perimeter of {name}: all that its gateway lets through, IPv4 and IPv6.

Load it on the gateway, whole and at once: nft -f {path}
What is dropped: nft list chain inet tce_{name} forward; tcpdump -i nflog:{group}
Connection tracking puts fragments together before these rules see them. What the gateway itself
sends is not filtered. Made from spec.yaml: change it there.
"""
_CLASSES = {4: "ipv4_addr", 6: "ipv6_addr"}
_WORDS = {4: "ip", 6: "ip6"}
_SYN = "tcp flags & (fin | syn | rst | ack) == syn "
"""A connection begins with SYN alone; without it, the kernel takes an ACK for a beginning too."""
_ECHO = {4: "icmp type echo-request", 6: "icmpv6 type echo-request"}
_ERRORS = {
    4: "icmp type { destination-unreachable, time-exceeded, parameter-problem }",
    6: "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem }",
}
Key = tuple[str, str, str, int]
"""Leg in, leg out (none: to the gateway itself), protocol, family."""


def files(spec: "Specification") -> Iterator[File]:
    """One file."""
    yield File(PATH, ruleset(spec).encode())


def ruleset(spec: "Specification") -> str:
    """What ``nft -f`` takes."""
    table = f"table inet tce_{spec.name}"
    every = allowed(spec)
    through, to = _through(every), _to(spec, every)
    reasons = {one.name: one for one in every}
    lines: list[str] = []
    for key, found in (*through.items(), *to.items()):
        lines += _set(key, found, reasons)
    lines += _chain("forward", [*_begin(spec), *_errors(spec), *map(_forward, through)])
    lines.append("")
    lines += _chain("input", [*_begin(spec), *_own(spec), *map(_input, to)])
    body = "".join(f"\t{line}\n" if line else "\n" for line in lines)
    head = comment(_HEAD.format(name=spec.name, path="tce.nft", group=LOG_GROUP))
    return f"#!/usr/sbin/nft -f\n{head}\n{table}\ndelete {table}\n\n{table} {{\n{body}}}\n"


def _through(every: Iterable[Allowed]) -> dict[Key, tuple[Piece, ...]]:
    """By what a set holds, what goes through the gateway."""
    found: dict[Key, list[Wanted]] = {}
    for one in every:
        if one.scope == "forward":
            key = (one.source_leg, one.destination_leg, one.protocol, one.version)
            wanted = Wanted(one.name, one.sources, one.destinations, one.ports)
            found.setdefault(key, []).append(wanted)
    return {key: pieces(found[key]) for key in sorted(found)}


def _to(spec: "Specification", every: Iterable[Allowed]) -> dict[Key, tuple[Piece, ...]]:
    """By what a set holds, what ends at the gateway: tunnels, flows to its own addresses."""
    own = [ipaddress.ip_network(one) for one in spec.gateway.addresses]
    found: dict[Key, list[Wanted]] = {}
    for one in every:
        ends = one.destinations if one.scope == "input" else tuple(_held(one.destinations, own))
        if ends:
            key = (one.source_leg, "", one.protocol, one.version)
            found.setdefault(key, []).append(Wanted(one.name, one.sources, ends, one.ports))
    return {key: pieces(found[key]) for key in sorted(found)}


def _held(networks: Iterable[Network], own: Iterable[Network]) -> Iterator[Network]:
    """Which of the gateway's own addresses lie in any of the networks."""
    every = tuple(networks)
    for address in own:
        if any(one.version == address.version and address.subnet_of(one) for one in every):  # type: ignore[arg-type]
            yield address


def _set(key: Key, found: Iterable[Piece], reasons: Mapping[str, Allowed]) -> Iterator[str]:
    _, _, protocol, version = key
    fields = [_CLASSES[version]] * 2 + ([] if protocol == "icmp" else ["inet_service"])
    yield f"set {_name(key)} {{"
    yield f"\ttype {' . '.join(fields)}"
    yield "\tflags interval"
    yield "\telements = {"
    order = {name: place for place, name in enumerate(reasons)}
    its = sorted(found, key=lambda one: order[one.name])
    for name, same in groupby(its, lambda one: one.name):
        yield f"\t\t{comment(_reason(reasons[name])).rstrip()}"
        for one in same:
            yield f'\t\t{_element(one)} comment "{name}"{"," if one is not its[-1] else ""}'
    yield "\t}"
    yield "}"
    yield ""


def _name(key: Key) -> str:
    source, destination, protocol, version = key
    way = f"forward_{source}_{destination}" if destination else f"input_{source}"
    return f"{way}_{protocol}{version}"


def _reason(one: Allowed) -> str:
    until = f", until {one.expires}" if one.expires else ""
    return f"{one.name} ({one.owner}{until}): {one.why}"


def _element(one: Piece) -> str:
    parts = [_network(one.source), _network(one.destination)]
    if one.ports is not None:
        first, last = one.ports
        parts.append(str(first) if first == last else f"{first}-{last}")
    return " . ".join(parts)


def _network(one: Network) -> str:
    return str(one.network_address if one.prefixlen == one.max_prefixlen else one)


def _chain(hook: str, rules: Iterable[str]) -> Iterator[str]:
    yield f"chain {hook} {{"
    yield f"\ttype filter hook {hook} priority filter; policy drop;"
    yield from (f"\t{rule}" for rule in rules)
    yield f'\tcounter log prefix "tce {hook}: " group {LOG_GROUP}'
    yield "}"


def _begin(spec: "Specification") -> Iterator[str]:
    if not spec.ipv6:
        yield f'meta nfproto ipv6 counter log prefix "tce ipv6: " group {LOG_GROUP} drop'
    yield f"{_left(spec)}ct state established counter accept"


def _left(spec: "Specification") -> str:
    """What is left once IPv6 is dropped, for rules that would speak of both families."""
    return "" if spec.ipv6 else "meta nfproto ipv4 "


def _errors(spec: "Specification") -> Iterator[str]:
    """ICMP's of a connection that is there; other helpers' connections are not let in.

    Any router on the way may send them, but no other tenant is one: nothing is taken from there.
    """
    legs = sorted({one.leg for one in spec.zones.values() if one.kind in ("tce", "workers")})
    for version in _versions(spec):
        others = [
            one for zone in spec.zones.values() if zone.kind == "tenants" for one in zone.networks
        ]
        if tenants := fewest(map(ipaddress.ip_network, others), version):
            for end in ("saddr", "daddr"):
                named = f"{{ {', '.join(map(str, tenants))} }}"
                log = f'log prefix "tce tenants: " group {LOG_GROUP}'
                yield f"ct state related {_WORDS[version]} {end} {named} counter {log} drop"
        for way in ("iifname", "oifname"):
            yield f"ct state related {way} {_legs(legs)} {_ERRORS[version]} counter accept"


def _own(spec: "Specification") -> Iterator[str]:
    """What the gateway itself needs: its own programs, and neighbours on links that have any."""
    yield f'{_left(spec)}iifname "lo" counter accept'
    if spec.ipv6:
        legs = sorted({one.leg for one in spec.zones.values()} - {spec.vpn.leg})
        types = "{ nd-neighbor-solicit, nd-neighbor-advert }"
        yield f"iifname {_legs(legs)} icmpv6 type {types} counter accept"


def _versions(spec: "Specification") -> tuple[Literal[4, 6], ...]:
    return VERSIONS if spec.ipv6 else (4,)


def _legs(names: Iterable[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    return quoted[0] if len(quoted) == 1 else f"{{ {', '.join(quoted)} }}"


def _forward(key: Key) -> str:
    return f'ct state new iifname "{key[0]}" oifname "{key[1]}" {_looked_up(key)}'


def _input(key: Key) -> str:
    return f'ct state new iifname "{key[0]}" {_looked_up(key)}'


def _looked_up(key: Key) -> str:
    _, _, protocol, version = key
    word = _WORDS[version]
    fields = f"{word} saddr . {word} daddr"
    if protocol == "icmp":
        return f"{_ECHO[version]} {fields} @{_name(key)} counter accept"
    begins = _SYN if protocol == "tcp" else ""
    return f"{begins}{fields} . {protocol} dport @{_name(key)} counter accept"
