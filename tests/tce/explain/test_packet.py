"""Packets as people write them, and as proofs print them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.explain.packet import NotAPacketError, parse
from tce.space.header import (
    FIELDS,
    ICMP,
    ICMP6,
    PROTOCOLS,
    STATES,
    TCP,
    Family,
    Field,
    Packet,
    packet,
    top,
)

PORTS = (Field.SPORT, Field.DPORT)


@st.composite
def packets(draw: st.DrawFn) -> Packet:
    """Any packet that there is; its legs are not part of what is printed."""
    family: Family = draw(st.sampled_from((4, 6)))
    icmp = ICMP if family == 4 else ICMP6
    known = [one for one in PROTOCOLS.values() if one not in (ICMP, ICMP6)]
    proto = draw(st.sampled_from([*known, icmp, 89]))
    later = draw(st.booleans())
    has = {Field.SRC, Field.DST, Field.STATE}
    if not later:
        has |= set(PORTS) if proto in known else set()
        has |= {Field.ICMP} if proto == icmp else set()
        has |= {Field.FLAGS} if proto == TCP else set()
    values = {one.value: draw(st.integers(0, top(one, family))) for one in FIELDS if one in has}
    return packet(family, **values, proto=proto, fragment=int(later))


@given(packets())
def test_what_a_proof_prints_is_read_as_the_same_packet(one: Packet) -> None:
    assert parse(f"{one} {STATES[one[Field.STATE]]}").packet == one


def test_what_is_left_out_begins_a_connection() -> None:
    said = parse("tcp 10.1.2.3 > 10.9.0.5:443")
    assert str(said.packet) == "tcp 10.1.2.3:40000 > 10.9.0.5:443 flags syn"
    assert said.packet[Field.STATE] == STATES.index("new")
    assert str(parse("icmp 10.1.2.3 > 10.9.0.5").packet).endswith("type 8")
    assert str(parse("icmp ::1 > ::2").packet) == "icmp6 ::1 > ::2 type 128"


def test_neighbour_discovery_is_not_tracked() -> None:
    assert parse("icmp6 fe80::1 > ff02::1 type 135").packet[Field.STATE] == 4


def test_legs_are_named() -> None:
    said = parse("udp 10.1.2.3:1 > 10.9.0.5:53 in up0 out tce0")
    assert (said.leg_in, said.leg_out) == ("up0", "tce0")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it ends where a protocol such as tcp should be"),
        ("tpc 10.0.0.1 > 10.0.0.2:1", '"tpc" is no protocol; known: tcp, udp'),
        ("tcp 10.0.0.1 10.0.0.2:1", "between its two ends there has to be a >"),
        ("tcp 10.0.0.1 >", "it ends where where it goes should be"),
        ("tcp 10.0.0.1 > 10.0.0.2", "it goes to no port"),
        ("tcp 10.0.0.1 > 10.0.0.2:x", '"x" is no number from 0 to 65535'),
        ("tcp 10.0.0.1 > 10.0.0.2:65536", "is no number from 0 to 65535"),
        ("tcp 10.0.0.1 > [2001:db8::1]:1", "10.0.0.1 and 2001:db8::1 are of two families"),
        ("tcp 10.0.0.256 > 10.0.0.2:1", '"10.0.0.256" is no address'),
        ("tcp [::1 > [::2]:1", '"[::1" is no [address]:port'),
        ("icmp 10.0.0.1:1 > 10.0.0.2", "icmp has no ports"),
        ("udp 10.0.0.1 > 10.0.0.2:1 flags syn", "flags are TCP's"),
        ("tcp 10.0.0.1 > 10.0.0.2:1 type 8", "a type is ICMP's"),
        ("tcp 10.0.0.1 > 10.0.0.2:1 flags sin", '"sin" is no flag; known: ack'),
        ("tcp 10.0.0.1 > 10.0.0.2:1 later", "it ends where fragment should be"),
        ("tcp 10.0.0.1 > 10.0.0.2:1 later part", "what is later is a fragment"),
        ("tcp 10.0.0.1 > 10.0.0.2:1 begun", '"begun" is not understood'),
        ("protocol 256 10.0.0.1 > 10.0.0.2", "is no number from 0 to 255"),
    ],
)
def test_what_is_no_packet_is_told(text: str, why: str) -> None:
    with pytest.raises(NotAPacketError, match="is no packet") as caught:
        parse(text)
    assert why in str(caught.value)
    assert caught.value.exit_code == 2
