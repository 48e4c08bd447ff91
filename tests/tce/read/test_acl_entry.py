"""One entry; whole lists are read in test_eos and test_ios."""

import pytest

from tce.read.acl_config import Line
from tce.read.acl_entry import NO_GROUPS, Dialect, Entry, entry
from tce.read.acl_names import ICMP, ICMP6, PROTOCOLS, TCP_PORTS, UDP_PORTS
from tce.space.errors import NotModelledError
from tce.space.header import Family, Field, box

DIALECT = Dialect(
    any_word={4: "ip", 6: "ipv6"},
    protocols={4: PROTOCOLS, 6: {"icmp": 58, "tcp": 6}},
    tcp_ports=TCP_PORTS,
    udp_ports=UDP_PORTS,
    messages={4: ICMP, 6: ICMP6},
    slashes=False,
    flag_words=True,
    signed_flags=True,
)


def of(text: str, family: Family = 4) -> Entry:
    words = tuple(text.split())
    return entry(Line(5, text, words), words, family, "f", DIALECT, NO_GROUPS)


def test_an_entry_without_ports_fits_every_fragment() -> None:
    assert of("permit tcp any any").rule.boxes == (box(4, proto=6),)


def test_a_permit_with_ports_fits_later_fragments_and_a_deny_does_not() -> None:
    whole = box(4, proto=6, dport=80, fragment=0)
    assert of("permit tcp any any eq www").rule.boxes == (whole, box(4, proto=6, fragment=1))
    assert of("deny tcp any any eq www").rule.boxes == (whole,)


def test_an_entry_for_fragments_fits_nothing_else() -> None:
    assert of("deny ip any any fragments").rule.boxes == (box(4, fragment=1),)
    assert of("deny tcp host 10.0.0.1 any fragments").rule.boxes[0][Field.PROTO] == (6, 6)


def test_established_is_ack_or_rst() -> None:
    first, _ = of("permit tcp any any established").rule.boxes
    assert first[Field.FLAGS] == (16, 63)


def test_an_entry_knows_whether_it_fits_everything_and_logs() -> None:
    found = of("deny ip any any log")
    assert (found.everything, found.logs) == (True, True)
    assert not of("deny ip any any fragments").everything
    assert of("permit ipv6 any any", 6).everything


@pytest.mark.parametrize(
    ("text", "sport", "dport"),
    [
        ("permit udp any eq 5 any", [(5, 5)], [(0, 65_535)]),
        ("permit udp any any range 5 9", [(0, 65_535)], [(5, 9)]),
        ("permit udp any lt 5 any gt 9", [(0, 4)], [(10, 65_535)]),
        ("permit udp any any neq 5 7", [(0, 65_535)], [(0, 4), (6, 6), (8, 65_535)]),
        ("permit udp any any eq 5 6 9", [(0, 65_535)], [(5, 6), (9, 9)]),
    ],
)
def test_ports_are_ranges(
    text: str, sport: list[tuple[int, int]], dport: list[tuple[int, int]]
) -> None:
    whole = [one for one in of(text).rule.boxes if one[Field.FRAGMENT] == (0, 0)]
    assert sorted({one[Field.SPORT] for one in whole}) == sport
    assert sorted({one[Field.DPORT] for one in whole}) == dport


@pytest.mark.parametrize(
    ("text", "family", "values"),
    [
        ("permit icmp any any echo", 4, (8 * 256, 8 * 256 + 255)),
        ("permit icmp any any packet-too-big", 4, (3 * 256 + 4, 3 * 256 + 4)),
        ("permit icmp any any 11 1", 4, (11 * 256 + 1, 11 * 256 + 1)),
        ("permit icmp any any packet-too-big", 6, (2 * 256, 2 * 256 + 255)),
    ],
)
def test_messages_are_types_and_codes(text: str, family: Family, values: tuple[int, int]) -> None:
    assert of(text, family).rule.boxes[0][Field.ICMP] == values


def test_a_mask_with_scattered_bits_is_as_many_boxes_as_it_means() -> None:
    found = of("permit ip 10.0.0.0 0.0.5.255 any").rule.boxes
    assert [one[Field.SRC][0] - (10 << 24) for one in found] == [0, 1 << 10]
    assert len(of("permit ip 10.0.0.1 0.0.0.254 any").rule.boxes) == 128


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("permit", "f:5: the line ends too early"),
        ("permit tcp any", "f:5: the line ends too early"),
        ("permit 256 any any", "f:5: '256' is no protocol"),
        ("permit tcp any any unheard-of", "f:5: 'unheard-of' is not modelled"),
        ("permit tcp any any established established", "f:5: 'established'"),
        ("permit gre any any eq 5", "f:5: ports of a protocol without"),
    ],
)
def test_what_an_entry_cannot_say_is_refused(text: str, why: str) -> None:
    with pytest.raises(NotModelledError, match=why):
        of(text)
