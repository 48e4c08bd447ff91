"""A packet as people write it, and as proofs print their witnesses: ``parse(str(p))`` is ``p``.

``tcp 10.1.2.3:40000 > 10.9.0.5:443``: protocol, from, to; then, where it matters, ``type 8 code
0``, ``flags syn,ack``, ``later fragment``, a state of connection tracking, ``in LEG``, ``out LEG``.
What is left out is what begins a connection: an echo request, SYN alone, state new.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from blueprints.errors import ExpectedError
from blueprints.yamltext import quoted
from tce.space.header import FLAGS, ICMP6, PROTOCOLS, STATES, TCP, Family, Packet, packet

_EXAMPLE = "--packet 'tcp 10.1.2.3:40000 > 10.9.0.5:443'"
_WITH_PORTS = ("tcp", "udp", "sctp")
_SOURCE_PORT = 40_000
"""Of a client that names none."""
_NO_PORT = -1
_ECHO: dict[int, int] = {4: 8, 6: 128}
_NEIGHBOURS = (135, 136)
"""Neighbour discovery: Linux does not track it."""
_SYN = 1 << (len(FLAGS) - 1 - FLAGS.index("syn"))


class NotAPacketError(ExpectedError):
    """A text that is no packet."""

    kind = "usage"
    exit_code = 2

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{quoted(text)} is no packet: {why}", _EXAMPLE)


@dataclass(frozen=True)
class Said:
    """What was said of a packet."""

    packet: Packet
    """Its legs are 0: they are named, not numbered."""
    leg_in: str | None = None
    leg_out: str | None = None


def parse(text: str) -> Said:
    """Raises :class:`NotAPacketError`."""
    try:
        return _Words(text).said()
    except ValueError as error:
        raise NotAPacketError(text, str(error)) from None


class _Words:
    def __init__(self, text: str) -> None:
        self._words: Iterator[str] = iter(text.split())

    def _next(self, what: str) -> str:
        found = next(self._words, None)
        if found is None:
            raise ValueError(f"it ends where {what} should be")
        return found

    def said(self) -> Said:
        name = self._next("a protocol such as tcp")
        number = _number(self._next("its number"), 255) if name == "protocol" else None
        if number is None and name not in PROTOCOLS:
            known = ", ".join(PROTOCOLS)
            raise ValueError(f"{quoted(name)} is no protocol; known: {known}, protocol N")
        source = _end(self._next("where it comes from"), name, _SOURCE_PORT)
        if self._next(">") != ">":
            raise ValueError("between its two ends there has to be a >")
        destination = _end(self._next("where it goes"), name, _NO_PORT)
        if source[0].version != destination[0].version:
            raise ValueError(f"{source[0]} and {destination[0]} are of two families")
        family: Family = 4 if source[0].version == 4 else 6
        if name in ("icmp", "icmp6"):
            number = ICMP6 if family == 6 else PROTOCOLS["icmp"]
        values = {
            "src": int(source[0]),
            "dst": int(destination[0]),
            "proto": PROTOCOLS[name] if number is None else number,
            "sport": source[1],
            "dport": destination[1],
        }
        return self._rest(family, values)

    def _rest(self, family: Family, values: dict[str, int]) -> Said:
        legs: dict[str, str] = {}
        state: str | None = None
        for word in self._words:
            if word == "type":
                values["icmp"] = 256 * _number(self._next("a type"), 255)
            elif word == "code" and "icmp" in values:
                values["icmp"] += _number(self._next("a code"), 255)
            elif word == "flags":
                values["flags"] = _flags(self._next("flags"))
            elif word == "later":
                if self._next("fragment") != "fragment":
                    raise ValueError("what is later is a fragment")
                values |= {"fragment": 1, "sport": 0, "dport": 0}
            elif word in STATES:
                state = word
            elif word in ("in", "out"):
                legs[word] = self._next("a leg of the gateway")
            else:
                raise ValueError(f"{quoted(word)} is not understood")
        _defaults(family, values)
        if values["dport"] < 0:
            raise ValueError("it goes to no port")
        values["state"] = _state(family, values) if state is None else STATES.index(state)
        return Said(packet(family, **values), legs.get("in"), legs.get("out"))


def _defaults(family: Family, values: dict[str, int]) -> None:
    icmp = values["proto"] == (ICMP6 if family == 6 else PROTOCOLS["icmp"])
    tcp = values["proto"] == TCP
    if icmp and not values.get("fragment"):
        values.setdefault("icmp", _ECHO[family] * 256)
    if tcp and not values.get("fragment"):
        values.setdefault("flags", _SYN)
    for field, wrong in (("icmp", not icmp), ("flags", not tcp)):
        if wrong and field in values:
            what = "a type is ICMP's" if field == "icmp" else "flags are TCP's"
            raise ValueError(f"{what}, and this is another protocol")


def _state(family: Family, values: dict[str, int]) -> int:
    discovery = family == 6 and values.get("icmp", 0) // 256 in _NEIGHBOURS
    return STATES.index("untracked" if discovery else "new")


def _flags(text: str) -> int:
    found = 0
    for name in () if text == "none" else text.split(","):
        if name not in FLAGS:
            raise ValueError(f"{quoted(name)} is no flag; known: {', '.join(FLAGS)}, none")
        found |= 1 << (len(FLAGS) - 1 - FLAGS.index(name))
    return found


def _number(text: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 5 or int(text) > most:
        raise ValueError(f"{quoted(text)} is no number from 0 to {most}")
    return int(text)


_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _end(text: str, protocol: str, usual: int) -> tuple[_Address, int]:
    """An address and its port; 0 for a protocol without any."""
    whole, port = text, ""
    if text.startswith("["):
        whole, bracket, port = text[1:].partition("]")
        if not bracket or (port and not port.startswith(":")):
            raise ValueError(f"{quoted(text)} is no [address]:port")
        port = port[1:]
    elif text.count(":") == 1:
        whole, _, port = text.partition(":")
    try:
        address = ipaddress.ip_address(whole)
    except ValueError:
        raise ValueError(f"{quoted(whole)} is no address") from None
    if protocol not in _WITH_PORTS:
        if port:
            raise ValueError(f"{protocol} has no ports")
        return address, 0
    return address, _number(port, 65_535) if port else usual
