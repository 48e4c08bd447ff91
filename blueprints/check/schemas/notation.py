"""A short notation for strict schemas, and the JSON Schema that it stands for.

The files in `policies/checks` describe kinds in it, because JSON Schema would be four times as
long and is open by default. A node is one of

* a text: the name of a term (`policies/checks/terms.yaml`), e.g. ``dns-label``;
* ``fields:`` a mapping with these fields and no others. ``name!`` has to be there; ``name+`` is
  expected by practice (it is required only where ``practice`` is asked for). Beside it:
  ``exactly-one``, ``at-most-one``, ``at-least-one`` (lists of fields), ``open: true``;
* ``list:`` a list of such items, not empty unless ``min: 0``; ``max``;
* ``map:`` a mapping with such values, not empty unless ``min: 0``; ``keys:`` a term;
* ``choice:`` a list of the values that are allowed;
* ``any:`` a list of nodes of which one has to fit;
* ``json:`` JSON Schema as it is.

``default:`` and ``title:`` ("what it has to be", shown to people) may stand beside each.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_FORMS = ("fields", "list", "map", "choice", "any", "json")
_OPTIONS = {
    "fields": {"exactly-one", "at-most-one", "at-least-one", "open"},
    "list": {"min", "max"},
    "map": {"min", "keys"},
    "choice": set[str](),
    "any": set[str](),
    "json": set[str](),
}


def compile_node(node: object, *, practice: bool = False, where: str = "") -> Schema:
    """JSON Schema for ``node``; terms become references into ``#/$defs``.

    Raises :class:`ValueError` naming ``where`` for a node that is not of the notation.
    """
    if isinstance(node, str):
        return {"$ref": f"#/$defs/{node}"}
    if not isinstance(node, dict):
        raise ValueError(f"{where}: {node!r} is not a node of the notation")
    forms = [form for form in _FORMS if form in node]
    if len(forms) != 1:
        raise ValueError(f"{where}: needs exactly one of {', '.join(_FORMS)}")
    form = forms[0]
    unknown = node.keys() - {form, "default", "title"} - _OPTIONS[form]
    if unknown:
        raise ValueError(f"{where}: {form} knows no {', '.join(sorted(unknown))}")
    schema = _BUILD[form](node, practice, where)
    for keyword in ("default", "title"):
        if keyword in node:
            schema[keyword] = node[keyword]
    return schema


def terms(node: object) -> set[str]:
    """Names of the terms that ``node`` uses."""
    if isinstance(node, str):
        return {node}
    if not isinstance(node, dict):
        return set()
    inside: list[object] = [*node.get("any", []), *node.get("fields", {}).values()]
    inside += [node[key] for key in ("list", "map", "keys") if key in node]
    return {name for part in inside for name in terms(part)}


def split_mark(field: str) -> tuple[str, str]:
    """``name!`` is ``("name", "!")``; a field without a mark has ""."""
    return (field[:-1], field[-1]) if field[-1:] in ("!", "+") else (field, "")


def _fields(node: Mapping[str, Any], practice: bool, where: str) -> Schema:
    properties: Schema = {}
    required = []
    for field, inside in node["fields"].items():
        name, mark = split_mark(field)
        properties[name] = compile_node(inside, practice=practice, where=f"{where}.{name}")
        if mark == "!" or (mark == "+" and practice):
            required.append(name)
    schema: Schema = {"type": "object", "properties": properties}
    if not node.get("open", False):
        schema["additionalProperties"] = False
    if required:
        schema["required"] = required
    groups = []
    for option in ("exactly-one", "at-most-one", "at-least-one"):
        names = node.get(option)
        if names is not None:
            groups.append(only(option, names))
    if groups:
        schema["allOf"] = groups
    return schema


def only(option: str, names: list[str]) -> Schema:
    """Schema that holds when ``option`` (exactly-one, ...) of the fields ``names`` are there."""
    each: list[Schema] = [{"required": [name]} for name in names]
    title = {
        "exactly-one": "exactly one of",
        "at-most-one": "at most one of",
        "at-least-one": "at least one of",
    }[option]
    said = {"title": f"have {title} {', '.join(names)}"}
    if option == "exactly-one":
        return {"oneOf": each, **said}
    if option == "at-least-one":
        return {"anyOf": each, **said}
    return {"oneOf": [*each, {"not": {"anyOf": each}}], **said}


def _list(node: Mapping[str, Any], practice: bool, where: str) -> Schema:
    items = compile_node(node["list"], practice=practice, where=f"{where}[]")
    schema: Schema = {"type": "array", "items": items}
    if node.get("min", 1):
        schema["minItems"] = node.get("min", 1)
    if "max" in node:
        schema["maxItems"] = node["max"]
    return schema


def _map(node: Mapping[str, Any], practice: bool, where: str) -> Schema:
    values = compile_node(node["map"], practice=practice, where=f"{where}.*")
    schema: Schema = {"type": "object", "additionalProperties": values}
    if node.get("min", 1):
        schema["minProperties"] = node.get("min", 1)
    if "keys" in node:
        schema["propertyNames"] = compile_node(node["keys"], where=where)
    return schema


def _choice(node: Mapping[str, Any], _practice: bool, _where: str) -> Schema:
    return {"enum": list(node["choice"])}


def _any(node: Mapping[str, Any], practice: bool, where: str) -> Schema:
    return {"anyOf": [compile_node(part, practice=practice, where=where) for part in node["any"]]}


def _json(node: Mapping[str, Any], _practice: bool, _where: str) -> Schema:
    return dict(node["json"])


_BUILD = {
    "fields": _fields,
    "list": _list,
    "map": _map,
    "choice": _choice,
    "any": _any,
    "json": _json,
}
