"""Real definitions of custom kinds: CRDs as YAML or JSON, and the JSON Schemas of catalogues.

From `--crds DIR`, and those that the repository itself carries.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from blueprints.check.repository import Repository
from blueprints.check.schemas.core import GroupVersionKind
from blueprints.check.schemas.notation import Schema
from blueprints.check.schemas.structural import closed
from blueprints.errors import ExpectedError

_MOST_BYTES = 32 << 20
"""Of one file."""
_CATALOGUE = re.compile(
    r"(?:(?P<group>[a-z0-9.-]+\.[a-z0-9.-]+)_)?(?P<kind>[a-z0-9]+)_(?P<version>v[a-z0-9]+)\.json"
)


@dataclass
class Definition:
    """One version of one kind."""

    source: str
    """The file that it comes from."""
    schema: Mapping[str, Any]
    """As it was written."""
    trusted: bool = True
    """From `--crds`: its validation rules may be evaluated."""
    _left_out: list[str] = field(default_factory=list, repr=False)

    @cached_property
    def document(self) -> Schema:
        """JSON Schema that is closed; patterns that cannot be read here are left out."""
        document = closed(self.schema)
        _drop_patterns(document, self._left_out)
        return document

    @cached_property
    def validator(self) -> jsonschema_rs.Validator:
        """What judges objects, with their defaults written in. Raises ValueError or
        `jsonschema_rs.ValidationError` for a schema that is none."""
        return jsonschema_rs.validator_for(self.document)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Patterns that are not checked."""
        _ = self.document
        return tuple(self._left_out)


class Definitions:
    """Definitions by kind, in lower case: so catalogues write them."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Definition] = {}
        self.problems: list[tuple[str, str]] = []
        """(file, what is wrong with it) for what could not be read."""

    def add(self, kind: GroupVersionKind, definition: Definition) -> None:
        """The first one given for a kind stays."""
        self._found.setdefault((kind[0], kind[1], kind[2].lower()), definition)

    def get(self, kind: GroupVersionKind) -> Definition | None:
        """What is known of a kind."""
        return self._found.get((kind[0], kind[1], kind[2].lower()))

    def __contains__(self, kind: GroupVersionKind) -> bool:
        return self.get(kind) is not None

    def __len__(self) -> int:
        return len(self._found)


def definitions(folder: Path | None, repo: Repository) -> Definitions:
    """Every definition in ``folder`` and in ``repo``; the former win.

    Raises ExpectedError where ``folder`` is not there or holds none.
    """
    found = Definitions()
    if folder is not None:
        if not folder.is_dir():
            raise ExpectedError(f"no such folder: {folder}", "give --crds a folder of CRDs")
        _from_folder(folder, found)
        if not len(found):
            raise ExpectedError(f"there is no definition of a custom resource in {folder}")
    for obj in repo.of_kind("CustomResourceDefinition"):
        for kind, schema in _versions(obj.data):
            found.add(kind, Definition(obj.file, schema, trusted=False))
    return found


def _from_folder(folder: Path, found: Definitions) -> None:
    for here, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(here, name)
            if not name.endswith((".yaml", ".yml", ".json")) or path.is_symlink():
                continue
            try:
                if path.stat().st_size > _MOST_BYTES:
                    raise ValueError(f"is larger than {_MOST_BYTES >> 20} MiB")
                _from_file(path, found)
            except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
                said = str(error).split("\n")[0]
                found.problems.append((str(path.relative_to(folder)), said))


def _from_file(path: Path, found: Definitions) -> None:
    raw = path.read_bytes()
    if path.suffix != ".json":
        if b"CustomResourceDefinition" in raw:
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            for document in yaml.load_all(raw, Loader=loader):
                for kind, schema in _versions(document):
                    found.add(kind, Definition(str(path), schema))
        return
    content = json.loads(raw)
    if not isinstance(content, dict):
        return
    for kind, schema in _versions(content):
        found.add(kind, Definition(str(path), schema))
    named = _CATALOGUE.fullmatch(path.name)
    if named and isinstance(content.get("properties"), dict):
        group = named["group"] or path.parent.name
        found.add((group, named["version"], named["kind"]), Definition(str(path), content))


def _versions(document: object) -> Iterator[tuple[GroupVersionKind, Mapping[str, Any]]]:
    """The versions of a CustomResourceDefinition (or of those in a List) that have a schema."""
    if not isinstance(document, dict):
        return
    if isinstance(document.get("items"), list):
        for one in document["items"]:
            yield from _versions(one)
    spec = document.get("spec")
    if document.get("kind") != "CustomResourceDefinition" or not isinstance(spec, dict):
        return
    names, versions = spec.get("names"), spec.get("versions")
    if not isinstance(names, dict) or not isinstance(versions, list):
        return
    for version in versions:
        if not isinstance(version, dict) or version.get("served") is False:
            continue
        holder = version.get("schema")
        schema = holder.get("openAPIV3Schema") if isinstance(holder, dict) else None
        if isinstance(schema, dict):
            kind = (str(spec.get("group")), str(version.get("name")), str(names.get("kind")))
            yield kind, schema


def _drop_patterns(schema: Any, left_out: list[str]) -> None:
    """Take out patterns that the validator does not understand; CRDs write RE2."""
    if isinstance(schema, dict):
        pattern = schema.get("pattern")
        if isinstance(pattern, str):
            try:
                jsonschema_rs.validator_for({"type": "string", "pattern": pattern})
            except (ValueError, jsonschema_rs.ValidationError):
                del schema["pattern"]
                left_out.append(pattern)
        for key, one in schema.items():
            if key != "enum":
                _drop_patterns(one, left_out)
    elif isinstance(schema, list):
        for one in schema:
            _drop_patterns(one, left_out)
