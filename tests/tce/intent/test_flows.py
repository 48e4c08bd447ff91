"""What is declared as what is allowed: one family at a time, the fewest networks, merged ports."""

from __future__ import annotations

import ipaddress
import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tce.intent.flows import Allowed, allowed, fewest, merged, networks
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed


def named(
    name: str, example: str = HOSPITAL, changes: dict[str, Any] | None = None
) -> list[Allowed]:
    return [one for one in allowed(typed(changes, example)) if one.name == name]


def test_a_flow_is_allowed_in_each_family_that_both_ends_have() -> None:
    four, six = named("kubectl")
    assert (four.version, six.version) == (4, 6)
    assert list(map(str, four.sources)) == ["10.200.4.0/24"]
    assert list(map(str, six.destinations)) == ["2001:db8:90:12::10/128"]
    (only,) = named("tang")
    assert only.version == 4
    assert list(map(str, only.destinations)) == ["10.200.0.11/32", "10.200.0.12/31"]


def test_ipv6_that_is_off_allows_none_of_it() -> None:
    spec = typed()
    off = spec.model_copy(update={"ipv6": False})
    assert networks(off, "internet", None, 6) == ()


def test_the_environment_s_flows_say_who_answers_for_them() -> None:
    for example in (HOSPITAL, ALPS):
        spec = typed(example=example)
        declared = {flow.name: flow for flow in spec.flows}
        for one in allowed(spec):
            assert one.owner
            assert one.why
            assert one.expires == (declared[one.name].expires if one.name in declared else None)


def test_switches_see_what_is_neither_in_the_tunnel_nor_between_own_legs() -> None:
    seen = {one.name for one in allowed(typed(example=ALPS)) if one.switched}
    assert seen == {"ntp", "ntp-nodes", "vpn-institute", "vpn-partner"}


def test_the_tunnel_comes_to_the_gateway_itself_in_the_peer_s_family() -> None:
    (one,) = named("vpn-partner", ALPS)
    assert (one.scope, one.version, one.protocol, one.ports) == (
        "input",
        6,
        "udp",
        ((51821, 51821),),
    )
    assert list(map(str, one.sources)) == ["2001:db8:cafe::20/128"]
    assert list(map(str, one.destinations)) == ["2001:db8:91:11::2/128"]


def test_the_internet_is_what_no_zone_has() -> None:
    spec = typed()
    four = networks(spec, "internet", None, 4)
    six = networks(spec, "internet", None, 6)
    for zone in spec.zones.values():
        for text in zone.networks:
            taken = ipaddress.ip_network(text)
            assert not any(one.overlaps(taken) for one in (*four, *six))
    assert any(ipaddress.ip_address("203.0.113.80") in one for one in four)
    assert any(ipaddress.ip_address("2001:4860::1") in one for one in six)
    assert not any(ipaddress.ip_address("192.168.0.1") in one for one in four)
    assert all(str(one)[0] in "23" for one in six)


RANGES = st.tuples(st.integers(1, 40), st.integers(0, 10)).map(lambda at: (at[0], at[0] + at[1]))


@given(st.lists(RANGES))
def test_merged_ranges_are_exactly_the_ranges(ranges: list[tuple[int, int]]) -> None:
    def ports(of: tuple[tuple[int, int], ...]) -> set[int]:
        return {port for first, last in of for port in range(first, last + 1)}

    made = merged(ranges)
    assert ports(made) == ports(tuple(ranges))
    assert list(made) == sorted(made)
    assert all(b + 1 < c for (_, b), (c, _) in itertools.pairwise(made))


def test_networks_are_the_fewest() -> None:
    said = map(ipaddress.ip_network, ["10.0.1.0/24", "10.0.0.0/24", "10.0.0.7/32", "2001:db8::/64"])
    assert list(map(str, fewest(said, 4))) == ["10.0.0.0/23"]


def test_ports_that_meet_are_one_range() -> None:
    four, _ = named("kubectl", changes={"flows/0/ports": [6443, "6440-6442", 22, "6000-6500"]})
    assert four.ports == ((22, 22), (6000, 6500))
