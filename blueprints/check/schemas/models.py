"""Strict models of the custom kinds that blueprints write: `policies/checks/kinds/*.yaml`.

They know less than the real definitions (fields that no sandbox needs are left out or open) and
refuse more: values that the operator would reject later, or silently ignore.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jsonschema_rs

from blueprints.check.schemas.core import URN, Core, GroupVersionKind, load
from blueprints.check.schemas.notation import DIALECT, Schema, compile_node
from blueprints.check.schemas.policy import Node, kinds, read


@dataclass(frozen=True)
class Model:
    """One kind of one group."""

    group: str
    kind: str
    versions: tuple[str, ...]
    """That the operator serves today."""
    gone: dict[str, str]
    """Versions that it serves no more, and what to write instead."""
    told: tuple[str, ...]
    """Other versions that a rule about the kind tells of."""
    node: Node
    unnamed: bool
    """Has no ``metadata.name`` (a file for a tool rather than an object)."""


@cache
def models() -> dict[tuple[str, str], Model]:
    """Every model by (group, kind)."""
    found = {}
    for content in _contents():
        for kind, node in content["kinds"].items():
            found[content["group"], kind] = Model(
                content["group"],
                kind,
                tuple(node["versions"]),
                content.get("gone", {}),
                tuple(content.get("told", ())),
                {key: value for key, value in node.items() if key not in ("versions", "unnamed")},
                node.get("unnamed", False),
            )
    return found


@cache
def groups() -> frozenset[str]:
    """Groups that some model is of."""
    return frozenset(group for group, _ in models())


def nearest_group(group: str) -> str:
    """The known group that ``group`` is a slip of the pen for; "" where none is near."""
    near = difflib.get_close_matches(group, sorted(groups()), n=1, cutoff=0.85)
    return near[0] if near else ""


def _contents() -> Iterator[Node]:
    for content in kinds().values():
        yield from content if isinstance(content, list) else [content]


@cache
def models_with(version: str, *, practice: bool = False) -> "Models":
    """The models with the pods of a version of Kubernetes; compiled once in a process."""
    return Models(load(version, practice=practice), practice)


@dataclass
class Models:
    """The models, with the pods of one version of Kubernetes, compiled when asked for."""

    core: Core
    practice: bool = False
    """What good practice expects is required too."""
    _documents: dict[str, Schema] = field(default_factory=dict, repr=False)
    _registries: dict[str, jsonschema_rs.Registry] = field(default_factory=dict, repr=False)
    _compiled: dict[GroupVersionKind, jsonschema_rs.Validator] = field(
        default_factory=dict, repr=False
    )

    def validator(self, kind: GroupVersionKind) -> jsonschema_rs.Validator | None:
        """What judges objects of ``kind``; None where there is no model of this version."""
        group, version, name = kind
        if kind not in self._compiled:
            model = models().get((group, name))
            if model is None or version not in model.versions:
                return None
            schema = {"$schema": DIALECT, "$ref": f"urn:kinds:{group}#/$defs/{name}"}
            self._compiled[kind] = jsonschema_rs.validator_for(
                schema, registry=self._registry(group)
            )
        return self._compiled[kind]

    def _registry(self, group: str) -> jsonschema_rs.Registry:
        if group not in self._registries:
            self._registries[group] = jsonschema_rs.Registry(
                [(URN, self.core.document), (f"urn:kinds:{group}", self.document(group))]
            )
        return self._registries[group]

    def document(self, group: str) -> Schema:
        """The JSON Schema of a group: its kinds and terms under ``$defs``."""
        if group not in self._documents:
            content = next(one for one in _contents() if one["group"] == group)
            defs: dict[str, Any] = dict(read("terms.yaml"))
            for term, node in content.get("terms", {}).items():
                defs[term] = compile_node(node, practice=self.practice, where=f"{group}: {term}")
            for (of, kind), model in models().items():
                if of == group:
                    defs[kind] = self._object(model)
            self._documents[group] = {
                "$schema": DIALECT,
                "$id": f"urn:kinds:{group}",
                "$defs": defs,
            }
        return self._documents[group]

    def _object(self, model: Model) -> Schema:
        where = f"{model.group}: {model.kind}"
        schema = compile_node(model.node, practice=self.practice, where=where)
        properties = schema["properties"]
        properties.setdefault("metadata", {"$ref": "#/$defs/metadata"})
        properties["apiVersion"] = {"enum": [f"{model.group}/{one}" for one in model.versions]}
        properties["kind"] = {"const": model.kind}
        # A status comes from the cluster; in a file it is noise, not a mistake.
        properties["status"] = {"type": "object"}
        if not model.unnamed:
            schema["required"] = ["metadata", *schema.get("required", ())]
        return schema
