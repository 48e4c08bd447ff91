"""Mutants of the perimeter in a real kernel: what becomes of packets, as `tutela tce probe` asks.

To random packets and every boundary come the corners of what the algebra finds to be different. A
mutant that no packet shows is told with the reason why: what differs is met by no packet that can
be sent here.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from tce.probe.errors import ProbeError
from tce.probe.prober import Options, Prober
from tce.space.header import FLAGS, Packet, packet
from tests.tce.mutants.campaign import TODAY, before
from tests.tce.mutants.meaning import Difference, NotUnderstoodError, differences
from tests.tce.mutants.space import FIELDS, STATES
from tests.tce.mutants.subjects import PERIMETER, SPECIFICATION, Case, Subject

RANDOM = 200
"""Packets besides boundaries and witnesses."""
MOST = 400
"""Witnesses; a default that accepts differs in more boxes than need to be tried."""
_ERRORS = {4: (3, 4, 5, 11, 12), 6: (1, 2, 3, 4)}
_ASKS = {4: (8, 13, 15, 17), 6: (128, 139)}
_UNTRACKED = (130, 131, 132, 133, 134, 135, 136, 143)
"""Types of ICMP and ICMPv6: errors, questions, and what is not followed at all."""
_VERDICTS = ("passed", "blocked", "astray", "twice")


@dataclass(frozen=True)
class Seen:
    """What packets say of a mutant."""

    shown: tuple[str, ...]
    """Packets that did not do what is declared; or that the kernel refuses the file."""
    verdict: bool
    """Whether one passed or was blocked that was not to be; not only a log that is missing."""
    unreachable: str
    """Why no packet could show it; empty where one could."""


def prober(subject: Subject) -> Prober:
    """To be entered; for all mutants of one environment."""
    return Prober(subject.files[SPECIFICATION], SPECIFICATION, Options(packets=RANDOM), TODAY)


def seen(lab: Prober, case: Case) -> Seen:
    """Load a mutant and send packets at it."""
    try:
        found = list(_differences(case))
    except NotUnderstoodError:
        found = []
    witnesses = list(islice(_witnesses(case.subject, found), MOST))
    try:
        tried = lab.attempt(case.mutant.text.encode(), PERIMETER, witnesses)
    except ProbeError as error:
        if not str(error).startswith("nft -f") and "logs nothing" not in str(error):
            raise
        return Seen((str(error),), True, "")
    mismatches = tried.outcome.mismatches
    shown = tuple(f"{one.what}: {one.packet}" for one in mismatches)
    verdict = any(one.what in _VERDICTS for one in mismatches)
    return Seen(shown, verdict, "" if verdict else _reason(case.subject, found))


def _differences(case: Case) -> Iterator[Difference]:
    after = case.subject.meaning(PERIMETER, case.mutant.text)
    yield from differences(before(case.subject, PERIMETER), after)


def _reason(subject: Subject, found: Iterable[Difference]) -> str:
    """Why none of what differs can be met by a packet; empty where some could."""
    reasons = {_unmet(subject, one) for one in found}
    return "" if "" in reasons else "; ".join(sorted(reasons))


def _unmet(subject: Subject, one: Difference) -> str:
    point, version = one.point
    ranges = dict(zip(FIELDS, one.box, strict=True))
    legs = len(subject.legs)
    if ranges["iif"][0] > legs or (point == "forward" and ranges["oif"][0] > legs):
        return "only by an interface that the gateway has not"
    if version == 6 and _is_any_routers(subject, ranges["dst"]):
        return "the first address of a link is any router's, and no machine's (RFC 4291, 2.6.1)"
    states = [STATES[at] for at in range(ranges["state"][0], ranges["state"][1] + 1)]
    if any(_met(subject, version, ranges, state) for state in states):
        return ""
    return f"connection tracking calls no such packet {' or '.join(states)}"


def _met(subject: Subject, version: int, ranges: dict[str, Any], state: str) -> bool:
    """Whether connection tracking may call one of these packets so (nf_conntrack_proto_*.c).

    There are no helpers, so that nothing but an ICMP error relates to a connection; that goes to
    one of its ends. A TCP packet is new with SYN or ACK alone and otherwise invalid.
    """
    low, high = ranges["proto"]
    icmp = low <= {4: 1, 6: 58}[version] <= high
    kinds = range(ranges["type"][0], ranges["type"][1] + 1) if icmp else range(0)
    tcp = low <= 6 <= high
    if state == "established":
        return True
    if state == "related":
        errors = any(kind in _ERRORS[version] for kind in kinds)
        return errors and _is_an_end(subject, version, ranges["dst"])
    if state == "untracked":
        return version == 6 and any(kind in _UNTRACKED for kind in kinds)
    if state == "invalid":
        odd = any(kind not in (*_ASKS[version], *_ERRORS[version]) for kind in kinds)
        return odd or (tcp and (ranges["syn"][0] == 0 or ranges["ack"][1] == 1))
    other = any(low <= proto <= high for proto in (17, 132))
    asks = any(kind in _ASKS[version] for kind in kinds)
    return other or asks or (tcp and bool(list(_beginning(ranges))))


def _beginning(ranges: dict[str, Any]) -> Iterator[str]:
    """Flags of which one alone is new to connection tracking: SYN, or an ACK that it missed."""
    for name in ("syn", "ack"):
        others = {"syn", "ack", "rst", "fin"} - {name}
        if ranges[name][1] and not any(ranges[other][0] for other in others):
            yield name


def _is_any_routers(subject: Subject, said: tuple[int, int]) -> bool:
    """Whether only the Subnet-Router anycast address of a link is said: no machine has that."""
    texts = [text for zone in subject.said["zones"].values() for text in zone.get("networks", ())]
    links = [one for one in map(ipaddress.ip_network, texts) if one.version == 6]
    firsts = {int(one.network_address) for one in links if one.prefixlen == 64}
    return said[0] == said[1] and said[0] in firsts


def _is_an_end(subject: Subject, version: int, said: tuple[int, int]) -> bool:
    zones = subject.said["zones"]
    for flow in subject.said["flows"]:
        for end in (flow["from"], flow["to"]):
            texts = end.get("networks") or zones[end["zone"]].get("networks") or ()
            for network in map(ipaddress.ip_network, texts):
                first, last = int(network.network_address), int(network.broadcast_address)
                if network.version == version and first <= said[1] and said[0] <= last:
                    return True
    return False


def _witnesses(subject: Subject, found: Iterable[Difference]) -> Iterator[Packet]:
    """Corners of what differs, from and to hosts that are there."""
    for one in found:
        yield from _corners(subject, one)


def _corners(subject: Subject, one: Difference) -> Iterator[Packet]:
    point, version = one.point
    ranges = dict(zip(FIELDS, one.box, strict=True))
    if ranges["state"][0] or ranges["fragment"][0] != 0:
        return
    legs = range(1, len(subject.legs) + 1)
    ins = [leg for leg in legs if ranges["iif"][0] <= leg <= ranges["iif"][1]]
    outs = [leg for leg in legs if ranges["oif"][0] <= leg <= ranges["oif"][1]]
    for iif, oif in product(ins, outs if point == "forward" else [0]):
        ends = (
            _ends(subject, version, iif, ranges["src"]),
            _ends(subject, version, oif, ranges["dst"]),
        )
        for source, end in product(*ends):
            for proto in _protocols(ranges, version):
                yield packet(version, iif=iif, oif=oif, src=source, dst=end, **proto)  # type: ignore[arg-type]


def _protocols(ranges: dict[str, Any], version: int) -> Iterator[dict[str, int]]:
    low, high = ranges["proto"]
    icmp = {4: 1, 6: 58}[version]
    for proto in (6, 17, 132, icmp):
        if not low <= proto <= high:
            continue
        if proto == icmp:
            kind, code = ranges["type"], ranges["code"][0]
            for one in {kind[0], kind[1], {4: 8, 6: 128}[version]}:
                if kind[0] <= one <= kind[1]:
                    yield {"proto": proto, "icmp": one * 256 + code}
            continue
        begins = list(_beginning(ranges)) if proto == 6 else [""]
        for at, (flag, port) in enumerate(product(begins, sorted({*ranges["dport"]}))):
            yield {
                "proto": proto,
                "sport": max(ranges["sport"][0], 1024) + at,
                "dport": port,
                "flags": 1 << len(FLAGS) - 1 - FLAGS.index(flag) if flag else 0,
            }


def _ends(subject: Subject, version: int, leg: int, said: tuple[int, int]) -> list[int]:
    """First and last address of what of it lies behind a leg; the gateway's own for none."""
    low, high = said
    found: set[int] = set()
    if leg == 0:
        gateway = subject.said["gateway"]
        own = [*gateway["addresses"], *gateway["uplink"]]
        networks = [one for one in map(ipaddress.ip_network, own) if one.version == version]
    else:
        networks = [
            network
            for zone in subject.said["zones"].values()
            if zone["leg"] == subject.legs[leg - 1]
            for network in map(ipaddress.ip_network, zone.get("networks") or ())
            if network.version == version
        ]
    for network in networks:
        first = max(low, int(network.network_address))
        last = min(high, int(network.broadcast_address))
        if first <= last:
            found |= {first, last}
    return sorted(found) or [low]
