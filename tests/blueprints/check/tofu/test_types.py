"""Values against types of variables."""

from __future__ import annotations

from typing import Any

import pytest

from blueprints.check.tofu.types import mismatches
from blueprints.check.tofu.values import UNKNOWN

POOL = "object({ name = string, count = optional(number, 1), labels = map(string) })"


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ("a", "string"),
        (3, "string"),
        (3, "number"),
        ("3.5", "number"),
        (True, "bool"),
        ("false", "bool"),
        ([], "list(string)"),
        (["a", 1], "set(string)"),
        ({"a": 1}, "map(number)"),
        ({"a": [1]}, "any"),
        (["a", 1], "tuple([string, number])"),
        ({"name": "a", "labels": {}}, POOL),
        ({"name": "a", "labels": {}, "more": 1}, POOL),
        ([{"name": "a", "count": 2, "labels": {"b": "c"}}], f"list({POOL})"),
        (None, "string"),
        (UNKNOWN, "list(string)"),
        ([UNKNOWN], "list(number)"),
        ({"name": UNKNOWN, "labels": UNKNOWN}, POOL),
        ("a", "no type at all"),
        ("a", "other(string)"),
    ],
)
def test_what_fits(value: Any, type_: str) -> None:
    assert list(mismatches(value, type_)) == []


@pytest.mark.parametrize(
    ("value", "type_", "said"),
    [
        (["a"], "string", ("", "is no string")),
        ("a", "number", ("", "is no number")),
        (True, "number", ("", "is no number")),
        (1, "bool", ("", "is no bool")),
        ("a", "list(string)", ("", "is no list")),
        ({"a": 1}, "list", ("", "is no list")),
        (["a"], "map(string)", ("", "is no map")),
        (["a"], "tuple([string, number])", ("", "is no tuple of 2")),
        (["a", "b"], "list(number)", ("[1]", "is no number")),
        ({"a": ["b"]}, "map(string)", (".a", "is no string")),
        ({"labels": {}}, POOL, ("", "has no name")),
        ("a", POOL, ("", "is no object")),
        ({"name": "a", "count": "b", "labels": {}}, POOL, (".count", "is no number")),
        (
            [{"name": "a", "labels": {"b": []}}],
            f"list({POOL})",
            ("[0].labels.b", "is no string"),
        ),
    ],
)
def test_what_does_not(value: Any, type_: str, said: tuple[str, str]) -> None:
    assert said in list(mismatches(value, type_))


def test_values_that_share_their_parts_end_somewhere() -> None:
    value: Any = ["a"]
    type_ = "list(string)"
    for _ in range(35):
        value, type_ = [value, value], f"list({type_})"
    assert list(mismatches(value, type_)) == []
