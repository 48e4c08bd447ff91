"""The specification: its examples are whole, and say every field that there is."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from blueprints.engine.spec import load
from blueprints.kinds.cluster.site import Ceph
from blueprints.kinds.cluster.spec import HpcPool, MetalPool, Server, VmwarePool
from tce.intent.spec import Root, Specification
from tests.tce.intent.specifications import BLUEPRINT, EXAMPLES, data, said

FILES = sorted(EXAMPLES.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_example_is_right(file: Path) -> None:
    assert isinstance(load(file, BLUEPRINT).model, Specification)


def models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models(field.annotation)
    for inner in typing.get_args(annotation):
        yield from models(inner)


def test_every_field_is_in_an_example() -> None:
    said = "\n".join(file.read_text(encoding="utf-8") for file in FILES)
    names = {
        field.alias or name
        for model in models(Specification)
        if not issubclass(model, (VmwarePool, MetalPool, Server, Ceph))
        for name, field in model.model_fields.items()
    }
    of_elsewhere = {"ceph", "labels", "taints", "key", "effect", "value", "pool", "pods", "claims"}
    of_elsewhere |= {"members", "viewers", "admins"} | set(HpcPool.model_fields)
    assert {name for name in names - of_elsewhere if f"{name}:" not in said} == set()


def test_the_example_explains_itself() -> None:
    for file in FILES:
        lines = file.read_text(encoding="utf-8").splitlines()
        tops = [line for line in lines if line[:1].isalpha()]
        assert sum("#" in line for line in lines) >= len(tops)


def test_an_unknown_key_is_told_with_the_nearest() -> None:
    (message,) = said({"zonse": {}})
    assert 'unknown key "zonse"; did you mean "zones"?' in message


def test_another_version_is_not_read() -> None:
    (message,) = said({"version": 2})
    assert "newer than what is installed" in message


def test_no_field_holds_a_secret() -> None:
    """Names say what they are of; what is secret has no field to be in."""
    every = {model for model in models(Specification) if model is not Root}
    names = {name for model in every for name in model.model_fields}
    # `token` of the root is a hardware module's label.
    assert set(Root.model_fields) - names == {"token", "module", "label", "shares"}
    assert not {one for one in names if "password" in one or "private" in one or "token" in one}
    assert "public_key" in data()["vpn"]
