"""Mutants of the perimeter in a real kernel: what becomes of packets, as `tutela tce probe` asks.

To random packets and every boundary come the corners of what the algebra finds to be different. A
mutant that no packet can show is told with the reason why: what differs is met by no packet that
begins a connection and can be sent here.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from tce.probe.errors import ProbeError
from tce.probe.prober import Options, Prober
from tce.probe.reach import Reach
from tce.space.header import FLAGS, Packet, packet
from tests.tce.mutants.campaign import TODAY, before
from tests.tce.mutants.meaning import Difference, NotUnderstoodError, differences
from tests.tce.mutants.space import FIELDS
from tests.tce.mutants.subjects import PERIMETER, SPECIFICATION, Case, Subject

RANDOM = 200
"""Packets besides boundaries and witnesses."""
CORNERS, MOST = 4_000, 400
"""Looked at and sent; a default that accepts differs in more boxes than need to be tried."""
_NOT_FIRST = "only what belongs to a connection that is there, or fragments"
_VERDICTS = ("passed", "blocked", "astray", "twice")


@dataclass(frozen=True)
class Seen:
    """What packets say of a mutant."""

    shown: tuple[str, ...]
    """Packets that did not do what is declared; or that the kernel refuses the file."""
    verdict: bool = False
    """Whether one passed or was blocked that was not to be; not only a log that is missing."""
    unreachable: str = ""
    """Why no first packet of a connection could show it; empty where one could."""
    refused: bool = False
    """Whether it is no ruleset: the kernel does not load it, or it logs nothing."""

    def agrees(self, differs: bool) -> bool:
        """Whether packets say what the algebra says, as far as they can say anything."""
        if self.refused:
            return True
        if differs:
            return bool(self.unreachable) or self.verdict
        return not self.verdict


def prober(subject: Subject) -> Prober:
    """To be entered; for all mutants of one environment."""
    return Prober(subject.files[SPECIFICATION], SPECIFICATION, Options(packets=RANDOM), TODAY)


def seen(lab: Prober, case: Case) -> Seen:
    """Load a mutant and send packets at it."""
    try:
        found = list(_differences(case))
    except NotUnderstoodError:
        found = []
    reach = Reach(lab.topology)
    corners = islice(_witnesses(case.subject, found), CORNERS)
    problems = {one: _problem(lab, reach, one) for one in corners}
    witnesses = [one for one, problem in problems.items() if problem is None][:MOST]
    try:
        tried = lab.attempt(case.mutant.text.encode(), PERIMETER, witnesses)
    except ProbeError as error:
        if not str(error).startswith("nft -f") and "logs nothing" not in str(error):
            raise
        return Seen((str(error),), refused=True)
    mismatches = tried.outcome.mismatches
    shown = tuple(f"{one.what}: {one.packet}" for one in mismatches)
    verdict = any(one.what in _VERDICTS for one in mismatches)
    if verdict or witnesses:
        return Seen(shown, verdict=verdict)
    reasons = {problem for problem in problems.values() if problem}
    return Seen(shown, unreachable="; ".join(sorted(reasons)) or _NOT_FIRST)


def _problem(lab: Prober, reach: Reach, one: Packet) -> str | None:
    """Why a packet cannot show whether it passes; None where it can."""
    if lab.meaning.may(one) is not None and lab.meaning.must(one) is None:
        return "the intent allows it and does not ask for it"
    return reach.problem(one)


def _differences(case: Case) -> Iterator[Difference]:
    after = case.subject.meaning(PERIMETER, case.mutant.text)
    yield from differences(before(case.subject, PERIMETER), after)


def _beginning(ranges: dict[str, Any]) -> Iterator[str]:
    """Flags of which one alone is new to connection tracking: SYN, or an ACK that it missed."""
    for name in ("syn", "ack"):
        others = {"syn", "ack", "rst", "fin"} - {name}
        if ranges[name][1] and not any(ranges[other][0] for other in others):
            yield name


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
