from __future__ import annotations

import ipaddress
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tce.render.network.pieces import Piece, Wanted, pieces


def networks(*texts: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(text) for text in texts]


def shown(found: tuple[Piece, ...]) -> list[str]:
    return [f"{one.name} {one.source} {one.destination} {one.ports}" for one in found]


def test_what_lies_in_another_flow_is_said_once() -> None:
    found = pieces(
        [
            Wanted("wide", networks("10.0.0.0/8"), networks("192.0.2.0/24"), [(80, 443)]),
            Wanted("narrow", networks("10.1.0.0/16"), networks("192.0.2.7/32"), [(443, 444)]),
        ]
    )
    assert shown(found) == [
        "wide 10.0.0.0/8 192.0.2.0/24 (80, 443)",
        "narrow 10.1.0.0/16 192.0.2.7/32 (444, 444)",
    ]


def test_a_destination_is_cut_around_what_a_wider_source_reaches_in_it() -> None:
    found = pieces(
        [
            Wanted("host", networks("10.1.0.0/16"), networks("192.0.2.0/30"), [(22, 22)]),
            Wanted("all", networks("10.0.0.0/8"), networks("192.0.2.1/32"), [(22, 22)]),
        ]
    )
    assert shown(found) == [
        "all 10.0.0.0/8 192.0.2.1/32 (22, 22)",
        "host 10.1.0.0/16 192.0.2.0/32 (22, 22)",
        "host 10.1.0.0/16 192.0.2.2/31 (22, 22)",
    ]


def test_other_ports_of_an_address_do_not_cut_its_network() -> None:
    found = pieces(
        [
            Wanted("ssh", networks("10.0.0.0/8"), networks("192.0.2.0/24"), [(22, 22)]),
            Wanted("api", networks("10.0.0.0/8"), networks("192.0.2.9/32"), [(6443, 6443)]),
        ]
    )
    assert shown(found) == [
        "ssh 10.0.0.0/8 192.0.2.0/24 (22, 22)",
        "api 10.0.0.0/8 192.0.2.9/32 (6443, 6443)",
    ]


def test_flows_without_ports_have_none() -> None:
    found = pieces([Wanted("ping", networks("2001:db8::/64"), networks("2001:db8:1::1/128"))])
    assert shown(found) == ["ping 2001:db8::/64 2001:db8:1::1/128 None"]


def test_ten_thousand_flows_from_and_to_single_addresses_stay_ten_thousand() -> None:
    every = [
        Wanted(
            f"f{number}",
            [ipaddress.ip_network(0x0A000000 + number)],
            [ipaddress.ip_network(0xC0000000 + number * 2)],
            [(1 + number, 2 + number)],
        )
        for number in range(10_000)
    ]
    assert len(pieces([*every, every[7]])) == 10_000


_networks = st.builds(
    lambda bits, host: ipaddress.ip_network((host & ~((1 << bits) - 1), 32 - bits)),
    st.integers(0, 4),
    st.integers(0, 15),
)
_ports = st.builds(lambda first, more: (first, first + more), st.integers(1, 6), st.integers(0, 3))
_wanted = st.builds(
    Wanted,
    st.sampled_from("abcdef"),
    st.lists(_networks, min_size=1, max_size=3),
    st.lists(_networks, min_size=1, max_size=3),
    st.lists(_ports, min_size=1, max_size=2),
)
Point = tuple[int, int, int]


def _points(one: Wanted | Piece) -> set[Point]:
    """Every packet, one by one."""
    if isinstance(one, Wanted):
        sources, ends, ports = one.sources, one.destinations, one.ports
    else:
        assert one.ports is not None
        sources, ends, ports = [one.source], [one.destination], [one.ports]
    return {
        (int(source), int(end), port)
        for network in sources
        for source in network
        for other in ends
        for end in other
        for first, last in ports
        for port in range(first, last + 1)
    }


@given(st.lists(_wanted, max_size=6))
def test_pieces_are_all_that_is_wanted_and_no_two_overlap(wanted: list[Wanted]) -> None:
    found = pieces(wanted)
    every = [_points(one) for one in found]
    assert set().union(*every) == set().union(*map(_points, wanted))
    assert all(not one & other for one, other in combinations(every, 2))
    assert all(
        _points(one) <= set().union(*(_points(w) for w in wanted if w.name == one.name))
        for one in found
    )
