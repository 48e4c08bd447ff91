"""``models/<model>``: what is said of a model, and for each of its sites what starts it there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.kinds.inference.placed import placed
from blueprints.parts.manifests import yaml_file

if TYPE_CHECKING:
    from blueprints.kinds.inference.spec import Specification
    from blueprints.service.model import Model
    from blueprints.service.site import Site

_HEADER = """\
What spec.yaml says of this model. Generated: change it there, or
with `tutela model onboard` and `tutela model retire`."""
_WEIGHTS = """\
Where the weights of this model lie. Governance keeps what is named here (evidence of the
type serving), whatever name clients ask for."""


def files(spec: "Specification") -> Iterator[File]:
    """One folder for each model, in it one for each site, in it one for each runtime."""
    for model in spec.models:
        yield described(model)
        yield weights(model, [spec.site(name) for name in model.sites])
    for one in placed(spec):
        for runtime in one.runtimes:
            for file in runtime.write(one.service, one.site):
                yield replace(file, path=f"{one.folder}/{runtime.name}/{file.path}")


def described(model: "Model") -> File:
    """``model.yaml``: a file that `tutela model onboard` takes."""
    said = model.model_dump(mode="json", exclude_unset=True)
    return yaml_file(f"models/{model.name}/model.yaml", [said], _HEADER)


def weights(model: "Model", sites: Sequence["Site"]) -> File:
    """``weights.yaml``: under the keys by which serving evidence knows a model."""
    said = {
        "model": model.source.repository,
        "revision": model.source.revision,
        "licence": model.source.licence,
        "mirrors": [
            {
                "site": site.name,
                "endpoint": site.store.endpoint,
                "storageUri": f"s3://{site.store.bucket}/{site.store.prefix}"
                f"/{model.source.repository}",
            }
            for site in sites
        ],
    }
    return yaml_file(f"models/{model.name}/weights.yaml", [said], _WEIGHTS)
