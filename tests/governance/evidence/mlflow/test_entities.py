import pytest

from governance.evidence.mlflow.entities import BIGGEST, value_of


@pytest.mark.parametrize(
    "number",
    [
        float("nan"),
        float("inf"),
        float("-inf"),
        BIGGEST,
        -BIGGEST,
        "NaN",
        "Infinity",
        None,
        "x",
        {},
    ],
)
def test_what_is_no_number_is_none(number: object) -> None:
    assert value_of(number) is None


@pytest.mark.parametrize(
    ("number", "value"), [(1, 1.0), ("0.5", 0.5), (-2.5e300, -2.5e300), (0, 0)]
)
def test_numbers_are_taken_as_they_are(number: object, value: float) -> None:
    assert value_of(number) == value


def test_a_number_beyond_all_floats_is_none() -> None:
    assert value_of(10**400) is None
