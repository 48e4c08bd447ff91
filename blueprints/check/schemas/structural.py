"""The schema of a CRD as the API server understands it: closed, with defaults written in first.

Source: Kubernetes' documentation of structural schemas (pruning, defaulting,
``x-kubernetes-int-or-string``, ``x-kubernetes-preserve-unknown-fields``,
``x-kubernetes-embedded-resource``, ``nullable``).
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from blueprints.check.documents import Path
from blueprints.check.schemas.notation import DIALECT, Schema

_KEPT = {
    "type",
    "enum",
    "required",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "minProperties",
    "maxProperties",
    "multipleOf",
    "pattern",
    "uniqueItems",
}
_COMBINED = ("allOf", "anyOf", "oneOf")
_EMBEDDED: Schema = {
    "apiVersion": {"type": "string"},
    "kind": {"type": "string"},
    "metadata": {"type": "object"},
}


def closed(schema: Mapping[str, Any]) -> Schema:
    """JSON Schema that refuses what the API server would refuse or prune."""
    inside = _closed(schema, top=True)
    inside["$schema"] = DIALECT
    return inside


def _closed(schema: Mapping[str, Any], *, top: bool = False, shape: bool = True) -> Schema:
    """``shape`` is false within allOf, anyOf, ...: there fields are spoken of, not declared."""
    result: Schema = {key: schema[key] for key in _KEPT if key in schema}
    if schema.get("x-kubernetes-int-or-string") or schema.get("format") == "int-or-string":
        result.pop("type", None)
        result["anyOf"] = [{"type": "integer"}, {"type": "string"}]
        return result
    for key in ("exclusiveMinimum", "exclusiveMaximum"):
        # In OpenAPI 3.0 a flag beside the limit, in JSON Schema the limit itself.
        if isinstance(result.get(key), bool):
            limit = "minimum" if key == "exclusiveMinimum" else "maximum"
            if result.pop(key) and limit in result:
                result[key] = result.pop(limit)
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        result["properties"] = {name: _closed(one, shape=shape) for name, one in properties.items()}
    additional = schema.get("additionalProperties")
    if isinstance(additional, Mapping):
        result["additionalProperties"] = _closed(additional, shape=shape)
    elif isinstance(additional, bool):
        result["additionalProperties"] = additional
    elif shape and properties and not schema.get("x-kubernetes-preserve-unknown-fields"):
        result["additionalProperties"] = False
    if top:
        result.setdefault("properties", {}).update(_EMBEDDED)
    elif schema.get("x-kubernetes-embedded-resource"):
        result["properties"] = {**_EMBEDDED, **result.get("properties", {})}
    items = schema.get("items")
    if isinstance(items, Mapping):
        result["items"] = _closed(items, shape=shape)
    for key in _COMBINED:
        parts = schema.get(key)
        if isinstance(parts, list):
            result[key] = [_closed(part, shape=False) for part in parts]
    if isinstance(schema.get("not"), Mapping):
        result["not"] = _closed(schema["not"], shape=False)
    if schema.get("nullable") and isinstance(result.get("type"), str):
        result["type"] = [result["type"], "null"]
        if "enum" in result:
            result["enum"] = [*result["enum"], None]
    return result


def defaulted(value: Any, schema: Mapping[str, Any]) -> Any:
    """``value`` with the defaults that the API server would write; the given one stays as it is."""
    if isinstance(value, dict):
        properties = schema.get("properties")
        additional = schema.get("additionalProperties")
        result = dict(value)
        if isinstance(properties, Mapping):
            for name, inside in properties.items():
                if name not in result and isinstance(inside, Mapping) and "default" in inside:
                    result[name] = copy.deepcopy(inside["default"])
                if name in result:
                    result[name] = defaulted(result[name], inside)
        elif isinstance(additional, Mapping):
            result = {name: defaulted(one, additional) for name, one in result.items()}
        return result
    items = schema.get("items")
    if isinstance(value, list) and isinstance(items, Mapping):
        return [defaulted(one, items) for one in value]
    return value


def rules(
    value: Any, schema: Mapping[str, Any], path: Path = ()
) -> Iterator[tuple[Path, Any, Mapping[str, Any]]]:
    """Yield (path, value, rule) for each `x-kubernetes-validations` that speaks of ``value``."""
    for rule in schema.get("x-kubernetes-validations", ()):
        yield path, value, rule
    if isinstance(value, dict):
        properties = schema.get("properties")
        additional = schema.get("additionalProperties")
        for name, one in value.items():
            if isinstance(properties, Mapping) and isinstance(properties.get(name), Mapping):
                yield from rules(one, properties[name], (*path, name))
            elif isinstance(additional, Mapping):
                yield from rules(one, additional, (*path, name))
    items = schema.get("items")
    if isinstance(value, list) and isinstance(items, Mapping):
        for index, one in enumerate(value):
            yield from rules(one, items, (*path, index))
