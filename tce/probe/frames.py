"""Packets as bytes, from their fields; each carries its number, that it is known where it arrives.

Formats: RFC 791, 8200, 9293, 768, 9260, 792, 4443. Checksums are right: connection tracking calls
everything else invalid.
"""

import struct
from functools import cache

from tce.space.header import FLAGS, ICMP, ICMP6, SCTP, TCP, UDP, Field, Packet

MARK = b"tcep"
"""Before the number, at the very end of every packet."""
TAIL = len(MARK) + 4
_FLAG_BITS = {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32}
_INIT, _INIT_ACK = 1, 2
ECHO = {ICMP: (8, 0), ICMP6: (128, 129)}
"""Type of the question and of the answer."""


def datagram(packet: Packet, number: int, *, answer_to: int | None = None) -> bytes:
    """The whole IP packet.

    ``answer_to``: the number of the packet that this one answers, which SCTP and echo repeat.
    """
    body = _body(packet, number, number if answer_to is None else answer_to)
    return _header(packet, len(body)) + body


def error_about(packet: Packet, quoted: bytes, number: int) -> bytes:
    """An ICMP error: ``packet`` says from whom to whom and which; it quotes another one."""
    kind, code = divmod(packet[Field.ICMP], 256)
    room = 548 if packet.family == 4 else 1200
    body = struct.pack("!BBHI", kind, code, 0, 0) + quoted[:room] + MARK + struct.pack("!I", number)
    body = _filled(body, 2, _pseudo(packet, len(body)))
    return _header(packet, len(body)) + body


def number_of(data: bytes) -> int | None:
    """The number at the end of a packet; None for packets that are not ours."""
    if data[-TAIL:-4] != MARK:
        return None
    return int(struct.unpack("!I", data[-4:])[0])


def ends(data: bytes) -> tuple[bytes, bytes]:
    """Source and destination of an IP packet, as they stand in it."""
    if data[0] >> 4 == 4:
        return data[12:16], data[16:20]
    return data[8:24], data[24:40]


def address(family: int, value: int) -> bytes:
    """An address as it stands in a header."""
    return value.to_bytes(4 if family == 4 else 16, "big")


def _header(packet: Packet, size: int) -> bytes:
    source = address(packet.family, packet[Field.SRC])
    destination = address(packet.family, packet[Field.DST])
    proto = packet[Field.PROTO]
    # Neighbour discovery counts only with the highest hop limit (RFC 4861, 7.1).
    hops = 255 if proto == ICMP6 and packet[Field.ICMP] >> 8 in range(133, 138) else 64
    if packet.family == 6:
        return struct.pack("!IHBB", 6 << 28, size, proto, hops) + source + destination
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + size, 0, 0, hops, proto, 0) + source + destination
    return _filled(head, 10, b"")


def _body(packet: Packet, number: int, first: int) -> bytes:
    proto, sport, dport = packet[Field.PROTO], packet[Field.SPORT], packet[Field.DPORT]
    tail = MARK + struct.pack("!I", number)
    if proto == TCP:
        said = f"{packet[Field.FLAGS]:06b}"
        bits = sum(_FLAG_BITS[name] for name, on in zip(FLAGS, said, strict=True) if on == "1")
        acknowledged = (first + 1) & 0xFFFF_FFFF if bits & _FLAG_BITS["ack"] else 0
        ports = struct.pack("!HHII", sport, dport, number, acknowledged)
        body = ports + struct.pack("!BBHHH", 5 << 4, bits, 8192, 0, 0) + tail
        return _filled(body, 16, _pseudo(packet, len(body)))
    if proto == UDP:
        body = struct.pack("!HHHH", sport, dport, 8 + TAIL, 0) + tail
        return _filled(body, 6, _pseudo(packet, len(body)), never_zero=True)
    if proto == SCTP:
        # A tag of 0 is allowed in INIT only; its answer carries the tag that INIT asked for.
        kind, tag = (_INIT, 0) if first == number else (_INIT_ACK, first | 1)
        chunk = struct.pack("!BBHIIHHI", kind, 0, 20 + 4 + TAIL, number | 1, 65_536, 1, 1, number)
        chunk += struct.pack("!HH", 0x8000, 4 + TAIL) + tail
        body = struct.pack("!HHI", sport, dport, tag)
        return body + struct.pack("<I", _crc32c(body + bytes(4) + chunk)) + chunk
    if proto in (ICMP, ICMP6):
        kind, code = divmod(packet[Field.ICMP], 256)
        body = struct.pack("!BBHHH", kind, code, 0, first & 0xFFFF, first >> 16) + tail
        return _filled(body, 2, _pseudo(packet, len(body)))
    return tail


def _pseudo(packet: Packet, size: int) -> bytes:
    """What checksums cover besides the body; ICMP of IPv4 alone covers nothing more."""
    proto = packet[Field.PROTO]
    if proto == ICMP and packet.family == 4:
        return b""
    both = address(packet.family, packet[Field.SRC]) + address(packet.family, packet[Field.DST])
    return both + struct.pack("!II", size, proto)


def _filled(data: bytes, at: int, before: bytes, *, never_zero: bool = False) -> bytes:
    """With the Internet checksum in its place (RFC 1071)."""
    covered = before + data + bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(covered) // 2}H", covered))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    value = ~total & 0xFFFF
    if never_zero and not value:
        value = 0xFFFF
    return data[:at] + struct.pack("!H", value) + data[at + 2 :]


@cache
def _table() -> tuple[int, ...]:
    """Of the CRC with Castagnoli's polynomial, bits reversed (RFC 9260, appendix A)."""
    found = []
    for start in range(256):
        value = start
        for _ in range(8):
            value = value >> 1 ^ (0x82F6_3B78 if value & 1 else 0)
        found.append(value)
    return tuple(found)


def _crc32c(data: bytes) -> int:
    table, value = _table(), 0xFFFF_FFFF
    for byte in data:
        value = value >> 8 ^ table[(value ^ byte) & 0xFF]
    return value ^ 0xFFFF_FFFF
