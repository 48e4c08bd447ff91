"""A stack's folder in the tenant's repository: one file for each role, and a kustomization."""

from collections.abc import Iterator, Mapping, Sequence

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox.stacks.component import Component
from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import Object


def folder(
    place: Place,
    components: Sequence[Component],
    more: Mapping[str, Sequence[Object]] | None = None,
) -> Iterator[File]:
    """``stacks/<stack>/``; `more`: further files of objects by their name without ``.yaml``."""
    contents = {one.role: one.objects for one in components} | dict(more or {})
    at = f"stacks/{place.stack}"
    kustomization: Object = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": place.namespace,
        "resources": [f"{name}.yaml" for name in sorted(contents)],
    }
    yield File(f"{at}/kustomization.yaml", yaml_text([kustomization]))
    for name, objects in contents.items():
        yield File(f"{at}/{name}.yaml", yaml_text(objects))
