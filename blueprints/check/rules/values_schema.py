"""The schema of a chart's values lets through what it seems to refuse.

Looks at `values.schema.json` of local charts: keywords that JSON Schema does not know (which it
ignores), mappings that are open or name required keys that they do not have, texts without a
pattern, length or list of values, numbers without bounds, lists without items, lists of values
in which one stands twice, and names that stand in several places with different rules.

The schema is all that stands between a slip in the values and a chart that ignores it.

Close it: `additionalProperties: false`, `required`, and bounds for every value.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "values-schema"
LEVEL = Level.WARNING

_ANY = ("$schema", "$id", "$ref", "$defs", "definitions", "title", "description", "default")
_COMBINE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "enum", "const", "type")
_OF = {
    "object": (
        "properties",
        "required",
        "additionalProperties",
        "patternProperties",
        "propertyNames",
        "minProperties",
        "maxProperties",
        "dependencies",
    ),
    "array": ("items", "minItems", "maxItems", "uniqueItems", "contains", "additionalItems"),
    "string": ("pattern", "minLength", "maxLength", "format"),
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "boolean": (),
    "null": (),
}
_OF["number"] = _OF["integer"]
_KNOWN = {*_ANY, *_COMBINE, *(word for words in _OF.values() for word in words)}


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every gap in a schema."""
    for chart in repo.charts:
        path = f"{chart}/values.schema.json" if chart else "values.schema.json"
        if not repo.exists(path):
            continue
        try:
            schema = json.loads(repo.text(path))
        except ValueError:
            continue  # told by the rule json-syntax
        if isinstance(schema, dict) and "$schema" not in schema:
            yield Finding(path, 1, ID, "the schema does not say its $schema", LEVEL)
        if isinstance(schema, dict) and schema.get("title") != _name(repo, chart):
            yield Finding(path, 1, ID, "the schema's title is not the chart's name", LEVEL)
        for place, words in (*_gaps(schema, ""), *_unlike(schema)):
            yield Finding(path, 0, ID, f"{place or 'the top'} {words}", LEVEL)


def _name(repo: Repository, chart: str) -> Any:
    documents = repo.yaml(f"{chart}/Chart.yaml" if chart else "Chart.yaml")
    data = documents[0].data if documents else None
    return data.get("name") if isinstance(data, dict) else None


def _gaps(schema: Any, place: str) -> Iterator[tuple[str, str]]:
    if not isinstance(schema, dict):
        if not isinstance(schema, bool):
            yield place, "is no schema"
        return
    for word in schema:
        if word not in _KNOWN:
            yield place, f"has {word!r}, which JSON Schema ignores"
    kind = schema.get("type")
    if kind is None and not {"enum", "const", "$ref", "allOf", "anyOf", "oneOf"} & set(schema):
        yield place, "has no type"
    if isinstance(kind, str):
        if kind not in _OF:
            yield place, f"has the type {kind!r}, which there is none of"
        for other, words in _OF.items():
            for word in words:
                if word in schema and word not in _OF.get(kind, ()):
                    yield place, f"has {word}, which means nothing for {kind} ({other})"
    values = schema.get("enum")
    if isinstance(values, list) and (
        len(values) != len({str(one) for one in values}) or not values
    ):
        yield place, "has an enum with a value twice, or none"
    if kind == "object":
        yield from _object(schema, place)
    elif kind == "array":
        if not isinstance(schema.get("items"), dict):
            yield place, "does not say what its items are"
        else:
            yield from _gaps(schema["items"], f"{place}/items")
    elif kind in ("integer", "number") and not {"minimum", "maximum"} <= set(schema):
        yield place, "is a number without minimum and maximum"


def _object(schema: dict[str, Any], place: str) -> Iterator[tuple[str, str]]:
    properties = schema.get("properties", {})
    required = schema.get("required", [])
    if not isinstance(properties, dict) or not isinstance(required, list):
        yield place, "has properties or required keys that are none"
        return
    if properties and schema.get("additionalProperties") is not False:
        yield place, "takes any other key: additionalProperties is not false"
    for key in required:
        if key not in properties:
            yield place, f"requires {key}, which it does not have"
    if len(required) != len(set(map(str, required))):
        yield place, "requires a key twice"
    for key, inner in properties.items():
        yield from _gaps(inner, f"{place}/{key}")
    for word in ("patternProperties", "additionalProperties"):
        inner = schema.get(word)
        if word == "patternProperties" and isinstance(inner, dict):
            for key, one in inner.items():
                yield from _gaps(one, f"{place}/{key}")
        elif isinstance(inner, dict):
            yield from _gaps(inner, f"{place}/*")


def _named(schema: Any, place: str) -> Iterator[tuple[str, str, Any, bool]]:
    """Every key with its place, its schema, and whether it is required."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        required = schema.get("required")
        for key, inner in properties.items() if isinstance(properties, dict) else ():
            needed = isinstance(required, list) and key in required
            yield key, f"{place}/{key}", inner, needed
            yield from _named(inner, f"{place}/{key}")
        yield from _named(schema.get("items"), f"{place}/items")


def _unlike(schema: Any) -> Iterator[tuple[str, str]]:
    """Keys of one name whose schemas differ, and texts that are bounded less than all others."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    bounds: Counter[bool] = Counter()
    texts = []
    for key, place, inner, needed in _named(schema, ""):
        found[key].append((place, json.dumps([inner, needed], sort_keys=True)))
        if isinstance(inner, dict) and inner.get("type") == "string":
            texts.append((place, inner))
            bounds["pattern" in inner and "maxLength" in inner] += 1
    for places in found.values():
        if len({text for _, text in places}) > 1:
            for place, _ in places:
                yield place, "has other rules than the key of the same name elsewhere"
    if bounds[True] > bounds[False]:
        for place, inner in texts:
            if ("pattern" in inner) != ("maxLength" in inner):
                yield place, "is a text with a pattern or a length only; others have both"
