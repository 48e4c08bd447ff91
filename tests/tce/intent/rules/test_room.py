"""Addresses as runs of numbers, against the library's networks."""

from __future__ import annotations

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from blueprints.kinds.cluster.spans import span
from tce.intent.rules.room import Room

PREFIXES = st.integers(0, 255).flatmap(
    lambda byte: st.integers(26, 32).map(
        lambda length: ipaddress.ip_network((0x0A000000 | byte, length), strict=False)
    )
)


@given(st.lists(PREFIXES, max_size=8), PREFIXES)
def test_it_holds_and_meets_what_its_networks_do(
    given_: list[ipaddress.IPv4Network], asked: ipaddress.IPv4Network
) -> None:
    room = Room(span(str(one)) for one in given_)
    inside = [any(address in one for one in given_) for address in asked]
    assert (span(str(asked)) in room) == all(inside)
    assert room.meets(span(str(asked))) == any(inside)


def test_families_are_apart() -> None:
    room = Room([span("10.0.0.0/8")])
    assert span("::a00:0/104") not in room
    assert not room.meets(span("2001:db8::/32"))
    assert room.versions == {4}


def test_the_last_address_of_all_is_found() -> None:
    room = Room([span("ff00::/8"), span("240.0.0.0/4")])
    assert span("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff") in room
    assert span("255.255.255.255") in room
