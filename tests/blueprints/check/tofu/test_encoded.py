"""Values with expressions in them, and texts that are made of values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from blueprints.check.tofu.encoded import wrong
from blueprints.check.tofu.reader import literal

NODE = {
    "encoded": {
        "fields": {
            "a!": "text",
            "b": {"list": {"fields": {"c!": "text"}, "open": True}},
            "d": "text",
        },
        "at-least-one": ["b", "d"],
    }
}


def judge(node: object, value: Any) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"is {value!r} and has to be {node}"


def told(text: str) -> list[str]:
    return list(wrong(literal(text), NODE, judge))


@pytest.mark.parametrize(
    "text",
    [
        'jsonencode({ a = "x", d = "y" })',
        'yamlencode({\n  a = var.x\n  b = [{ c = "x", e = 1 }, { c = each.key }]\n})',
        "jsonencode(var.x)",
        "local.x",
        '"plain"',
        "jsonencode({ for a in var.b : a => 1 })",
        'jsonencode({ a = "x", b = var.list })',
    ],
)
def test_what_fits_or_is_not_known_is_not_told(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('jsonencode({ d = "y" })', ["a is missing"]),
        ('jsonencode({ a = "x" })', ["b or d is missing"]),
        ('jsonencode({ a = 1, d = "y" })', ["a is 1 and has to be text"]),
        ('jsonencode({ a = "x", d = "y", dd = 1 })', ["dd is no key (did you mean d?)"]),
        ('jsonencode({ a = "x", b = [{ e = 1 }] })', ["b[0].c is missing"]),
        ('jsonencode({ a = "x", b = [{ c = 2 }] })', ["b[0].c is 2 and has to be text"]),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(text: str, words: list[str]) -> None:
    assert told(text) == words
