"""A blueprint small enough to know by heart, to try the engine on."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import Blueprint, File, Migration, Owner, Prose

HERE = Path(__file__).parent / "garden"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Bed(Strict):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=20)]
    plants: Annotated[int, Field(ge=1, le=100)] = 1


class Garden(Strict):
    blueprint: Literal["garden"]
    version: Literal[2]
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    title: str
    soil: Literal["clay", "sand"] = "sand"
    beds: Annotated[list[Bed], Field(max_length=2000)] = []


def documents(garden: Garden) -> Iterable[File]:
    for bed in garden.beds:
        value = {"name": bed.name, "title": garden.title, "plants": bed.plants}
        yield File(f"beds/{bed.name}/bed.yaml", yaml_text([value]))
    yield File("notes.md", b"yours\n", Owner.USER)
    yield File("water.sh", b"#!/bin/sh\necho water\n", Owner.SHARED, executable=True)


def prose(garden: Garden) -> Iterable[Prose]:
    yield Prose("top", "", {"name": garden.name, "soil": garden.soil}, Owner.SHARED)
    for bed in garden.beds:
        yield Prose("bed", f"beds/{bed.name}", {"bed": bed.name})


def _renamed(data: dict[str, object]) -> dict[str, object]:
    """Version 1 called the name `label`."""
    return {("name" if key == "label" else key): value for key, value in data.items()}


def garden(folder: Path = HERE) -> Blueprint:
    return Blueprint(
        name="garden",
        version=2,
        summary="beds and what grows in them",
        spec=Garden,
        folder=folder,
        documents=documents,
        prose=prose,
        migrations=(Migration(2, "label is called name now", spec=_renamed),),
    )


def copied(place: Path) -> Blueprint:
    """The same with templates of its own, to be spoiled."""
    shutil.copytree(HERE, place / "garden")
    return garden(place / "garden")


SPEC = """\
blueprint: garden
version: 2
name: kitchen
title: 'The "kitchen" garden: ${a} {{ b }} */'
beds:
- name: herbs
  plants: 12
- name: roses
"""
