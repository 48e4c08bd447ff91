"""Our models of custom kinds beside the real definitions, where these lie beside the project.

The definitions are reference data that the project carries no copy of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from blueprints.check.finding import Finding
from blueprints.check.repository import Repository
from blueprints.check.rules import crd_schema
from blueprints.check.schemas import core
from blueprints.check.schemas.models import Model, models, models_with
from blueprints.check.settings import load_settings
from tests.blueprints.conftest import Rendered
from tests.blueprints.repositories import Example, examples

FOLDER = Path(__file__).parents[5] / "shared" / "data" / "schemas"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no ../shared/data/schemas")

OURS_ONLY = {
    # Of the version before the one that lies there.
    "ClusterQueue.spec.cohort",
    "ClusterQueue.spec.admissionChecks",
    "RayJob.spec.deletionPolicy",
}
THEIRS_ONLY = {
    # Set by the API server of ArgoCD, never in Git.
    "Application.operation"
}


def definition(model: Model) -> Mapping[str, Any] | None:
    """The real schema of the newest version that lies there."""
    for version in reversed(model.versions):
        name = f"{model.kind.lower()}_{version}.json"
        for path in (FOLDER / model.group / name, FOLDER / f"{model.group}_{name}"):
            if path.is_file():
                schema: dict[str, Any] = json.loads(path.read_bytes())
                return schema
    return None


def known() -> list[Model]:
    if not FOLDER.is_dir():
        return []
    return [model for model in models().values() if definition(model) is not None]


@pytest.mark.parametrize("model", known(), ids=lambda model: f"{model.group}-{model.kind}")
def test_a_model_has_the_fields_of_the_real_definition_and_asks_for_what_it_asks_for(
    model: Model,
) -> None:
    document = models_with(core.versions()[-1]).document(model.group)
    theirs = definition(model)
    assert theirs is not None
    said = set(compare(document["$defs"][model.kind], theirs, document, model.kind))
    allowed = {f"only ours: {one}" for one in OURS_ONLY}
    allowed |= {f"only theirs: {one}" for one in THEIRS_ONLY}
    assert said - allowed == set()


@pytest.mark.parametrize("example", examples(), ids=str)
def test_what_is_rendered_fits_the_real_definitions(example: Example, rendered: Rendered) -> None:
    repo = Repository(rendered(example))
    settings = replace(load_settings(repo), crds=FOLDER)
    found = [one for one in crd_schema.check(repo, settings) if isinstance(one, Finding)]
    assert found == []


def compare(
    ours: Mapping[str, Any], theirs: Any, document: Mapping[str, Any], path: str
) -> Iterator[str]:
    """What the two schemas say differently; open ends of either are let through."""
    while "$ref" in ours:
        if ours["$ref"].startswith(core.URN):
            return
        ours = document["$defs"][ours["$ref"].rpartition("/")[2]]
    if not isinstance(theirs, Mapping):
        return
    if "properties" in ours:
        yield from _fields(ours, theirs, document, path)
    elif "items" in ours:
        if theirs.get("type") != "array":
            yield f"no list: {path}"
        yield from compare(ours["items"], theirs.get("items"), document, f"{path}[]")
    elif isinstance(ours.get("additionalProperties"), dict):
        inner = theirs.get("additionalProperties")
        yield from compare(ours["additionalProperties"], inner, document, f"{path}.*")
    else:
        types = (ours.get("type"), theirs.get("type"))
        same = types[0] == types[1] or types == ("integer", "number")
        if not same and all(isinstance(one, str) for one in types):
            yield f"another type: {path}"
        if "enum" in ours and "enum" in theirs and set(ours["enum"]) != set(theirs["enum"]):
            yield f"another choice: {path}"


def _fields(
    ours: Mapping[str, Any], theirs: Mapping[str, Any], document: Mapping[str, Any], path: str
) -> Iterator[str]:
    fields = theirs.get("properties")
    if fields is None:
        return
    head = {"status", "metadata", "apiVersion", "kind"} if "." not in path else set()
    for name, inner in ours["properties"].items():
        if name in head:
            continue
        if name in fields:
            yield from compare(inner, fields[name], document, f"{path}.{name}")
        else:
            yield f"only ours: {path}.{name}"
    if ours.get("additionalProperties") is False:
        for name in fields.keys() - ours["properties"].keys() - head:
            yield f"only theirs: {path}.{name}"
    grouped = json.dumps(ours.get("allOf", []))
    for name in theirs.get("required", ()):
        there = name in ours.get("required", ()) or f'"{name}"' in grouped
        if not there and "default" not in fields.get(name, {}):
            yield f"not asked for: {path}.{name}"
