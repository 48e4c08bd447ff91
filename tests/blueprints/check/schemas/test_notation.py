"""The notation for schemas, and what it stands for."""

import jsonschema_rs
import pytest

from blueprints.check.schemas.notation import Schema, compile_node, only, split_mark, terms

TERMS: Schema = {"name": {"type": "string"}, "count": {"type": "integer", "minimum": 0}}


def fits(node: object, value: object, *, practice: bool = False) -> bool:
    schema = {**compile_node(node, practice=practice), "$defs": TERMS}
    return jsonschema_rs.is_valid(schema, value)


def test_a_mapping_is_closed_and_marks_say_what_is_needed() -> None:
    node = {"fields": {"a!": "name", "b+": "count", "c": "count"}}
    assert fits(node, {"a": "x"})
    assert not fits(node, {"b": 1})
    assert not fits(node, {"a": "x", "d": 1})
    assert not fits(node, {"a": "x"}, practice=True)
    assert fits(node, {"a": "x", "b": 1}, practice=True)
    assert fits({"fields": {"a!": "name"}, "open": True}, {"a": "x", "d": 1})


@pytest.mark.parametrize(
    ("option", "good", "bad"),
    [
        ("exactly-one", [{"a": 1}, {"b": 1}], [{}, {"a": 1, "b": 1}]),
        ("at-most-one", [{}, {"a": 1}], [{"a": 1, "b": 1}]),
        ("at-least-one", [{"a": 1}, {"a": 1, "b": 1}], [{}]),
    ],
)
def test_fields_can_exclude_each_other(option: str, good: list[object], bad: list[object]) -> None:
    node = {"fields": {"a": "count", "b": "count"}, option: ["a", "b"]}
    assert all(fits(node, one) for one in good)
    assert not any(fits(node, one) for one in bad)
    assert only(option, ["a"])["title"].startswith("have ")


def test_lists_and_maps_hold_something_unless_they_may_be_empty() -> None:
    assert fits({"list": "count", "max": 2}, [1, 2])
    assert not fits({"list": "count", "max": 2}, [1, 2, 3])
    assert not fits({"list": "count"}, [])
    assert fits({"list": "count", "min": 0}, [])
    assert not fits({"list": "count"}, ["x"])
    assert fits({"map": "count"}, {"a": 1})
    assert not fits({"map": "count"}, {})
    assert not fits({"map": "count", "keys": {"json": {"maxLength": 1}}}, {"ab": 1})


def test_choices_alternatives_and_plain_json_schema() -> None:
    assert fits({"choice": ["a", 1]}, 1)
    assert not fits({"choice": ["a", 1]}, "b")
    assert fits({"any": ["name", "count"]}, 3)
    assert not fits({"any": ["name", "count"]}, True)
    assert compile_node({"json": {"const": 1}, "title": "be 1"}) == {"const": 1, "title": "be 1"}


@pytest.mark.parametrize(
    "node", [3, {}, {"list": "a", "map": "b"}, {"fields": {}, "min": 1}, {"any": [3]}]
)
def test_what_is_not_of_the_notation_is_refused(node: object) -> None:
    with pytest.raises(ValueError, match="here"):
        compile_node(node, where="here")


def test_the_terms_of_a_node_can_be_told() -> None:
    node = {"fields": {"a!": {"list": "x"}, "b": {"any": ["y", {"map": "z", "keys": "k"}]}}}
    assert terms(node) == {"x", "y", "z", "k"}
    assert split_mark("a!") == ("a", "!")
    assert split_mark("a") == ("a", "")
