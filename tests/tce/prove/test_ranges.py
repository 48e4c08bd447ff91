"""Sets of whole numbers as ranges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.prove.ranges import Ranges, meet, minus, network, union

some = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda both: (min(both), max(both))),
    max_size=4,
)


def numbers(ranges: Ranges | list[tuple[int, int]]) -> set[int]:
    return {one for first, last in ranges for one in range(first, last + 1)}


@given(some, some)
def test_ranges_are_the_sets_that_they_stand_for(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    assert numbers(union(one + other)) == numbers(one) | numbers(other)
    assert numbers(minus(one, other)) == numbers(one) - numbers(other)
    assert numbers(meet(one, other)) == numbers(one) & numbers(other)


@given(some)
def test_equal_sets_have_equal_ranges(one: list[tuple[int, int]]) -> None:
    assert union((number, number) for number in numbers(one)) == union(one)


def test_an_address_is_a_network_and_host_bits_are_refused() -> None:
    assert network("10.0.0.1") == (4, (0x0A000001, 0x0A000001))
    assert network("fe80::/10")[0] == 6
    with pytest.raises(ValueError, match="host bits"):
        network("10.0.0.1/24")
