import pytest

from tce.read.nft_keys import KEYS, families, ranges
from tce.space.header import STATES


def test_a_leg_is_its_place_from_1() -> None:
    assert ranges(KEYS["meta iifname"], "wg0", ("tce0", "wg0")) == ((2, 2),)


def test_the_loopback_interface_is_no_leg() -> None:
    assert ranges(KEYS["meta iifname"], "lo", ("tce0",)) == ()


@pytest.mark.parametrize("name", ["eth9", "tce*", "tce0 "])
def test_an_interface_that_is_no_leg_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"no leg of the gateway \(known: tce0"):
        ranges(KEYS["meta oif"], name, ("tce0",))


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("ip saddr", "10.0.0.0/31", ((0x0A000000, 0x0A000001),)),
        ("ip daddr", "10.0.0.1-10.0.0.9", ((0x0A000001, 0x0A000009),)),
        ("ip6 saddr", "::1-::2", ((1, 2),)),
        ("tcp dport", "ssh", ((22, 22),)),
        ("icmp type", "echo-reply-destination-unreachable", ((0, 3 * 256 + 255),)),
        ("udp sport", "1024-65535", ((1024, 65_535),)),
        ("meta l4proto", "ipv6-icmp", ((58, 58),)),
        ("ip protocol", "17", ((17, 17),)),
        ("icmp type", "echo-request", ((8 * 256, 8 * 256 + 255),)),
        ("icmpv6 type", "nd-neighbor-solicit", ((135 * 256, 135 * 256 + 255),)),
        ("ct state", "related", ((2, 2),)),
    ],
)
def test_values_are_ranges_of_their_field(
    key: str, text: str, expected: tuple[tuple[int, int], ...]
) -> None:
    assert ranges(KEYS[key], text, ()) == expected


def test_a_code_of_icmp_is_one_of_every_type() -> None:
    found = ranges(KEYS["icmp code"], "frag-needed", ())
    assert len(found) == 256
    assert found[3] == (3 * 256 + 4, 3 * 256 + 4)


@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        ("ip saddr", "2001:db8::1", "no IPv4 address"),
        ("ip saddr", "10.0.0.9-10.0.0.1", "goes down"),
        ("ip saddr", "10.0.0.0/8-10.1.0.0", "not modelled"),
        ("tcp dport", "65536", "not modelled"),
        ("tcp dport", "0080", "octal"),
        ("tcp dport", "9-1", "goes down"),
        ("tcp dport", "nowhere", "not modelled"),
        ("tcp flags", "syn", "compared as a whole"),
        ("ct state", "new-related", "not modelled"),
        ("ct state", "snat", "not modelled"),
        ("meta nfproto", "4", "not modelled"),
    ],
)
def test_what_a_value_does_not_say_clearly_is_refused(key: str, text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        ranges(KEYS[key], text, ())


def test_a_family_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="the family arp is not modelled"):
        families("arp")


def test_states_are_those_of_the_space_of_packets() -> None:
    assert [ranges(KEYS["ct state"], one, ())[0][0] for one in STATES] == [0, 1, 2, 3, 4]


def test_families_are_known_by_both_of_their_names() -> None:
    assert families("ipv4") == families("ip") == {4}
    assert families("ipv6") == families("ip6") == {6}
