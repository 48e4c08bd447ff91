"""Kubernetes' own kinds: the schemas of several versions, made strict and compiled once.

The published schemas come with the package ``kubernetes-validate`` (one file of definitions for
each version, unknown fields refused). They know names and types of fields only;
`policies/checks/core.yaml` adds what the API server asks for beyond them. ``null`` is not let
through: in a file it is nearly always a key whose value was forgotten.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import jsonschema_rs

from blueprints.check.schemas.notation import DIALECT, Schema, compile_node, only
from blueprints.check.schemas.policy import read

GroupVersionKind: TypeAlias = tuple[str, str, str]
"""("apps", "v1", "Deployment"); the core group is ""."""

URN = "urn:kubernetes"

_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"


@dataclass
class Core:
    """The kinds of one version of Kubernetes."""

    version: str
    """As ``1.33``."""
    document: Schema
    """One JSON Schema whose ``$defs`` hold every definition, and the terms."""
    definitions: dict[GroupVersionKind, str]
    _registry: jsonschema_rs.Registry = field(repr=False)
    _compiled: dict[GroupVersionKind, jsonschema_rs.Validator] = field(
        default_factory=dict, repr=False
    )

    def validator(self, kind: GroupVersionKind) -> jsonschema_rs.Validator | None:
        """What judges objects of ``kind``; None where this version has no such kind."""
        if kind not in self._compiled:
            definition = self.definitions.get(kind)
            if definition is None:
                return None
            schema = {"$schema": DIALECT, "$ref": f"{URN}#/$defs/{definition}"}
            self._compiled[kind] = jsonschema_rs.validator_for(schema, registry=self._registry)
        return self._compiled[kind]


def folder() -> Path | None:
    """Where ``kubernetes-validate`` keeps its schemas; None where it is not installed."""
    spec = find_spec("kubernetes_validate")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "kubernetes-json-schema"


@cache
def versions() -> tuple[str, ...]:
    """Versions that are installed, oldest first."""
    here = folder()
    if here is None:
        return ()
    found = {entry.name[1:].split("-")[0] for entry in here.iterdir() if entry.name[:1] == "v"}
    return tuple(sorted((_minor(name) for name in found), key=order))


def order(version: str) -> tuple[int, ...]:
    """Sorts versions by number: 1.9 before 1.10."""
    return tuple(int(part) for part in version.split("."))


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


@cache
def load(version: str, *, practice: bool = False) -> Core:
    """Read and tighten the schemas of ``version`` (one of :func:`versions`).

    With ``practice``, what good practice expects (`$expected`) is required too.
    """
    here = folder()
    assert here is not None, "versions() names only what is installed"  # noqa: S101
    file = here / f"v{version}.0-local-strict" / "_definitions.json"
    published = json.loads(file.read_bytes())["$defs"]
    definitions: dict[GroupVersionKind, str] = {}
    defs: Schema = {}
    overlay = read("core.yaml")
    for name, schema in published.items():
        for kind in schema.get("x-kubernetes-group-version-kind", ()):
            definitions.setdefault((kind["group"], kind["version"], kind["kind"]), name)
        defs[name] = _tightened(name, _plain(schema), overlay, practice)
    defs[_QUANTITY] = {"$ref": "#/$defs/amount"}
    defs[_INT_OR_STRING] = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
    for term, schema in read("terms.yaml").items():
        if URN not in json.dumps(schema):
            defs[term] = schema
    document = {"$schema": DIALECT, "$id": URN, "$defs": defs}
    registry = jsonschema_rs.Registry([(URN, document)])
    return Core(version, document, definitions, registry)


def _plain(schema: Any) -> Any:
    """Without descriptions, extensions and the permission to be null."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain: Schema = {}
    for key, value in schema.items():
        if key == "properties":
            plain[key] = {name: _plain(inside) for name, inside in value.items()}
        elif key == "type" and isinstance(value, list):
            kept = [part for part in value if part != "null"]
            plain[key] = kept[0] if len(kept) == 1 else kept
        elif key != "description" and not key.startswith("x-kubernetes-"):
            plain[key] = _plain(value)
    return plain


def _tightened(name: str, schema: Schema, overlay: dict[str, Any], practice: bool) -> Schema:
    last = name.rsplit(".", 1)[-1]
    parts = name.split(".")
    rules = overlay.get(f"{parts[-3]}.{last}") if len(parts) > 2 else None
    rules = rules or overlay.get(last)
    properties = schema.get("properties")
    if not rules or not properties:
        return schema
    also: list[Schema] = []
    for key, rule in rules.items():
        if key == "$required" or (key == "$expected" and practice):
            there = [name for name in rule if name in properties]
            schema["required"] = sorted({*schema.get("required", ()), *there})
        elif key == "$also" or (key == "$practice" and practice):
            also.append(rule)
        elif key.startswith("$") and key not in ("$expected", "$practice"):
            names = [name for name in rule if name in properties]
            also.append(only(key[1:], names))
        elif key in properties:
            properties[key] = compile_node(rule, where=f"core.yaml: {last}.{key}")
    if also:
        schema["allOf"] = also
    return schema
