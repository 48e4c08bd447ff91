import struct

import pytest

from tce.probe.frames import address, datagram, ends, error_about, number_of
from tce.space.header import ICMP, ICMP6, SCTP, TCP, UDP, Family, Field, Packet, packet

V4 = {"src": 0x0A00_0001, "dst": 0xC000_0202}
V6 = {"src": 0x2001_0DB8 << 96 | 1, "dst": 0x2001_0DB8 << 96 | 2}
PORTS = {"sport": 40_000, "dport": 443}


def of(family: Family, proto: int, **more: int) -> Packet:
    return packet(family, **(V4 if family == 4 else V6), proto=proto, **more)


def folded(data: bytes) -> int:
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def pseudo(data: bytes, proto: int, size: int) -> bytes:
    source, destination = ends(data)
    return source + destination + struct.pack("!II", size, proto)


EVERY = [
    of(family, proto, **more)
    for family in (4, 6)
    for proto, more in (
        (TCP, {**PORTS, "flags": 8}),
        (UDP, PORTS),
        (SCTP, PORTS),
        (ICMP if family == 4 else ICMP6, {"icmp": (8 if family == 4 else 128) << 8}),
        (50, {}),
    )
]


@pytest.mark.parametrize("given", EVERY, ids=str)
def test_a_packet_carries_its_number_ends_and_length(given: Packet) -> None:
    data = datagram(given, 0x0102_0304)
    assert number_of(data) == 0x0102_0304
    assert ends(data) == (
        address(given.family, given[Field.SRC]),
        address(given.family, given[Field.DST]),
    )
    if given.family == 4:
        assert struct.unpack("!H", data[2:4])[0] == len(data)
        assert data[9] == given[Field.PROTO]
        assert folded(data[:20]) == 0xFFFF
    else:
        assert struct.unpack("!H", data[4:6])[0] == len(data) - 40
        assert data[6] == given[Field.PROTO]


@pytest.mark.parametrize(
    "given", [one for one in EVERY if one[Field.PROTO] in (TCP, UDP, 58)], ids=str
)
def test_checksums_cover_the_pseudo_header(given: Packet) -> None:
    data = datagram(given, 7)
    body = data[20 if given.family == 4 else 40 :]
    assert folded(pseudo(data, given[Field.PROTO], len(body)) + body) == 0xFFFF


def test_icmp_of_ipv4_covers_itself_alone() -> None:
    assert folded(datagram(of(4, ICMP, icmp=2048), 7)[20:]) == 0xFFFF


def test_sctp_has_the_crc_of_castagnoli() -> None:
    from tce.probe.frames import _crc32c

    # The check value of CRC-32C, and the vector of 32 zeros of RFC 3720, B.4.
    assert _crc32c(b"123456789") == 0xE306_9283
    assert _crc32c(bytes(32)) == 0x8A91_36AA
    body = datagram(of(4, SCTP, **PORTS), 7)[20:]
    (said,) = struct.unpack("<I", body[8:12])
    assert said == _crc32c(body[:8] + bytes(4) + body[12:])


def test_flags_stand_where_tcp_has_them() -> None:
    for flags, bit in ((32, 0x10), (16, 0x04), (8, 0x02), (4, 0x01), (2, 0x08), (1, 0x20)):
        assert datagram(of(4, TCP, **PORTS, flags=flags), 1)[20 + 13] == bit


def test_an_answer_acknowledges_what_it_answers() -> None:
    data = datagram(of(4, TCP, **PORTS, flags=40), 9, answer_to=7)
    assert struct.unpack("!II", data[24:32]) == (9, 8)
    echo = datagram(of(4, ICMP, icmp=0), 9, answer_to=7)
    assert struct.unpack("!HH", echo[24:28]) == (7, 0)
    assert number_of(echo) == 9


def test_an_error_quotes_the_whole_packet_and_has_a_number_of_its_own() -> None:
    quoted = datagram(of(4, UDP, **PORTS), 7)
    data = error_about(of(4, ICMP, icmp=3 << 8 | 3), quoted, 9)
    assert number_of(data) == 9
    assert quoted in data
    assert data[20:22] == bytes((3, 3))
    assert folded(data[20:]) == 0xFFFF


def test_packets_of_others_have_no_number() -> None:
    assert number_of(b"") is None
    assert number_of(bytes(60)) is None


def test_neighbour_discovery_has_the_highest_hop_limit() -> None:
    assert datagram(of(6, ICMP6, icmp=135 << 8), 1)[7] == 255
    assert datagram(of(6, ICMP6, icmp=128 << 8), 1)[7] == 64
