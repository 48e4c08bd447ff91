"""``.tutela-check.yaml``: what a check of this repository has to know of the world around it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File, Owner
from blueprints.parts.manifests import yaml_file

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import Specification

_HEADER = """\
What `tutela check` takes for given here. Yours to add to: levels, suppressions with a reason and
an end, and what is in the clusters without being in this repository."""


def files(spec: "Specification") -> Iterator[File]:
    """The settings; shared, so that suppressions survive an update."""
    versions = {
        ".".join(one.versions.kubernetes.removeprefix("v").split(".")[:2])
        for one in spec.environments.values()
    }
    document = {
        "version": 1,
        "kubernetes": sorted(versions),
        "repositories": {spec.site.git.repository: "."},
        "registries": list(spec.site.registries),
        "external": {
            # Of the cluster that ArgoCD runs in; other repositories look after it.
            "secret_stores": [spec.site.argocd.store],
            # What upstream charts make, and something here names.
            "service_accounts": ["external-secrets/external-secrets"],
        },
    }
    yield yaml_file(".tutela-check.yaml", [document], _HEADER, Owner.SHARED)
