"""What a schema's error means to a person: where, what is wrong, and what to write."""

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from blueprints.check.schemas.notation import Schema
from blueprints.display import visible
from blueprints.yamltext import path_text

_TYPES = {
    "object": "a mapping (key: value)",
    "array": "a list (- item)",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}
_MOST = 20
"""Errors of one object; the first ones explain the others."""


@dataclass(frozen=True)
class Said:
    """One thing wrong in one value."""

    path: tuple[str | int, ...]
    message: str
    """Starts with the path as people write it; lower case, no full stop."""
    hint: str = ""


def said(validator: jsonschema_rs.Validator, value: object, *documents: Schema) -> tuple[Said, ...]:
    """What ``validator`` has against ``value``: one per place, in the order of places.

    ``documents`` are the schemas that its references lead to; they know names and titles.
    """
    found: dict[tuple[str | int, ...], Said] = {}
    for error in _few(validator.iter_errors(value)):
        for one in _explain(error, documents):
            found.setdefault(one.path, one)
    return tuple(found[path] for path in sorted(found, key=lambda path: [str(p) for p in path]))


def _few(
    errors: Iterable[jsonschema_rs.ValidationError],
) -> Iterator[jsonschema_rs.ValidationError]:
    for count, error in enumerate(errors):
        if count == _MOST:
            return
        yield error


def _explain(error: jsonschema_rs.ValidationError, documents: Sequence[Schema]) -> Iterator[Said]:
    kind: Any = error.kind
    path = tuple(error.instance_path)
    parents = _parents(error.schema_path, documents)
    where = path_text(path) or "it"
    if kind.name == "additionalProperties":
        known = sorted(parents[-1].get("properties", {})) if parents else []
        for name in kind.unexpected:
            yield _unknown(path, name, known)
    elif kind.name == "required":
        yield Said(
            (*path, kind.property),
            f"{path_text((*path, kind.property))} is missing",
            f"add {kind.property}: to {where if path else 'the top'}",
        )
    elif kind.name == "enum" and (title := _title(parents)) is None:
        yield _not_allowed(path, where, error.instance, kind.options)
    elif kind.name == "const" and (title := _title(parents)) is None:
        yield _not_allowed(path, where, error.instance, [kind.expected_value])
    elif kind.name == "propertyNames":
        key = kind.error.instance
        meant = _title(_parents(kind.error.schema_path, documents)) or "be another"
        yield Said((*path, str(key)), f"{where}: key {_brief(key)} has to {meant}")
    elif error.instance is None:
        yield Said(path, f"{where} is empty", "write a value, or remove the key")
    elif (title := _title(parents)) is not None:
        yield Said(path, f"{where} {_shown(error.instance)}has to {title}", _unquote(error))
    elif kind.name == "type":
        yield _wrong_type(path, where, error.instance, kind.types)
    elif kind.name in ("anyOf", "oneOf") and _nearest(kind.context) is not None:
        inner = _nearest(kind.context)
        assert inner is not None  # noqa: S101 - told apart above
        yield from _explain(inner, documents)
    elif kind.name == "falseSchema":
        yield Said(path, f"{where} is not allowed here", "remove it")
    elif kind.name in ("minItems", "minProperties"):
        yield Said(path, f"{where} is empty", "give at least one, or remove the key")
    else:
        yield Said(path, f"{where}: {visible(error.message)}")


def _unknown(path: tuple[str | int, ...], name: str, known: Sequence[str]) -> Said:
    holder = path_text(path) or "the top"
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else f"allowed here: {_list(known)}" if known else ""
    return Said((*path, name), f"{holder} has no field {visible(name)}", hint)


def _not_allowed(
    path: tuple[str | int, ...], where: str, value: object, allowed: Sequence[object]
) -> Said:
    texts = [str(one) if one != "" else '""' for one in allowed]
    near = difflib.get_close_matches(str(value), texts, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else ""
    return Said(path, f"{where} is {_brief(value)}; allowed: {_list(texts)}", hint)


def _wrong_type(
    path: tuple[str | int, ...], where: str, value: object, types: Sequence[str]
) -> Said:
    wanted = " or ".join(_TYPES.get(one, one) for one in types)
    hint = ""
    if isinstance(value, str) and types != ["string"]:
        hint = "write it without quotes"
    elif isinstance(value, (bool, int, float)) and "string" in types:
        hint = f"write it in quotes: {json.dumps(json.dumps(value))}"
    return Said(path, f"{where} is {_brief(value)}; it has to be {wanted}", hint)


def _unquote(error: jsonschema_rs.ValidationError) -> str:
    kind: Any = error.kind
    asks_for_number = kind.name == "type" and {"integer", "number"} & set(kind.types)
    return "write it without quotes" if asks_for_number and isinstance(error.instance, str) else ""


def _shown(value: object) -> str:
    """``is "x" and ``: short values help, mappings and lists do not."""
    return "" if isinstance(value, (dict, list)) else f"is {_brief(value)} and "


def _brief(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = visible(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= 60 else f"{text[:59]}…"


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(visible(name) for name in names[:12])
    return shown if len(names) <= 12 else f"{shown}, …"


def _nearest(
    context: Sequence[Sequence[jsonschema_rs.ValidationError]],
) -> jsonschema_rs.ValidationError | None:
    """Of the alternatives, the error of the one that went deepest: what was most likely meant."""
    first = [errors[0] for errors in context if errors]
    return max(first, key=_depth, default=None)


def _depth(error: jsonschema_rs.ValidationError) -> tuple[int, bool]:
    kind: Any = error.kind
    return len(error.instance_path), kind.name != "type"


def _title(parents: Sequence[Mapping[str, Any]]) -> str | None:
    if not parents:
        return None
    title = parents[-1].get("title")
    return title if isinstance(title, str) and title[:3] in ("be ", "hav") else None


def _parents(
    schema_path: Sequence[str | int], documents: Sequence[Schema]
) -> list[Mapping[str, Any]]:
    """The schemas on the way to the keyword that failed, the one that holds it last."""
    for document in documents:
        here: Any = document
        found: list[Mapping[str, Any]] = []
        for part in schema_path[:-1]:
            try:
                here = here[part]
            except (KeyError, IndexError, TypeError):
                break
            if isinstance(here, Mapping):
                found.append(here)
        else:
            if isinstance(here, Mapping):
                return found or [here]
    return []
