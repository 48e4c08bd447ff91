"""Schemas of charts' values, closed and open ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from blueprints.check.finding import Finding
from blueprints.check.repository import Repository
from blueprints.check.rules.values_schema import check
from blueprints.check.settings import load_settings

CLOSED: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "small",
    "type": "object",
    "required": ["colour"],
    "properties": {
        "colour": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 20},
        "size": {"type": "integer", "minimum": 1, "maximum": 9},
        "names": {"type": "array", "items": {"enum": ["a", "b"]}},
    },
    "additionalProperties": False,
}


def told(folder: Path, schema: Any) -> list[str]:
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: small\nversion: 1.0.0\n", "utf-8")
    (folder / "values.schema.json").write_text(json.dumps(schema), "utf-8")
    repo = Repository(folder)
    found = check(repo, load_settings(repo))
    return [one.message for one in found if isinstance(one, Finding)]


def test_a_closed_schema_is_not_told(tmp_path: Path) -> None:
    assert told(tmp_path, CLOSED) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"additionalProperties": True}, "the top takes any other key"),
        ({"required": ["color"]}, "the top requires color, which it does not have"),
        ({"requird": []}, "the top has 'requird', which JSON Schema ignores"),
        ({"title": "large"}, "the schema's title is not the chart's name"),
        ({"type": "objekt"}, "the top has the type 'objekt', which there is none of"),
    ],
)
def test_gaps_at_the_top(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    assert any(words in message for message in told(tmp_path, {**CLOSED, **change}))


@pytest.mark.parametrize(
    ("key", "schema", "words"),
    [
        ("colour", {"type": "string", "pattern": "^a$"}, "others have both"),
        ("colour", {"pattern": "^a$"}, "/colour has no type"),
        ("size", {"type": "integer", "minimum": 1}, "without minimum and maximum"),
        ("size", {"type": "integer", "maxLength": 1}, "maxLength, which means nothing"),
        ("names", {"type": "array"}, "does not say what its items are"),
        ("names", {"type": "array", "items": {"enum": ["a", "a"]}}, "with a value twice"),
        ("names", {"type": "object", "properties": {"size": {"type": "null"}}}, "other rules"),
        ("names", 7, "is no schema"),
    ],
)
def test_gaps_further_down(key: str, schema: Any, words: str, tmp_path: Path) -> None:
    properties = {**CLOSED["properties"], key: schema}
    if key == "colour":
        properties["other"] = properties["more"] = CLOSED["properties"]["colour"]
    messages = told(tmp_path, {**CLOSED, "properties": properties})
    assert any(words in message for message in messages), messages
