"""What is asked about bare boxes."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tce.prove.sides import Sides, meet, within, without

side = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda both: (min(both), max(both)))
boxes = st.tuples(side, side, side)


def points(box: Sides) -> set[tuple[int, ...]]:
    return set(product(*(range(first, last + 1) for first, last in box)))


@given(boxes, boxes)
def test_boxes_are_the_points_in_them(one: Sides, other: Sides) -> None:
    both = meet(one, other)
    assert (points(both) if both else set()) == points(one) & points(other)
    assert within(one, other) == (points(one) <= points(other))
    left = without(one, other)
    assert set().union(*map(points, left)) == points(one) - points(other)
    assert sum(len(points(part)) for part in left) == len(points(one) - points(other))
