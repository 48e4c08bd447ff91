"""``sites/<site>/``: the claim in which all models of a site's cluster find their weights.

It belongs to no model: a model that is retired takes nothing of the others with it. ArgoCD never
deletes it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.kinds.inference.placed import Placed, placed
from blueprints.parts.manifests import KEPT, Document, manifest, yaml_file
from blueprints.parts.names import thousandths
from blueprints.service.service import MODELS

if TYPE_CHECKING:
    from blueprints.kinds.inference.spec import Specification
    from blueprints.service.site import Site

COMPONENT = "weights"
UNKNOWN = 1 << 40
"""Bytes of weights where a model's shape does not say how many."""
_OWN_VOLUME = "vllm-chart"
"""A runtime whose chart makes a volume for each release."""


def files(spec: "Specification") -> Iterator[File]:
    """One claim for each site that serves from it."""
    for site, served in claimed(spec):
        yield yaml_file(f"sites/{site.name}/weights.yaml", [claim(spec, site, served)])


def claimed(spec: "Specification") -> Iterator[tuple["Site", list[Placed]]]:
    """Sites with what is delivered there from the common claim."""
    every = list(placed(spec))
    for site in spec.sites:
        served = [
            one
            for one in every
            if one.site.name == site.name
            and one.delivered is not None
            and one.delivered.name != _OWN_VOLUME
        ]
        if served and site.kubernetes is not None:
            yield site, served


def claim(spec: "Specification", site: "Site", served: list[Placed]) -> Document:
    """Room for the weights of all models, and half as much again for the next."""
    where = site.kubernetes
    names = {
        mount.claim for one in served for mount in one.service.mounts if mount.target == MODELS
    }
    total = sum(map(_weights, served))
    return manifest(
        "v1",
        "PersistentVolumeClaim",
        min(names),
        namespace=where.namespace if where else None,
        part_of=spec.name,
        component=COMPONENT,
        annotations=KEPT,
        spec={
            # Pods of every node read it, and the Job that fills it writes.
            "accessModes": ["ReadWriteMany"],
            "storageClassName": where.storage_class if where else "",
            "resources": {"requests": {"storage": f"{-(-total * 3 // 2 >> 30)}Gi"}},
        },
    )


def _weights(one: Placed) -> int:
    said = one.model.shape.weights if one.model.shape else None
    return thousandths(said) // 1000 if said else UNKNOWN
