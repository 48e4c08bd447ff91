import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.space.header import (
    FIELDS,
    FLAGS,
    ICMP6,
    STATES,
    TCP,
    Box,
    Family,
    Field,
    Packet,
    box,
    packet,
    top,
)


def _points(family: Family) -> st.SearchStrategy[Packet]:
    values = (st.integers(0, top(field, family)) for field in FIELDS)
    return st.tuples(*values).map(lambda found: Packet(family, found))


@st.composite
def _boxes(draw: st.DrawFn, family: Family) -> Box:
    ends = [sorted(draw(st.tuples(*[st.integers(0, top(f, family))] * 2))) for f in FIELDS]
    return Box(family, tuple((low, high) for low, high in ends))


@given(_boxes(4), _boxes(4), _points(4))
def test_a_packet_is_in_two_boxes_where_it_is_in_what_they_share(
    one: Box, other: Box, point: Packet
) -> None:
    both = one.meet(other)
    assert (point in one and point in other) == (both is not None and point in both)


@given(_boxes(6), _boxes(6))
def test_the_corners_of_what_two_boxes_share_are_in_both(one: Box, other: Box) -> None:
    both = one.meet(other)
    if both is not None:
        for corner in (tuple(low for low, _ in both.ranges), tuple(h for _, h in both.ranges)):
            assert Packet(6, corner) in one
            assert Packet(6, corner) in other


def test_boxes_of_two_families_share_nothing() -> None:
    assert box(4, iif=1).meet(box(6, iif=1)) is None
    assert packet(6) not in box(4)


def test_what_a_box_does_not_name_is_any() -> None:
    one = box(4, dport=(80, 81))
    assert one[Field.DPORT] == (80, 81)
    assert one[Field.SRC] == (0, 2**32 - 1)
    assert one[Field.STATE] == (0, len(STATES) - 1)


@pytest.mark.parametrize("said", [{"dport": (81, 80)}, {"dport": 65_536}, {"src": (0, 2**32)}])
def test_a_range_that_cannot_be_is_refused(said: dict[str, tuple[int, int] | int]) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        box(4, **said)


def test_a_value_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="state cannot be 5"):
        packet(4, state=5)


def test_ack_or_rst_is_one_range_of_flags() -> None:
    for value in range(64):
        bits = dict(zip(FLAGS, f"{value:06b}", strict=True))
        assert (value >= 16) == ("1" in (bits["ack"], bits["rst"]))


def test_a_packet_reads_as_people_write_it() -> None:
    one = packet(4, src=0x0A010203, dst=0x0A090005, proto=TCP, sport=40000, dport=443, flags=8)
    assert str(one) == "tcp 10.1.2.3:40000 > 10.9.0.5:443 flags syn"
    two = packet(6, src=1, dst=2, proto=ICMP6, icmp=128 * 256, state=1)
    assert str(two) == "icmp6 ::1 > ::2 type 128 established"
    three = packet(4, src=1, dst=2, proto=TCP, fragment=1)
    assert str(three) == "tcp 0.0.0.1 > 0.0.0.2 later fragment"
    four = packet(4, src=1, dst=2, proto=TCP, sport=1, dport=2)
    assert str(four) == "tcp 0.0.0.1:1 > 0.0.0.2:2 flags none"
    assert str(packet(4, proto=89, src=1, dst=2)).startswith("protocol 89 ")
