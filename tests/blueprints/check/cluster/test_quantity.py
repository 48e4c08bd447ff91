"""Amounts as Kubernetes writes them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.check.cluster.quantity import quantity


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("500m", Fraction(1, 2)),
        ("1Gi", Fraction(2**30)),
        ("1G", Fraction(10**9)),
        ("1e3", Fraction(1000)),
        ("1E", Fraction(10**18)),
        (".5", Fraction(1, 2)),
        ("2.", Fraction(2)),
        (4, Fraction(4)),
        (0.1, Fraction(1, 10)),
        ("-1", Fraction(-1)),
    ],
)
def test_an_amount_is_exact(text: object, amount: Fraction) -> None:
    assert quantity(text) == amount


@pytest.mark.parametrize(
    "text", ["", "Gi", "1 Gi", "1gi", "1Kib", "a", True, None, [], {}, "1e1000000"]
)
def test_what_is_no_amount_is_none(text: object) -> None:
    assert quantity(text) is None


@given(st.integers(0, 10**6))
def test_units_are_powers_of_each_other(amount: int) -> None:
    assert quantity(f"{amount}Mi") == 1024 * (quantity(f"{amount}Ki") or 0)
    assert quantity(f"{amount}M") == 1000 * (quantity(f"{amount}k") or 0)
    assert quantity(f"{amount * 1000}m") == amount
