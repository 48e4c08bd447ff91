"""A switch of Arista's, its configuration written by hand from the public syntax."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.read.eos import read
from tce.space.errors import NotModelledError
from tce.space.filter import Filter
from tests.tce.read.deciding import verdict

SAMPLE = (Path(__file__).parent / "samples" / "leaf1.eos").read_text()


def bound(entries: str, family: str = "ip") -> tuple[Filter, ...]:
    text = f"{family} access-list A\n{entries}\ninterface Vlan411\n   {family} access-group A in\n"
    return read(text, "network/switches/leaf1.eos")


def sample() -> tuple[Filter, ...]:
    return read(SAMPLE, "leaf1.eos")


def test_the_interface_has_four_filters_and_one_of_them_is_open() -> None:
    assert [(one.family, one.point, one.default, one.interface) for one in sample()] == [
        (4, "in", "drop", "Vlan411"),
        (4, "out", "drop", "Vlan411"),
        (6, "in", "drop", "Vlan411"),
        (6, "out", "accept", "Vlan411"),
    ]
    assert not any(one.stateful for one in sample())


def test_a_device_is_called_as_its_file() -> None:
    assert {one.device for one in bound("   permit ip any any")} == {"leaf1"}


def test_entries_are_in_the_order_of_their_numbers() -> None:
    lines = [rule.line for rule in sample()[0].rules]
    assert lines == [19, 18, 21, 22, 23, 24, 25, 26, 27]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("udp 10.90.12.1:1 > 10.1.0.1:1 later", "drop 19"),
        ("tcp 10.90.12.64:1024 > 203.0.113.80:443 syn", "accept 18"),
        ("tcp 10.90.12.64:1025 > 203.0.113.80:450 syn", "accept 18"),
        ("tcp 10.90.12.64:1026 > 203.0.113.80:443 syn", "drop 24"),
        ("tcp 10.90.12.64:1024 > 203.0.113.80:451 ack", "drop"),
        ("udp 10.90.12.7:1 > 10.9.9.9:54", "accept 21"),
        ("udp 10.90.12.8:1 > 10.9.9.9:54", "drop"),
        ("udp 10.90.12.7:1 > 10.9.9.9:53", "drop"),
        ("icmp 10.5.5.5 > 10.1.7.7 type3/13", "accept 22"),
        ("icmp 10.5.5.5 > 10.1.7.7 type12/2", "accept 23"),
        ("icmp 10.5.5.5 > 10.1.7.7 type12/1", "drop"),
        ("icmp 10.5.5.5 > 10.1.7.7 type8", "drop"),
        ("tcp 10.5.5.5:1 > 10.2.7.7:1 ack", "accept 25"),
        ("tcp 10.5.5.5:1 > 10.2.7.7:1 rst", "accept 25"),
        ("tcp 10.5.5.5:1 > 10.2.7.7:1 syn ack", "drop 24"),
        ("tcp 10.5.5.5:1 > 10.2.7.7:1 fin", "drop"),
        ("112 10.5.5.5 > 224.0.0.18", "accept 26"),
        ("99 10.90.12.9 > 10.5.5.5", "accept 27"),
    ],
)
def test_packets_into_the_switch_are_judged_by_the_first_entry_that_fits(
    said: str, expected: str
) -> None:
    assert verdict(sample(), "in", said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("tcp [2001:db8:bad::1]:2000 > [2001:db8:1::123]:80 syn", "drop 34"),
        ("tcp [2001:db8:90:12::1]:1024 > [2001:db8:1::123]:1023 syn", "accept 35"),
        ("tcp [2001:db8:90:12::1]:1023 > [2001:db8:1::123]:1023 syn", "drop"),
        ("tcp [2001:db8:90:12::1]:1024 > [2001:db8:1::123]:1024 syn", "drop"),
        ("icmp6 fe80::1 > fe80::2 type135", "accept 36"),
        ("icmp6 fe80::1 > fe80::2 type129", "accept 37"),
        ("icmp6 fe80::1 > ff02::1 type134", "accept 33"),
        ("icmp6 fe80::1 > ff02::1 type137", "drop"),
    ],
)
def test_packets_of_ipv6_meet_four_entries_that_nobody_wrote(said: str, expected: str) -> None:
    assert verdict(sample(), "in", said) == expected


def test_an_entry_that_denies_everything_comes_before_those_that_nobody_wrote() -> None:
    found = bound("   deny ipv6 any any log", "ipv6")
    assert [rule.line for rule in found[2].rules] == [2]
    assert found[2].logs


def test_later_fragments_pass_where_ports_are_permitted() -> None:
    found = bound("   permit tcp any any eq 22\n   deny udp any any eq 53\n   permit udp any any")
    assert verdict(found, "in", "tcp 10.0.0.1 > 10.0.0.2 later") == "accept 2"
    assert verdict(found, "in", "udp 10.0.0.1 > 10.0.0.2 later") == "accept 4"


def test_a_list_that_is_deleted_before_it_is_written_is_the_one_written() -> None:
    text = "no ip access-list A\nip access-list A\n   permit tcp any any\n"
    found = read(text + "interface Vlan4\n   ip access-group A in\n", "f.eos")
    assert [rule.line for rule in found[0].rules] == [3]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("permit tcp any any ttl eq 255", "'ttl'"),
        ("permit ip any any tracked", "'tracked'"),
        ("permit tcp any any dscp af11", "'dscp'"),
        ("permit tcp any any eq nonsense", "'nonsense'"),
        ("permit tcp any any eq", "too early"),
        ("permit ip any any eq 22", "ports of a protocol without"),
        ("permit udp any any established", "flags of a protocol"),
        ("permit tcp any any syn ack", "'ack'"),
        ("permit tcp any any eq 22 fragments", "later fragments have no"),
        ("permit tcp 10.0.0.0/33 any", "/33"),
        ("permit tcp 2001:db8::/32 any", "no IPv4 address"),
        ("permit tcp 10.0.0.0 255.255.0.0 any", "scattered bits"),
        ("permit hopopt any any", "'hopopt'"),
        ("permit tcp any any range 9 1", "goes down"),
        ("permit tcp any any gt 65535", "no port is meant"),
        ("allow tcp any any", "'allow'"),
        ("no 10", "'no'"),
        ("10 permit ip any any\n   10 deny ip any any", "number 10 is taken"),
        ("permit ip any any vlan 4 0xFFF", "'vlan'"),
        ("permit tcp any any\tlog", "holds a tab"),
        ("permit tcp any any\r", "CR LF"),
    ],
)
def test_entries_that_are_not_modelled_are_refused_with_their_line(entry: str, why: str) -> None:
    with pytest.raises(NotModelledError, match=why) as caught:
        bound(f"   {entry}")
    line = 3 if "taken" in why else 2
    assert str(caught.value).startswith(f"network/switches/leaf1.eos:{line}: ")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ip access-list standard S\n   permit 10.0.0.0/8\n", "f.eos:1: 'ip access-list standard"),
        ("traffic-policies\n   traffic-policy x\n", "f.eos:1: 'traffic-policies'"),
        ("hardware access-list update default-result permit\n", "f.eos:1: 'hardware"),
        ("ip nat pool x\n", "f.eos:1: 'ip nat"),
        ("   permit ip any any\n", "f.eos:1: the first line is indented"),
        ("interface Vlan4\n   ip access-group NONE in\n", "f.eos:2: the list NONE is not in"),
        ("ip access-list A\ninterface Vlan4\n   ip access-group A in\n", "f.eos:1: .* no entries"),
        (
            "ip access-list A\n   permit ip any any\ninterface Vlan4\n   ip access-group A in\n"
            "   service-policy type pbr input x\n",
            "f.eos:5: 'service-policy",
        ),
        ("vlan filter x vlan-list 4\n", "f.eos:1: 'vlan filter"),
        ("banner motd\nwithout an end\n", "f.eos:1: the banner does not end"),
    ],
)
def test_configurations_that_are_not_modelled_are_refused(text: str, why: str) -> None:
    with pytest.raises(NotModelledError, match=why):
        read(text, "f.eos")


@given(st.data())
def test_a_damaged_configuration_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SAMPLE)))
    end = data.draw(st.integers(start, min(len(SAMPLE), start + 40)))
    put = data.draw(st.text("! \n19ae/.:-anyo", max_size=8))
    try:
        found = read(SAMPLE[:start] + put + SAMPLE[end:], "leaf1.eos")
    except NotModelledError as error:
        assert str(error).startswith("leaf1.eos:")  # noqa: PT017
    else:
        assert len(found) % 4 == 0
