"""``models/<model>``: what is said of a model, and for each of its sites what starts it there."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.kinds.inference.placed import placed
from blueprints.parts.manifests import yaml_file

if TYPE_CHECKING:
    from blueprints.kinds.inference.spec import Specification
    from blueprints.service.model import Model

_HEADER = """\
What spec.yaml says of this model. Generated: change it there, or
with `tutela model onboard` and `tutela model retire`."""


def files(spec: "Specification") -> Iterator[File]:
    """One folder for each model, in it one for each site, in it one for each runtime."""
    for model in spec.models:
        yield described(model)
    for one in placed(spec):
        for runtime in one.runtimes:
            for file in runtime.write(one.service, one.site):
                yield replace(file, path=f"{one.folder}/{runtime.name}/{file.path}")


def described(model: "Model") -> File:
    """``model.yaml``: a file that `tutela model onboard` takes."""
    said = model.model_dump(mode="json", exclude_unset=True)
    return yaml_file(f"models/{model.name}/model.yaml", [said], _HEADER)
