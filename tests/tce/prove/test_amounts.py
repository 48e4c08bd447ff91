"""Sets of uses and addresses, against the same sets counted one by one."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tce.prove.amounts import Use, amount, minus, ports_both, ports_minus

RANGE = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: (min(pair), max(pair)))
PART = st.tuples(st.sampled_from((6, 17)), RANGE, RANGE).map(
    lambda part: ((4, part[0], *part[1]), part[2])
)
PARTS = st.lists(PART, max_size=5)
PORTS = st.lists(
    st.tuples(st.sampled_from((6, 17)), RANGE).map(lambda one: (one[0], *one[1])), max_size=5
)


def points(parts: list[tuple[Use, tuple[int, int]]]) -> set[tuple[int, ...]]:
    return {
        (protocol, port, address)
        for (_, protocol, low, high), (first, last) in parts
        for port, address in product(range(low, high + 1), range(first, last + 1))
    }


def numbers(ports: list[tuple[int, int, int]]) -> set[tuple[int, int]]:
    return {(kind, one) for kind, low, high in ports for one in range(low, high + 1)}


@given(PARTS, PARTS)
def test_what_is_left_is_what_one_has_and_the_other_has_not(
    one: list[tuple[Use, tuple[int, int]]], other: list[tuple[Use, tuple[int, int]]]
) -> None:
    assert points(list(minus(amount(one), amount(other)))) == points(one) - points(other)


@given(PORTS, PORTS)
def test_ports_are_cut_and_met(
    one: list[tuple[int, int, int]], other: list[tuple[int, int, int]]
) -> None:
    assert numbers(ports_minus(one, other)) == numbers(one) - numbers(other)
    assert numbers(ports_both(one, other)) == numbers(one) & numbers(other)
