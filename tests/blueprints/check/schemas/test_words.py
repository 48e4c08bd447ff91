"""Errors of schemas in words."""

import jsonschema_rs
import pytest

from blueprints.check.schemas.words import said

SCHEMA = {
    "$defs": {
        "port": {"type": "integer", "minimum": 1, "title": "be a port from 1"},
        "name": {"type": "string", "pattern": "^[a-z]+$", "title": "be lower case letters"},
    },
    "type": "object",
    "additionalProperties": False,
    "required": ["kind"],
    "properties": {
        "kind": {"const": "Thing"},
        "mode": {"enum": ["Always", "Never"]},
        "port": {"$ref": "#/$defs/port"},
        "name": {"$ref": "#/$defs/name"},
        "labels": {"type": "object", "propertyNames": {"$ref": "#/$defs/name"}},
        "list": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "flag": {"type": "boolean"},
        "text": {"type": "string"},
        "either": {"anyOf": [{"type": "integer"}, {"type": "object", "required": ["a"]}]},
    },
}


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        ({}, "kind is missing", "add kind: to the top"),
        ({"kind": "Thng"}, 'kind is "Thng"; allowed: Thing', "did you mean Thing?"),
        ({"prt": 1}, "the top has no field prt", "did you mean port?"),
        ({"mode": "always"}, 'mode is "always"; allowed: Always, Never', "did you mean Always?"),
        ({"port": 0}, "port is 0 and has to be a port from 1", ""),
        ({"port": "80"}, 'port is "80" and has to be a port from 1', "write it without quotes"),
        ({"port": None}, "port is empty", "write a value, or remove the key"),
        ({"name": "A"}, 'name is "A" and has to be lower case letters', ""),
        ({"labels": {"A": 1}}, 'labels: key "A" has to be lower case letters', ""),
        ({"list": []}, "list is empty", "give at least one, or remove the key"),
        ({"list": "a"}, 'list is "a"; it has to be a list (- item)', "write it without quotes"),
        ({"flag": "yes"}, 'flag is "yes"; it has to be true or false', "write it without quotes"),
        ({"text": True}, "text is true; it has to be text", 'write it in quotes: "true"'),
        ({"either": {}}, "either.a is missing", "add a: to either"),
        ({"text": ["\x1b[31m"]}, "text is a list; it has to be text", ""),
    ],
)
def test_each_error_says_where_what_and_what_to_write(
    value: dict[str, object], message: str, hint: str
) -> None:
    whole = {"kind": "Thing", **value} if value else value
    (one,) = said(jsonschema_rs.validator_for(SCHEMA), whole, SCHEMA)
    assert (one.message, one.hint) == (message, hint)


def test_controls_in_values_are_made_visible() -> None:
    (one,) = said(jsonschema_rs.validator_for(SCHEMA), {"kind": "\x1b[31m"}, SCHEMA)
    assert "\x1b" not in one.message


def test_one_place_is_told_once_and_an_endless_list_is_cut() -> None:
    value = {"kind": "Thing", "list": list(range(1000))}
    assert 0 < len(said(jsonschema_rs.validator_for(SCHEMA), value, SCHEMA)) <= 20
