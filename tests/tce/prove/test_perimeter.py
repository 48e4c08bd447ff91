"""What is expected of the gateway, packet by packet."""

from __future__ import annotations

import ipaddress

import pytest

from tce.prove import perimeter
from tce.prove.clause import Expected
from tce.space.header import Packet, packet
from tests.tce.prove.rendered import intent

TCE, UP, WG = 1, 2, 3


def holds(expected: Expected, one: Packet) -> tuple[bool, bool]:
    """Whether it must be accepted, and whether it may."""
    return tuple(  # type: ignore[return-value]
        any(one in clause.box for clause in its) for its in (expected.must, expected.may)
    )


def four(source: str, destination: str, **values: int) -> Packet:
    ends = {
        "src": int(ipaddress.ip_address(source)),
        "dst": int(ipaddress.ip_address(destination)),
    }
    return packet(6 if ":" in source else 4, **ends, **values)


SSH = {"proto": 6, "dport": 22, "flags": 8}
ADMIN, NODE, TENANT = "10.200.4.9", "10.90.12.77", "10.128.0.9"


@pytest.mark.parametrize(
    ("one", "must", "may"),
    [
        (four(ADMIN, NODE, iif=WG, oif=TCE, **SSH), True, True),
        (four(ADMIN, NODE, iif=UP, oif=TCE, **SSH), False, False),
        (four(ADMIN, NODE, iif=WG, oif=TCE, proto=6, dport=22, flags=32), False, False),
        (four(ADMIN, NODE, iif=WG, oif=TCE, proto=6, dport=23, flags=8), False, False),
        (four(NODE, ADMIN, iif=TCE, oif=WG, state=1, proto=6, sport=22), True, True),
        (four(TENANT, NODE, iif=UP, oif=TCE, state=1, proto=6, sport=22), False, True),
        (four(TENANT, NODE, iif=UP, oif=TCE, state=3, proto=6, sport=22), False, False),
        (four(ADMIN, NODE, iif=WG, oif=TCE, proto=1, icmp=2048), True, True),
        (four(ADMIN, NODE, iif=WG, oif=TCE, proto=1, icmp=2049), False, True),
        (four(ADMIN, NODE, iif=WG, oif=TCE, proto=1, icmp=1280), False, False),
        (four(ADMIN, NODE, iif=WG, oif=TCE, state=2, proto=1, icmp=772), False, True),
        (four(ADMIN, NODE, iif=WG, oif=TCE, state=2, proto=1, icmp=768), True, True),
        (four(ADMIN, NODE, iif=WG, oif=TCE, state=2, proto=6, dport=20), False, False),
        (four("9.9.9.9", ADMIN, iif=UP, oif=WG, state=2, proto=1, icmp=768), False, False),
        (four("9.9.9.9", NODE, iif=UP, oif=TCE, state=2, proto=1, icmp=768), False, True),
    ],
)
def test_a_packet_from_leg_to_leg(one: Packet, must: bool, may: bool) -> None:
    assert holds(perimeter.forward(intent(), one.family), one) == (must, may)


@pytest.mark.parametrize(
    ("one", "must", "may"),
    [
        (four("198.51.100.10", "192.0.2.2", iif=UP, proto=17, dport=51820), True, True),
        (four("198.51.100.11", "192.0.2.2", iif=UP, proto=17, dport=51820), False, False),
        (four("198.51.100.10", "192.0.2.2", iif=WG, proto=17, dport=51820), False, False),
        (four(ADMIN, "10.90.12.1", iif=WG, **SSH), True, True),
        (four(ADMIN, "10.90.12.2", iif=WG, **SSH), False, False),
        (four("fe80::1", "ff02::1:ff00:1", iif=TCE, proto=58, icmp=34560, state=4), True, True),
        (four("fe80::1", "ff02::1:ff00:1", iif=WG, proto=58, icmp=34560, state=4), False, False),
        (four("fe80::1", "ff02::2", iif=TCE, proto=58, icmp=34048, state=4), False, False),
        (four(TENANT, "10.90.12.1", iif=UP, proto=6, dport=22, state=1), False, True),
    ],
)
def test_a_packet_to_the_gateway_itself(one: Packet, must: bool, may: bool) -> None:
    assert holds(perimeter.entering(intent(), one.family), one) == (must, may)


def test_all_that_must_be_accepted_may_be() -> None:
    for family in (4, 6):
        for its in (
            perimeter.forward(intent("alps"), 4 if family == 4 else 6),
            perimeter.entering(intent("alps"), 4 if family == 4 else 6),
        ):
            lows = [Packet(c.box.family, tuple(s[0] for s in c.box.ranges)) for c in its.must]
            assert all(holds(its, one) == (True, True) for one in lows)
