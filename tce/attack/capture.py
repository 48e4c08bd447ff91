"""Reads captured traffic (pcap, pcapng): what each connection carried, in its order.

A value that two packets share is in neither of them. Packets of TCP are put in order by their
sequence numbers, those of UDP as they came; fragments are not put together.

Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng, IEEE 802.1Q, RFC 791, 8200, 9293, 768;
WireGuard's whitepaper, 5.4 (types of messages); RFC 8446, 5.1 (TLS records).
"""

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tce.canary.streams import Data

_MAGIC = {
    b"\xd4\xc3\xb2\xa1": "<",
    b"\xa1\xb2\xc3\xd4": ">",
    b"\x4d\x3c\xb2\xa1": "<",
    b"\xa1\xb2\x3c\x4d": ">",
}
_NG = b"\x0a\x0d\x0d\x0a"
_ETHERNET = 1
_RAW = (12, 14, 101)
"""Link types whose packets are IP without anything before it."""
_COOKED = 113
_TAGS = (0x8100, 0x88A8)
_IPV4, _IPV6 = 0x0800, 0x86DD
_TCP, _UDP = 6, 17
_EXTENSIONS = (0, 43, 60)
_TLS = (20, 21, 22, 23)


@dataclass
class Flow:
    """One direction of one connection."""

    name: str
    """``tcp 10.0.0.1:1 > 10.0.0.2:2``, as the network shows it to everybody."""
    parts: list[tuple[int, bytes]] = field(default_factory=list, repr=False)
    """(where in the stream, what), as it came."""

    def text(self) -> bytes:
        """What it carried, in order, what came twice once; a gap is left out."""
        out = bytearray()
        end: int | None = None
        for at, data in sorted(self.parts, key=lambda one: one[0]):
            fresh = data if end is None or at >= end else data[end - at :]
            out += fresh
            end = max(end or 0, at + len(data))
        return bytes(out)


@dataclass(frozen=True)
class Capture:
    """Everything of one file."""

    flows: tuple[Flow, ...]
    packets: dict[str, int]
    """Kind (``WireGuard``, ``TLS``, ``other``..) -> how many."""


def is_capture(data: Data) -> bool:
    """Whether bytes begin as captured traffic."""
    begin = bytes(data[:4])
    return begin in _MAGIC or begin == _NG


def read(data: Data) -> Capture:
    """Read all packets; what is cut or of another link is left out, and counted as that."""
    flows: dict[str, Flow] = {}
    counts: Counter[str] = Counter()
    for link, packet in _ng(data) if bytes(data[:4]) == _NG else _classic(data):
        found = _payload(link, packet)
        if found is None:
            counts["not read"] += 1
            continue
        name, at, payload = found
        counts[_kind(name, payload)] += 1
        if payload:
            flow = flows.setdefault(name, Flow(name))
            flow.parts.append((len(flow.parts) << 17 if at is None else at, payload))
    return Capture(tuple(flows.values()), dict(sorted(counts.items())))


def _classic(data: Data) -> Iterator[tuple[int, bytes]]:
    order = _MAGIC[bytes(data[:4])]
    if len(data) < 24:
        return
    (link,) = struct.unpack(f"{order}I", data[20:24])
    at = 24
    while at + 16 <= len(data):
        (size,) = struct.unpack(f"{order}I", data[at + 8 : at + 12])
        yield link & 0xFFFF, bytes(data[at + 16 : at + 16 + size])
        at += 16 + size


def _ng(data: Data) -> Iterator[tuple[int, bytes]]:
    order, at = "<", 0
    links: list[int] = []
    while at + 12 <= len(data):
        if bytes(data[at : at + 4]) == _NG:
            order = "<" if bytes(data[at + 8 : at + 12]) == b"\x4d\x3c\x2b\x1a" else ">"
            links = []
        kind, size = struct.unpack(f"{order}II", data[at : at + 8])
        if size < 12:
            return
        body = bytes(data[at + 8 : at + size - 4])
        if kind == 1 and len(body) >= 2:
            links.append(struct.unpack(f"{order}H", body[:2])[0])
        elif kind == 6 and len(body) >= 20:
            number, _, _, captured = struct.unpack(f"{order}IIII", body[:16])
            link = links[number] if number < len(links) else -1
            yield link, body[20 : 20 + captured]
        elif kind == 3 and links:
            yield links[0], body[4:]
        at += size


def _payload(link: int, packet: bytes) -> tuple[str, int | None, bytes] | None:
    """(connection, where in its stream, what it carries); None for what is no TCP or UDP."""
    if link == _ETHERNET:
        at = 12
        while len(packet) >= at + 4 and _number(packet, at) in _TAGS:
            at += 4
        kind, packet = _number(packet, at), packet[at + 2 :]
    elif link == _COOKED:
        kind, packet = _number(packet, 14), packet[16:]
    elif link in _RAW and packet:
        kind = _IPV6 if packet[0] >> 4 == 6 else _IPV4
    else:
        return None
    if kind == _IPV4 and len(packet) >= 20:
        size = (packet[0] & 15) * 4
        inner = packet[size : _number(packet, 2)]
        ends = tuple(".".join(map(str, packet[at : at + 4])) for at in (12, 16))
        return _transport(packet[9], ends, inner)
    if kind == _IPV6 and len(packet) >= 40:
        protocol, inner = packet[6], packet[40 : 40 + _number(packet, 4)]
        while protocol in _EXTENSIONS and len(inner) >= 8:
            protocol, inner = inner[0], inner[8 + 8 * inner[1] :]
        ends = tuple(f"[{packet[at : at + 16].hex(':', 2)}]" for at in (8, 24))
        return _transport(protocol, ends, inner)
    return None


def _transport(
    protocol: int, ends: tuple[str, ...], inner: bytes
) -> tuple[str, int | None, bytes] | None:
    if len(inner) < 8 or protocol not in (_TCP, _UDP):
        return None
    source, destination = _number(inner, 0), _number(inner, 2)
    name = f"{ends[0]}:{source} > {ends[1]}:{destination}"
    if protocol == _UDP:
        return f"udp {name}", None, inner[8:]
    if len(inner) < 20:
        return None
    return f"tcp {name}", int.from_bytes(inner[4:8]), inner[(inner[12] >> 4) * 4 :]


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2])


def _kind(name: str, payload: bytes) -> str:
    if not payload:
        return "empty"
    if name.startswith("udp") and payload[0] in (1, 2, 3, 4) and payload[1:4] == b"\0\0\0":
        return "WireGuard"
    if name.startswith("tcp") and payload[0] in _TLS and payload[1:2] == b"\x03":
        return "TLS"
    return "other"
