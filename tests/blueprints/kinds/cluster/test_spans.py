from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.kinds.cluster.spans import Span, collisions, span, usable

NUMBERS = st.integers(0, 60)
RUNS = st.lists(st.tuples(NUMBERS, NUMBERS).map(lambda two: Span(4, min(two), max(two))))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("192.0.2.10", "192.0.2.10", "192.0.2.10"),
        ("192.0.2.0/24", "192.0.2.0", "192.0.2.255"),
        ("192.0.2.4-192.0.2.9", "192.0.2.4", "192.0.2.9"),
        ("2001:db8::/126", "2001:db8::", "2001:db8::3"),
        ("2001:db8::1-2001:db8::2", "2001:db8::1", "2001:db8::2"),
    ],
)
def test_all_three_ways_to_write_addresses(text: str, first: str, last: str) -> None:
    low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
    assert span(text) == Span(low.version, int(low), int(high))


def test_families_never_meet() -> None:
    assert not Span(4, 0, 9).overlaps(Span(6, 0, 9))
    assert not Span(4, 0, 9).within(Span(6, 0, 9))


@pytest.mark.parametrize(
    ("cidr", "first", "last"),
    [
        ("192.0.2.0/24", "192.0.2.1", "192.0.2.254"),
        ("192.0.2.0/31", "192.0.2.0", "192.0.2.1"),
        ("2001:db8::/64", "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff"),
    ],
)
def test_a_node_has_neither_the_networks_own_address_nor_its_broadcast(
    cidr: str, first: str, last: str
) -> None:
    assert usable(cidr) == span(f"{first}-{last}")


@given(RUNS)
def test_a_collision_is_found_where_and_only_where_two_share_an_address(runs: list[Span]) -> None:
    found = list(collisions((run, number) for number, run in enumerate(runs)))
    for one, other in found:
        assert one < other
        assert runs[one].overlaps(runs[other])
    clear = all(
        not one.overlaps(other) for number, one in enumerate(runs) for other in runs[number + 1 :]
    )
    assert clear == (not found)
