"""What is expected of a switch, which keeps no state."""

from __future__ import annotations

import pytest

from tce.prove.switch import Direction, switched
from tce.space.header import Packet
from tests.tce.prove.rendered import intent
from tests.tce.prove.test_perimeter import four, holds

NODE, CLOCK = "10.90.12.77", "10.1.0.123"
NTP = {"proto": 17, "dport": 123}


@pytest.mark.parametrize(
    ("direction", "one", "must", "may"),
    [
        ("in", four(NODE, CLOCK, **NTP), True, True),
        ("out", four(NODE, CLOCK, **NTP), False, False),
        ("out", four(CLOCK, NODE, proto=17, sport=123, dport=9), True, True),
        ("out", four(CLOCK, NODE, proto=17, sport=124, dport=9), False, False),
        ("out", four(CLOCK, NODE, proto=1, icmp=768), True, True),
        ("out", four(CLOCK, NODE, proto=1, icmp=772), False, True),
        ("out", four(CLOCK, NODE, proto=1, icmp=1280), False, False),
        ("out", four("10.1.0.124", NODE, proto=1, icmp=768), False, False),
        ("out", four("203.0.113.80", "10.90.12.65", proto=6, sport=443, flags=16), True, True),
        ("out", four("203.0.113.80", "10.90.12.65", proto=6, sport=443, flags=8), False, False),
        ("in", four("10.90.12.65", "203.0.113.80", proto=6, dport=443, flags=4), True, True),
        ("in", four(NODE, "10.200.0.10", proto=6, dport=8200, flags=8), False, False),
        ("out", four("198.51.100.10", "192.0.2.2", proto=17, dport=51820), True, True),
        ("in", four("192.0.2.2", "198.51.100.10", proto=17, sport=51820, dport=7), True, True),
        ("in", four("192.0.2.2", "198.51.100.10", proto=17, sport=7, dport=51820), False, False),
        ("in", four(NODE, CLOCK, proto=17, fragment=1), False, False),
        ("in", four("fe80::1", "ff02::1:ff00:9", proto=58, icmp=34560), True, True),
        ("in", four("fe80::1", "ff02::1", proto=58, icmp=34048), False, False),
    ],
)
def test_a_packet(direction: Direction, one: Packet, must: bool, may: bool) -> None:
    assert holds(switched(intent(), one.family, direction), one) == (must, may)
