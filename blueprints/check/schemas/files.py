"""Strict models of configuration files that are no Kubernetes objects: `policies/checks/files`."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

from blueprints.check.schemas.notation import DIALECT, Schema, compile_node
from blueprints.check.schemas.policy import read


@dataclass(frozen=True)
class FileModel:
    """One sort of file."""

    title: str
    """What it is, for people: `configuration of Dex`."""
    globs: tuple[str, ...]
    """Paths that are of this sort."""
    keys: frozenset[str]
    """Or: keys that a document of this sort has, in a file of any name or in a ConfigMap."""
    document: Schema
    validator: jsonschema_rs.Validator

    def means(self, path: str) -> bool:
        """Whether a file is of this sort by its path."""
        return any(fnmatchcase(path, glob) for glob in self.globs)

    def fits(self, data: Any) -> bool:
        """Whether a document is of this sort by its keys."""
        return bool(self.keys) and isinstance(data, dict) and self.keys <= data.keys()


@cache
def file_models() -> tuple[FileModel, ...]:
    """Every model, in the order of their files."""
    folder = files("policies").joinpath("checks", "files")
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".yaml"))
    return tuple(_model(f"files/{name}") for name in names)


def _model(name: str) -> FileModel:
    content = read(name)
    # Terms that speak of pods refer to the schemas of Kubernetes, which no such file needs.
    shared = read("terms.yaml").items()
    defs: dict[str, Any] = {name: term for name, term in shared if "urn:" not in str(term)}
    for term, node in content.get("terms", {}).items():
        defs[term] = compile_node(node, practice=True, where=f"{name}: {term}")
    document = {
        "$schema": DIALECT,
        "$defs": defs,
        **compile_node(content["node"], practice=True, where=name),
    }
    return FileModel(
        content["title"],
        tuple(content.get("files", ())),
        frozenset(content.get("keys", ())),
        document,
        jsonschema_rs.validator_for(document),
    )
