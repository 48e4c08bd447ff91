from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError, model_validator

from blueprints.parts.refuse import refuse, unknown


class Pair(BaseModel):
    low: int
    high: int

    @model_validator(mode="after")
    def _fits(self) -> Pair:
        refuse([(("high",), "is below low")] if self.high < self.low else [])
        return self


class Pairs(BaseModel):
    pairs: list[Pair]


def test_nothing_to_refuse_is_no_error() -> None:
    assert Pairs.model_validate({"pairs": [{"low": 1, "high": 2}]}).pairs[0].high == 2


def test_a_problem_is_told_with_its_place_below_the_model_that_asks() -> None:
    with pytest.raises(ValidationError) as caught:
        Pairs.model_validate({"pairs": [{"low": 1, "high": 2}, {"low": 3, "high": 2}]})
    (error,) = caught.value.errors()
    assert (error["loc"], error["msg"]) == (("pairs", 1, "high"), "is below low")


@pytest.mark.parametrize(
    ("wrong", "known", "told"),
    [
        ("wbe", ["web", "db"], "there is no network wbe; did you mean web?"),
        ("x", ["web", "db"], "there is no network x; known: db, web"),
        ("x", [], "there is no network x, and no other"),
        ("x", "abcdefg", "there is no network x; known: a, b, c, d, e and 2 more"),
    ],
)
def test_a_name_that_stands_for_nothing_is_told_with_what_there_is(
    wrong: str, known: list[str], told: str
) -> None:
    assert unknown("network", wrong, known) == told
