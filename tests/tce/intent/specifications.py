"""Specifications of environments that tests start from: the examples, changed."""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

import tce
from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import Blueprint
from blueprints.engine.spec import parse
from blueprints.yamltext import InvalidFileError, load
from tce.intent.rules import dates
from tce.intent.spec import Specification
from tests.blueprints.kinds.cluster.specifications import GONE, changed, shown

__all__ = [
    "ALPS",
    "BLUEPRINT",
    "EXAMPLES",
    "GONE",
    "HOSPITAL",
    "data",
    "said",
    "small",
    "tells",
    "typed",
]

EXAMPLES = Path(tce.__file__).parent / "examples"
HOSPITAL, ALPS = "hospital", "alps"
BLUEPRINT = Blueprint(
    name="tce",
    version=1,
    summary="an environment of which nothing is rendered",
    spec=Specification,
    folder=EXAMPLES.parent,
    documents=lambda _: (),
    dated=dates.expired,
)
"""What an environment says is tested apart from what is made of it."""


@lru_cache
def _example(name: str) -> dict[str, Any]:
    text = (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")
    return load(text, name, columns=True).data


def data(changes: dict[str, Any] | None = None, example: str = HOSPITAL) -> dict[str, Any]:
    """An example with values at ``/``-separated places replaced, added (``+``) or gone."""
    return changed(changes or {}, copy.deepcopy(_example(example)))


def small() -> dict[str, Any]:
    """The hospital with little of each: what every field of it stands for is still there."""
    made = data()
    kept = ("kubectl", "services", "keys", "git", "reference-data")
    made["flows"] = [one for one in made["flows"] if one["name"] in kept]
    made["switches"] = made["switches"][:1]
    made["keys"] |= {"signers": made["keys"]["signers"][:1], "tang": made["keys"]["tang"][:2]}
    (sandbox,) = made["sandboxes"] = made["sandboxes"][:1]
    (workload,) = sandbox["workloads"] = sandbox["workloads"][:1]
    workload["accepts"] = ["ingress"]
    return made


def typed(changes: dict[str, Any] | None = None, example: str = HOSPITAL) -> Specification:
    """The specification as a value, read as a user's file is."""
    model = parse(yaml_text([data(changes, example)]), "tce.yaml", BLUEPRINT).model
    assert isinstance(model, Specification)
    return model


def said(changes: dict[str, Any], example: str = HOSPITAL) -> tuple[str, ...]:
    """What is told of a specification that is wrong."""
    with pytest.raises(InvalidFileError) as caught:
        typed(changes, example)
    return caught.value.messages


def tells(changes: dict[str, Any], place: str, text: str, example: str = HOSPITAL) -> None:
    """That a mistake is told, at this place, in words of which these are some."""
    messages = said(changes, example)
    matching = [one for one in messages if f": {shown(place)}" in one and text in one]
    assert matching, messages
    assert all(one.startswith("tce.yaml:") and one.split(":")[2].isdigit() for one in messages)
