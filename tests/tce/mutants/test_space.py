from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tests.tce.mutants.space import FIELDS, Box, Region, boxes, difference, everything, first_match

_SMALL = ("syn", "ack", "state")
Point = tuple[int, ...]


@st.composite
def _box(draw: st.DrawFn) -> Box:
    said = {}
    for name, top in (("syn", 1), ("ack", 1), ("state", 4)):
        low = draw(st.integers(0, top))
        said[name] = [(low, draw(st.integers(low, top)))]
    return boxes(4, **said)[0]


_region = st.lists(_box(), max_size=4)


def _points(region: Region) -> set[Point]:
    places = [FIELDS.index(name) for name in _SMALL]
    return {
        point
        for box in region
        for point in product(*(range(box[at][0], box[at][1] + 1) for at in places))
    }


@given(_region, _region)
def test_a_difference_is_what_one_has_and_the_other_has_not(one: Region, other: Region) -> None:
    assert _points(difference(one, other)) == _points(one) - _points(other)


@given(st.lists(st.tuples(st.booleans(), _region), max_size=5), st.booleans())
def test_the_first_line_that_fits_decides(rules: list[tuple[bool, Region]], default: bool) -> None:
    found = _points(first_match(rules, default, 4))
    for point in _points([everything(4)]):
        accepted = next((accepts for accepts, some in rules if point in _points(some)), default)
        assert (point in found) == accepted


def test_boxes_are_every_choice_of_ranges() -> None:
    assert len(boxes(6, proto=[(6, 6), (17, 17)], dport=[(1, 2), (5, 5), (9, 9)])) == 6
