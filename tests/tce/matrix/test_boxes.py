"""Boxes of packets, held against packets one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tce.matrix.boxes import Index, changed, kinds, minus
from tce.space.header import TCP, UDP, Box, Field, Packet, box, packet

RANGES = st.tuples(st.integers(0, 7), st.integers(0, 7)).map(lambda at: (min(at), max(at)))
BOXES = st.builds(
    lambda src, dst, dport: box(4, src=src, dst=dst, dport=dport, proto=TCP), RANGES, RANGES, RANGES
)
PACKETS = st.builds(
    lambda src, dst, dport: packet(4, src=src, dst=dst, dport=dport, proto=TCP),
    *(st.integers(0, 7),) * 3,
)


@given(BOXES, st.lists(BOXES, max_size=5), PACKETS)
def test_what_is_left_is_in_the_one_and_in_none_of_the_others(
    one: Box, away: list[Box], asked: Packet
) -> None:
    left = minus(one, away, 1000)
    assert left is not None
    inside = sum(asked in part for part in left)
    assert inside == (asked in one and not any(asked in other for other in away))


@given(st.lists(BOXES, min_size=1, max_size=12), BOXES)
def test_an_index_finds_those_that_meet_and_no_other(boxes: list[Box], asked: Box) -> None:
    meets = [place for place, one in enumerate(boxes) if one.meet(asked)]
    assert Index(boxes).meeting(asked) == meets


def test_an_index_of_nothing_finds_nothing() -> None:
    assert Index([]).meeting(box(4)) == []


def test_what_falls_into_too_many_parts_is_not_told() -> None:
    away = [box(4, src=number, dst=number) for number in range(0, 40, 2)]
    assert minus(box(4, src=(0, 40), dst=(0, 40)), away, 10) is None


def test_packets_have_the_fields_of_their_protocol() -> None:
    found = list(kinds(box(4)))
    for one in found:
        protocols = one[Field.PROTO]
        assert (one[Field.DPORT] != (0, 0)) == (protocols[0] in (TCP, UDP, 132))
        assert (one[Field.FLAGS] != (0, 0)) == (protocols == (TCP, TCP))
        assert one[Field.FRAGMENT] == (0, 0)
    covered = [range(one[Field.PROTO][0], one[Field.PROTO][1] + 1) for one in found]
    assert sorted(number for part in covered for number in part) == list(range(256))


def test_some_ranges_are_changed_and_no_other() -> None:
    one = changed(box(4, proto=TCP, dport=22), {Field.DPORT: (80, 81)})
    assert one == box(4, proto=TCP, dport=(80, 81))
