from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.attack.capture import is_capture, read

SECRET = b"a value that two packets share"


def _tcp(sequence: int, data: bytes, *, tag: int = 0, ipv6: bool = False) -> bytes:
    segment = struct.pack(">HHIIBBHHH", 40000, 9000, sequence, 0, 0x50, 24, 0, 0, 0) + data
    return _ethernet(6, segment, tag, ipv6)


def _udp(data: bytes) -> bytes:
    return _ethernet(17, struct.pack(">HHHH", 51820, 51820, 8 + len(data), 0) + data, 0, False)


def _ethernet(protocol: int, inner: bytes, tag: int, ipv6: bool) -> bytes:
    if ipv6:
        options = bytes([protocol, 0, 1, 4, 0, 0, 0, 0])
        packet = struct.pack(">IHBB", 6 << 28, len(inner) + 8, 0, 64) + bytes(32) + options + inner
    else:
        packet = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(inner), 0, 0, 64, protocol, 0)
        packet += bytes([10, 90, 12, 11, 10, 90, 12, 12]) + inner
    kind = b"\x86\xdd" if ipv6 else b"\x08\x00"
    tags = struct.pack(">HH", 0x8100, tag) if tag else b""
    return bytes(12) + tags + kind + packet


def pcap(*packets: bytes, order: str = "<", link: int = 1) -> bytes:
    head = struct.pack(f"{order}IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)
    records = (struct.pack(f"{order}IIII", 0, 0, len(one), len(one)) + one for one in packets)
    return head + b"".join(records)


def _pcapng(*packets: bytes) -> bytes:
    blocks = [(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))]
    blocks.append((1, struct.pack("<HHI", 1, 0, 0)))
    for one in packets:
        padded = one + bytes(-len(one) % 4)
        blocks.append((6, struct.pack("<IIIII", 0, 0, 0, len(one), len(one)) + padded))
    return b"".join(
        struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
        for kind, body in blocks
    )


TWO = (_tcp(1010, SECRET[10:], tag=412), _tcp(1000, SECRET[:10], tag=412))


@pytest.mark.parametrize("data", [pcap(*TWO), pcap(*TWO, order=">"), _pcapng(*TWO)])
def test_packets_are_put_in_order(data: bytes) -> None:
    assert is_capture(data)
    assert SECRET not in data
    [flow] = read(data).flows
    assert flow.name == "tcp 10.90.12.11:40000 > 10.90.12.12:9000"
    assert flow.text() == SECRET


def test_what_was_sent_twice_is_there_once() -> None:
    data = pcap(_tcp(0, SECRET[:20]), _tcp(10, SECRET[10:20]), _tcp(10, SECRET[10:]))
    [flow] = read(data).flows
    assert flow.text() == SECRET


def test_ipv6_with_options_and_raw_links_are_read() -> None:
    [flow] = read(pcap(_tcp(5, SECRET, ipv6=True))).flows
    assert flow.text() == SECRET
    [flow] = read(pcap(_tcp(5, SECRET)[14:], link=101)).flows
    assert flow.text() == SECRET


def test_datagrams_stay_in_the_order_in_which_they_came() -> None:
    [flow] = read(pcap(_udp(SECRET[:10]), _udp(SECRET[10:]))).flows
    assert flow.text() == SECRET


def test_packets_are_counted_by_what_protects_them() -> None:
    wireguard = b"\x04\0\0\0" + bytes(60)
    tls = b"\x17\x03\x03\x00\x10" + bytes(16)
    data = pcap(_udp(wireguard), _tcp(1, tls), _tcp(9, b"GET /"), _tcp(1, b""), b"short")
    assert read(data).packets == {
        "TLS": 1,
        "WireGuard": 1,
        "empty": 1,
        "not read": 1,
        "other": 1,
    }


@given(st.binary(max_size=200), st.booleans(), st.sampled_from([1, 12, 113, 105]))
def test_no_bytes_make_it_fail(packet: bytes, ng: bool, link: int) -> None:
    read(_pcapng(packet) if ng else pcap(packet, link=link))
    read((_pcapng(_tcp(1, b"x")) if ng else pcap(_tcp(1, b"x"), link=link))[: 24 + len(packet)])
