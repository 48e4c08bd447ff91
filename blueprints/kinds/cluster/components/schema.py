"""Schemas of values, as Helm reads them (JSON Schema draft 7): closed, every value bounded."""

from collections.abc import Mapping
from typing import TypeAlias

Schema: TypeAlias = dict[str, object]

_DRAFT = "http://json-schema.org/draft-07/schema#"


def text(pattern: str, longest: int = 253) -> Schema:
    """A text that is all of a pattern."""
    return {"type": "string", "pattern": pattern, "maxLength": longest}


def closed(properties: Mapping[str, object], optional: tuple[str, ...] = ()) -> Schema:
    """A mapping with these keys and no others."""
    return {
        "type": "object",
        "required": [name for name in properties if name not in optional],
        "properties": dict(properties),
        "additionalProperties": False,
    }


def some(items: Schema, *, most: int, least: int = 1) -> Schema:
    """A list of different things."""
    return {
        "type": "array",
        "items": items,
        "minItems": least,
        "maxItems": most,
        "uniqueItems": True,
    }


def by_name(key: str, values: Schema, *, most: int, least: int = 0) -> Schema:
    """A mapping whose keys fit a pattern."""
    return {
        "type": "object",
        "patternProperties": {key: values},
        "additionalProperties": False,
        "minProperties": least,
        "maxProperties": most,
    }


def whole(title: str, properties: Mapping[str, object], optional: tuple[str, ...] = ()) -> Schema:
    """The schema of a chart's values."""
    return {"$schema": _DRAFT, "title": title, **closed(properties, optional)}


NAME = text(r"^[a-z]([a-z0-9-]*[a-z0-9])?$", 63)
HOST = text(r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$")
URL = text(r"^https://[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$", 300)
KEY = text(r"^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*$", 300)
"""A path in the secret store."""
WORD = text(r"^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$", 80)
AMOUNT = text(r"^[1-9][0-9]*(m|k|[KMGTP]i|[MGTP])?$", 18)
VERSION = text(r"^v?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$", 40)
"""Of a chart."""
