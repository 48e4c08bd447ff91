"""A blueprint with three stages, small enough for laws; and what its people do to it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from blueprints.emit.yaml import yaml_text
from blueprints.engine import render, spec
from blueprints.engine.blueprint import Blueprint, Copied, Field, File, Promotion
from blueprints.engine.stage import publish
from blueprints.parts.versions import key
from blueprints.promote.promote import Asked, promote
from blueprints.promote.result import Promoted
from blueprints.update.update import Options
from tests.blueprints.update.repositories import GIT

SPEC = """\
# Ours.
blueprint: staged
version: 1
name: web   # as everybody calls it

stages:
  test:
    versions:
      kernel: v1.33.5+rke2r1  # since May
      parts: {db: 2.0.0, "web": '1.4.0'}
  stage:
    # held back
    versions:
      kernel: v1.32.9+rke2r2
      parts:
        web: 1.3.0

        # last
        cache: 0.9.0
  live:
    versions:
      kernel: "v1.32.9+rke2r2"
      parts: { web: 1.3.0 }
"""


class Versions(BaseModel):
    """What a stage runs."""

    model_config = ConfigDict(extra="forbid")
    kernel: str
    parts: dict[str, str]


class Stage(BaseModel):
    """One stage."""

    model_config = ConfigDict(extra="forbid")
    versions: Versions


class Spec(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")
    blueprint: Literal["staged"]
    version: int
    name: str
    stages: dict[str, Stage]


def documents(of: Spec) -> Iterator[File]:
    """A file of versions for each stage, and files that know none."""
    for name, stage in of.stages.items():
        header = f"What {name} runs."
        yield File(f"stages/{name}.yaml", yaml_text([stage.versions.model_dump()], header))
    yield File("main.tf", f'locals {{\n  name = "{of.name}"\n}}\n'.encode())
    yield File("README.md", f"# {of.name}\n".encode())


def _objections(one: Copied) -> Iterator[str]:
    if one.at == ("kernel",) and one.before and key(one.after)[1] > key(one.before)[1] + 1:
        yield "one minor version at a time"


PROMOTION = Promotion(
    stages=("test", "stage", "live"),
    at=lambda stage: ("stages", stage, "versions"),
    copied=(("kernel",), ("parts", "*")),
    fields=lambda stage: (
        Field(f"stages/{stage}.yaml", ("kernel",)),
        Field(f"stages/{stage}.yaml", ("parts", "*")),
    ),
    order=key,
    touched=lambda of, stage: [of.name],
    objections=_objections,
)


def blueprint(version: int = 1, files: Callable[[Spec], Iterator[File]] = documents) -> Blueprint:
    """As it is installed."""
    folder = Path(__file__).parent
    return Blueprint("staged", version, "stages", Spec, folder, files, promotion=PROMOTION)


def rendered(folder: Path, text: str = SPEC, of: Blueprint | None = None) -> Path:
    """A fresh render, nothing of Git in it."""
    loaded = spec.parse(text.encode(), "spec.yaml", of or blueprint())
    publish(render.repository(loaded), folder)
    return folder


def promoted(folder: Path, to: str, of: Blueprint | None = None, **how: object) -> Promoted:
    """Promote in a folder that is not in Git."""
    options = {name: how.pop(name) for name in ("dry_run",) if name in how}
    asked = Asked(to, **how)  # type: ignore[arg-type]
    options["blueprint"] = of or blueprint()
    return promote(folder, asked, Options(git=GIT, **options))  # type: ignore[arg-type]
