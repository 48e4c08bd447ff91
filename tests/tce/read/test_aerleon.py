"""What Aerleon 1.18.0 made of one policy for every vendor: read without error, and agreed upon.

The files are its output, as they are; it writes no interface, which is added here. The policy:
later fragments denied (IPv4), web from the environment to servers, DNS, web's answers, ICMP, all
else denied.
"""

from pathlib import Path

import pytest

from tce.read.formats import read
from tce.space.errors import NotModelledError
from tce.space.filter import Filter
from tests.tce.read.deciding import verdict

FOLDER = Path(__file__).parent / "samples" / "aerleon"
BINDINGS = {
    "in4.eos": "interface Vlan4\n   ip access-group TCE-IN in\n",
    "in6.eos": "interface Vlan4\n   ipv6 access-group TCE-IN6 in\n",
    "in4.ios": "interface Vlan4\n ip access-group TCE-IN in\n",
    "in6.ios": "interface Vlan4\n ipv6 traffic-filter TCE-IN6 in\n",
    "in4.junos": "interfaces { irb { unit 4 { family inet { filter { input TCE-IN; } } } } }\n",
    "in6.junos": "interfaces { irb { unit 4 { family inet6 { filter { input TCE-IN6; } } } } }\n",
}
ASKED = {
    4: {
        "tcp 10.90.12.7:5000 > 203.0.113.80:443 syn": "accept",
        "tcp 10.90.12.7:5000 > 203.0.113.95:443 syn": "drop",
        "tcp 10.90.12.7:5000 > 203.0.113.111:443 syn": "accept",
        "tcp 10.90.13.7:5000 > 203.0.113.80:443 syn": "drop",
        "udp 10.90.12.7:5000 > 198.51.100.1:53": "accept",
        "tcp 203.0.113.80:443 > 10.90.12.7:5000 ack": "accept",
        "tcp 203.0.113.80:443 > 10.90.12.7:1023 ack": "drop",
        "tcp 203.0.113.80:443 > 10.90.12.7:5000 syn": "drop",
        "icmp 203.0.113.80 > 10.90.12.7 type8": "accept",
        "icmp 203.0.113.80 > 10.90.12.7 type13": "drop",
    },
    6: {
        "tcp [2001:db8:90:12::7]:5000 > [2001:db8:1::9]:443 syn": "accept",
        "tcp [2001:db8:90:12::7]:5000 > [2001:db8:2::9]:443 syn": "drop",
        "udp [2001:db8:90:12::7]:5000 > [2001:db8:2::9]:53": "accept",
        "tcp [2001:db8:1::9]:443 > [2001:db8:90:12::7]:5000 rst": "accept",
        "icmp6 2001:db8:1::9 > 2001:db8:90:12::7 type128": "accept",
        "icmp6 2001:db8:1::9 > 2001:db8:90:12::7 type135": "drop",
    },
}


def found(name: str) -> tuple[Filter, ...]:
    text = (FOLDER / name).read_text() + BINDINGS.get(name, "")
    return read(name.rpartition(".")[2].replace("nft", "nftables"), text, name)


@pytest.mark.parametrize("name", [name for name in BINDINGS if name != "in4.junos"])
def test_every_vendor_s_output_says_what_the_policy_says(name: str) -> None:
    filters = found(name)
    for said, expected in ASKED[4 if "4" in name else 6].items():
        assert verdict(filters, "in", said).split()[0] == expected, said


def test_its_output_for_junos_drops_everything_where_a_condition_was_lost() -> None:
    """The policy's first term says ``is-fragment``; what was written has no ``from``."""
    filters = found("in4.junos")
    assert filters[0].rules[0].boxes == (*filters[0].rules[-1].boxes,)
    for said in ASKED[4]:
        assert verdict(filters, "in", said).split()[0] == "drop"


def test_its_output_for_ipv4_alone_leaves_ipv6_open() -> None:
    assert [one.default for one in found("inet.nft") if one.point == "forward"] == [
        "drop",
        "accept",
    ]
    assert [one.default for one in found("mixed.nft") if one.point == "forward"] == ["drop", "drop"]


def test_its_output_for_both_families_is_read_through_its_jumps() -> None:
    filters = found("mixed.nft")
    for asked in ASKED.values():
        for said, expected in asked.items():
            if not said.startswith("tcp") or said.endswith("syn"):
                assert verdict(filters, "forward", said).split()[0] in (expected, "drop"), said
    said = "tcp 10.90.12.7:5000 > 203.0.113.80:443 syn"
    assert verdict(filters, "forward", said).startswith("accept")
    assert verdict(filters, "forward", f"{said} invalid").startswith("drop")


def test_its_file_without_an_interface_is_refused() -> None:
    with pytest.raises(NotModelledError, match="nothing is filtered"):
        read("eos", (FOLDER / "in4.eos").read_text(), "in4.eos")
