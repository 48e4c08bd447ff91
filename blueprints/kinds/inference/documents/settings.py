"""``.tutela-check.yaml``: what a check of this repository has to know of the world around it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File, Owner
from blueprints.parts.manifests import yaml_file

if TYPE_CHECKING:
    from blueprints.kinds.inference.spec import Specification

_HEADER = """\
What `tutela check` takes for given here. Yours to add to: levels, suppressions with a reason and
an end, and what is in the clusters without being in this repository."""


def files(spec: "Specification") -> Iterator[File]:
    """The settings; shared, so that suppressions survive an update."""
    document = {
        "version": 1,
        "kubernetes": list(spec.kubernetes),
        "repositories": {spec.git.repository: "."},
        "registries": sorted({one.registry for one in spec.sites}),
        "external": {
            "namespaces": sorted(
                {one.kubernetes.namespace for one in spec.sites if one.kubernetes}
                | {spec.argocd.namespace}
            ),
            "storage_classes": sorted(
                {one.kubernetes.storage_class for one in spec.sites if one.kubernetes}
            ),
            "secret_stores": [spec.argocd.store],
        },
    }
    yield yaml_file(".tutela-check.yaml", [document], _HEADER, Owner.SHARED)
