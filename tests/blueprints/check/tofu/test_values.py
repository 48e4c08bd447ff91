"""What expressions are worth."""

from __future__ import annotations

from typing import Any

import pytest

from blueprints.check.tofu.expressions import parse
from blueprints.check.tofu.functions import PLAIN
from blueprints.check.tofu.values import (
    UNKNOWN,
    Names,
    Placed,
    Scope,
    Unknown,
    WrongError,
    written,
)

LOCALS = {
    "name": "production",
    "count": 3,
    "list": ["a", "b"],
    "map": {"a": {"b": 1}},
    "none": None,
    "unknown": UNKNOWN,
    "place": Placed("clusters/production"),
}


def _get(name: str) -> Any:
    if name not in LOCALS:
        raise WrongError(f"local.{name} is not there")
    return LOCALS[name]


def worth(text: str) -> Any:
    return Scope({"local": Names("local", _get)}, PLAIN).of(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-local.count", -3),
        ("local.map.a.b", 1),
        ('local.map["a"]["b"]', 1),
        ("local.list[1]", "b"),
        ("local.list.0", "a"),
        ('"${local.name}-${local.count}"', "production-3"),
        ('"${local.list}"', ["a", "b"]),
        ("[local.count, local.none]", [3, None]),
        ("{ a = local.count, (local.name) = 1 }", {"a": 3, "production": 1}),
        ('local.count == 3 ? "a" : local.nothing', "a"),
        ("local.none == null", True),
        ("local.map == null", False),
        ("local.map != null", True),
        ("local.count > 2 && local.count <= 3", True),
        ("!(local.count < 2 || local.count >= 9)", True),
        ('local.name == "production"', True),
        ("try(local.nothing, local.map.c, 5)", 5),
        ("can(local.nothing)", False),
        ("can(local.name)", True),
    ],
)
def test_works_out_what_needs_no_run(text: str, value: Any) -> None:
    assert worth(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "other.a",
        "local.unknown.a.b",
        '"a ${local.unknown}"',
        '"a ${local.list}"',
        "local.unknown ? 1 : 2",
        "local.map[local.unknown]",
        "!local.count",
        "-local.name",
        'local.name + "a"',
        "local.list == local.list",
        "{ (local.unknown) = 1 }",
        'run_cmd("id")',
        "get_env(1)",
        "upper(local.count)",
        "upper()",
        "can(local.unknown)",
        "[for a in local.list : a]",
    ],
)
def test_what_only_a_run_could_tell_is_unknown(text: str) -> None:
    assert isinstance(worth(text), Unknown)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("local.nothing", "local.nothing is not there"),
        ("local.map.b", "local.map.b is not there"),
        ('local.map["x"]', "local.map['x'] is not there"),
        ("local.list[2]", "local.list[2] is not there"),
        ("local.name.a", "local.name.a is asked of something that has no parts"),
        ("local.none.a", "local.none.a is asked of something that has no parts"),
        ("try(local.nothing)", "no argument of try can be worked out"),
    ],
)
def test_what_would_stop_a_run_is_said(text: str, words: str) -> None:
    with pytest.raises(WrongError) as caught:
        worth(text)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    "text",
    [
        "local.place",
        '"${local.place}/state"',
        "basename(local.place)",
        'replace(local.place, "/", "-")',
        'join("-", split("/", local.place))',
        'format("%s/a", local.place)',
    ],
)
def test_what_is_made_of_a_place_is_placed(text: str) -> None:
    assert isinstance(worth(text), Placed)


def test_data_that_is_looked_up_by_a_place_is_not_placed() -> None:
    found = worth('lookup({ production = "x" }, basename(local.place))')
    assert (found, type(found)) == ("x", str)


def test_doubling_does_not_end_in_a_huge_text() -> None:
    scope = Scope({}, PLAIN)
    value: Any = "ab" * 100
    for _ in range(40):
        scope.names["a"] = value
        value = scope.of('"${a}${a}"')
    assert isinstance(value, Unknown)


def test_values_within_values_end_somewhere() -> None:
    assert isinstance(worth("a" + ".b" * 500), Unknown)


def test_messages_name_what_was_asked() -> None:
    assert written(parse('f(a).b[0]["c"][d]')) == "f(...).b[0]['c'][...]"
