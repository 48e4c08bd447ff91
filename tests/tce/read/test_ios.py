"""A switch of Cisco's, its configuration written by hand from the public syntax."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.read.ios import read
from tce.space.errors import NotModelledError
from tce.space.filter import Filter
from tests.tce.read.deciding import verdict

SAMPLE = (Path(__file__).parent / "samples" / "leaf2.ios").read_text()


def bound(entries: str, family: int = 4) -> tuple[Filter, ...]:
    head = "ip access-list extended A" if family == 4 else "ipv6 access-list A"
    word = "ip access-group" if family == 4 else "ipv6 traffic-filter"
    return read(f"{head}\n{entries}\ninterface Vlan411\n {word} A in\n", "leaf2.ios")


def sample() -> tuple[Filter, ...]:
    return read(SAMPLE, "leaf2.ios")


def test_the_interface_has_four_filters_and_one_of_them_is_open() -> None:
    assert [(one.family, one.point, one.default) for one in sample()] == [
        (4, "in", "drop"),
        (4, "out", "drop"),
        (6, "in", "drop"),
        (6, "out", "accept"),
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("udp 10.1.1.1 > 10.2.0.1 later", "drop 31"),
        ("tcp 10.90.12.70:5 > 203.0.113.80:443 syn", "accept 32"),
        ("tcp 10.90.12.70:443 > 203.0.113.140:9 syn", "drop"),
        ("udp 10.90.12.70:443 > 203.0.113.140:9", "accept 32"),
        ("udp 10.90.12.70:9 > 203.0.113.111:8443", "accept 32"),
        ("tcp 10.90.12.70:9 > 198.51.100.15:8443", "accept 32"),
        ("icmp 10.90.12.70 > 198.51.100.15 type8", "accept 32"),
        ("50 10.90.12.70 > 198.51.100.15", "accept 32"),
        ("tcp 10.90.12.70:5 > 203.0.113.141:443 syn", "drop"),
        ("tcp 10.90.12.96:5 > 203.0.113.80:443 syn", "drop"),
        ("tcp 10.90.12.1:5 > 10.1.0.123:7 syn urg", "accept 33"),
        ("tcp 10.90.12.1:5 > 10.1.0.123:7 syn ack", "drop"),
        ("tcp 10.90.12.1:5 > 10.1.0.124:7 ack", "accept 34"),
        ("tcp 10.90.12.1:5 > 10.1.0.124:7 syn", "drop"),
        ("udp 0.0.0.0:68 > 255.255.255.255:67", "accept 36"),
        ("icmp 10.1.1.1 > 10.1.0.1 type3/13", "accept 37"),
        ("icmp 10.1.1.1 > 10.1.0.1 type3/4", "accept 38"),
        ("icmp 10.1.1.1 > 10.1.0.1 type3/1", "drop"),
        ("tcp 10.1.1.1:1 > 10.2.0.1:22 ack", "drop 39"),
        ("tcp 10.1.1.1:1 > 10.2.0.1:23", "accept 40"),
    ],
)
def test_packets_into_the_switch_are_judged_by_the_first_entry_that_fits(
    said: str, expected: str
) -> None:
    assert verdict(sample(), "in", said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("udp 10.7.0.9:1 > 192.0.2.2:5", "accept 43"),
        ("udp 10.7.1.9:1 > 192.0.2.2:5", "drop"),
        ("tcp 10.7.1.9:1 > 192.0.2.9:5 rst", "accept 44"),
        ("tcp 10.7.1.9 > 192.0.2.9 later", "accept 44"),
    ],
)
def test_a_numbered_list_and_a_scattered_mask_are_read(said: str, expected: str) -> None:
    assert verdict(sample(), "out", said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("udp [2001:db8:90:12::1]:5 > [2001:db8::9]:123", "accept 48"),
        ("tcp [2001:db8:7::1]:5 > [2001:db8:1::123]:443 syn", "accept 47"),
        ("icmp6 fe80::1 > 2001:db8:bad::1 type135", "drop 50"),
        ("icmp6 fe80::1 > fe80::2 type135", "accept 46"),
        ("icmp6 fe80::1 > fe80::2 type136", "accept 46"),
        ("icmp6 fe80::1 > ff02::1 type134", "drop"),
    ],
)
def test_neighbour_discovery_passes_a_list_of_ipv6_without_being_written(
    said: str, expected: str
) -> None:
    assert verdict(sample(), "in", said) == expected


def test_a_written_deny_of_everything_stops_neighbour_discovery_too() -> None:
    found = bound(" permit tcp any any\n deny ipv6 any any log", 6)
    assert verdict(found, "in", "icmp6 fe80::1 > fe80::2 type135") == "drop 3"
    assert found[2].logs


def test_a_deny_with_ports_stops_no_later_fragment() -> None:
    found = bound(" deny tcp any any eq 23\n permit tcp any any eq 80")
    assert verdict(found, "in", "tcp 10.0.0.1 > 10.0.0.2 later") == "accept 3"


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("permit tcp 10.0.0.0/8 any", "not how IOS writes"),
        ("permit tcp 10.0.0.0 255.255.0.0 any", "16 scattered bits"),
        ("permit tcp any any time-range night", "'time-range'"),
        ("permit tcp any any reflect back", "'reflect'"),
        ("evaluate back", "'evaluate'"),
        ("dynamic x permit ip any any", "'dynamic'"),
        ("permit ip any any option lsr", "'option'"),
        ("permit ip any any precedence critical", "'precedence'"),
        ("permit igmp any any host-query", "'host-query'"),
        ("permit tcp any any match-all", "no flag is named"),
        ("permit tcp any any match-all +syn -syn", "set and not set"),
        ("permit tcp any any eq 80 match-any +ece", "no flag is named"),
        ("permit tcp object-group NONE any", "no network group NONE"),
        ("permit object-group NONE any any", "no service group NONE"),
        ("permit tcp any any ttl eq 1", "'ttl'"),
        ("permit icmp any any 256", "'256'"),
        ("permit tcp any eq any", "'any' is no port"),
        ("permit tcp host any", "any is no IPv4"),
    ],
)
def test_entries_that_are_not_modelled_are_refused_with_their_line(entry: str, why: str) -> None:
    with pytest.raises(NotModelledError, match=why) as caught:
        bound(f" {entry}")
    assert str(caught.value).startswith("leaf2.ios:2: ")


def test_object_groups_are_not_known_to_lists_of_ipv6() -> None:
    with pytest.raises(NotModelledError, match="no network group G"):
        bound(" permit tcp object-group G any", 6)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ip access-list standard 5\n permit any\n", r"f\.ios:1: 'ip access-list standard"),
        ("access-list 5 permit any\n", r"f\.ios:1: 'access-list 5"),
        ("ip nat inside source list 1 pool x\n", r"f\.ios:1: 'ip nat"),
        ("zone-pair security x source a destination b\n", r"f\.ios:1: 'zone-pair"),
        ("vlan access-map x 10\n", r"f\.ios:1: 'vlan access-map"),
        ("policy-map x\n", r"f\.ios:1: 'policy-map"),
        ("object-group network G\n 10.0.0.0 0.0.0.255\n", r"f\.ios:2: a netmask"),
    ],
)
def test_configurations_that_are_not_modelled_are_refused(text: str, why: str) -> None:
    with pytest.raises(NotModelledError, match=why):
        read(text, "f.ios")


def test_what_may_change_packets_on_the_filtered_interface_is_refused() -> None:
    text = (
        "ip access-list extended A\n permit ip any any\ninterface Vlan4\n ip policy route-map x\n"
    )
    with pytest.raises(NotModelledError, match=r"f\.ios:4: 'ip policy"):
        read(f"{text} ip access-group A in\n", "f.ios")


def test_a_binding_that_is_taken_away_is_gone() -> None:
    text = "ip access-list extended A\n permit ip any any\ninterface Vlan4\n ip access-group A in\n"
    found = read(f"{text} ip access-group A out\n no ip access-group A in\n", "f.ios")
    assert [one.default for one in found] == ["accept", "drop", "accept", "accept"]


@given(st.data())
def test_a_damaged_configuration_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SAMPLE)))
    end = data.draw(st.integers(start, min(len(SAMPLE), start + 40)))
    put = data.draw(st.text("! \n19ae/.:-anyo", max_size=8))
    try:
        found = read(SAMPLE[:start] + put + SAMPLE[end:], "leaf2.ios")
    except NotModelledError as error:
        assert str(error).startswith("leaf2.ios:")  # noqa: PT017
    else:
        assert len(found) % 4 == 0
