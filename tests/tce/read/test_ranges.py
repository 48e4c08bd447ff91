from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.read.ranges import (
    address,
    every,
    flag_bits,
    flags_any,
    flags_where,
    meet,
    prefix,
    rest,
    union,
    wildcard,
)
from tce.space.header import Field, Range

RANGES = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda both: (min(both), max(both)))
)


def held(ranges: object) -> set[int]:
    assert isinstance(ranges, tuple | list)
    return {one for low, high in ranges for one in range(low, high + 1)}


@given(RANGES, RANGES)
def test_ranges_do_what_sets_do(one: list[Range], other: list[Range]) -> None:
    assert held(union(one)) == held(one)
    assert held(meet(union(one), union(other))) == held(one) & held(other)
    assert held(rest(one, 30)) == set(range(31)) - held(one)


@given(RANGES)
def test_a_union_neither_touches_nor_overlaps(ranges: list[Range]) -> None:
    found = union(ranges)
    assert all(high + 1 < low for (_, high), (low, _) in pairwise(found))


@given(st.integers(0, 255), st.integers(0, 255))
def test_a_wildcard_mask_stands_for_every_number_that_agrees_in_its_0_bits(
    value: int, loose: int
) -> None:
    expected = {one for one in range(256) if one & ~loose == value & ~loose}
    assert held(union(wildcard(value, loose, 8))) == expected


def test_a_mask_with_too_many_scattered_bits_is_refused() -> None:
    with pytest.raises(ValueError, match="24 scattered bits"):
        list(wildcard(0, 0xFFFFFF00))


def test_prefixes_are_read_with_their_bits_after_the_length_ignored() -> None:
    assert prefix("10.1.2.3/8", 4) == (10 << 24, (11 << 24) - 1)
    assert prefix("10.1.2.3", 4) == (0x0A010203, 0x0A010203)
    assert prefix("2001:db8::/126", 6) == (0x20010DB8 << 96, (0x20010DB8 << 96) + 3)


@pytest.mark.parametrize("text", ["10.0.0.0/33", "10.0.0/8", "10.0.0.0/-1", "x", "10.0.0.01"])
def test_what_is_no_prefix_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        prefix(text, 4)


def test_an_address_is_of_its_family_only() -> None:
    assert address("::1", 6) == 1
    with pytest.raises(ValueError, match="no IPv4 address"):
        address("::1", 4)


def test_ack_or_rst_is_one_range() -> None:
    assert flags_any(flag_bits(["ack", "rst"])) == ((16, 63),)


def test_syn_without_the_others_leaves_push_and_urgent_free() -> None:
    mask = flag_bits(["fin", "syn", "rst", "ack"])
    assert flags_where(mask, flag_bits(["syn"])) == ((8, 11),)


def test_a_flag_without_a_field_is_refused() -> None:
    with pytest.raises(ValueError, match="ecn is not modelled"):
        flag_bits(["ecn"])


def test_every_value_of_a_field_is_one_range() -> None:
    assert every(Field.SRC, 4) == ((0, 2**32 - 1),)
