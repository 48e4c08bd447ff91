"""Schemas of CRDs as the API server understands them."""

import jsonschema_rs
import pytest

from blueprints.check.schemas.structural import closed, defaulted, rules

SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "required": ["a"],
            "properties": {
                "a": {"type": "integer", "default": 3},
                "port": {"x-kubernetes-int-or-string": True},
                "maybe": {"type": "string", "nullable": True},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                "any": {"x-kubernetes-preserve-unknown-fields": True},
                "pod": {
                    "type": "object",
                    "x-kubernetes-embedded-resource": True,
                    "properties": {"spec": {"type": "object"}},
                },
                "items": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"b": {"type": "string", "default": "x"}},
                        "x-kubernetes-validations": [{"rule": "self.b != ''"}],
                    },
                },
                "more": {"type": "object", "additionalProperties": {"type": "integer"}},
                "either": {
                    "type": "object",
                    "properties": {"c": {"type": "string"}, "d": {"type": "string"}},
                    "oneOf": [{"required": ["c"]}, {"required": ["d"]}],
                },
                "small": {"type": "number", "maximum": 1, "exclusiveMaximum": True},
            },
        }
    },
}


@pytest.mark.parametrize(
    ("spec", "good"),
    [
        ({"a": 1}, True),
        ({"a": 1, "z": 1}, False),
        ({"a": 1, "port": "http"}, True),
        ({"a": 1, "port": 80}, True),
        ({"a": 1, "port": True}, False),
        ({"a": 1, "maybe": None}, True),
        ({"a": 1, "free": {"z": {"y": 1}}}, True),
        ({"a": 1, "any": [1, {"z": 2}]}, True),
        ({"a": 1, "pod": {"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": {}}}, True),
        ({"a": 1, "pod": {"spce": {}}}, False),
        ({"a": 1, "items": [{"b": "x"}]}, True),
        ({"a": 1, "items": [{"c": "x"}]}, False),
        ({"a": 1, "more": {"x": 1}}, True),
        ({"a": 1, "more": {"x": "1"}}, False),
        ({"a": 1, "either": {"c": "x"}}, True),
        ({"a": 1, "either": {"c": "x", "d": "y"}}, False),
        ({"a": 1, "small": 1}, False),
        ({"a": 1, "small": 0.5}, True),
    ],
)
def test_a_closed_schema_takes_what_the_api_server_keeps(spec: object, good: bool) -> None:
    head = {"apiVersion": "x/v1", "kind": "X", "metadata": {"name": "a"}}
    assert jsonschema_rs.is_valid(closed(SCHEMA), {**head, "spec": spec}) is good


def test_defaults_are_written_into_what_is_there() -> None:
    value = {"spec": {"items": [{}, {"b": "y"}]}}
    assert defaulted(value, SCHEMA) == {"spec": {"a": 3, "items": [{"b": "x"}, {"b": "y"}]}}
    assert value == {"spec": {"items": [{}, {"b": "y"}]}}
    assert defaulted({}, SCHEMA) == {}


def test_rules_come_with_the_values_that_they_speak_of() -> None:
    value = {"spec": {"items": [{"b": "x"}, {"b": ""}]}}
    found = [(path, one) for path, one, _ in rules(value, SCHEMA)]
    assert found == [(("spec", "items", 0), {"b": "x"}), (("spec", "items", 1), {"b": ""})]
