"""``.tutela-check.yaml``: what a check of this repository has to know of the world around it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File, Owner
from blueprints.parts.manifests import yaml_file
from tce.render.kubernetes import places
from tce.render.kubernetes.namespaces import BUILT_IN

if TYPE_CHECKING:
    from tce.intent.spec import Specification

_HEADER = """\
What `tutela check` takes for given here. Yours to add to: levels, suppressions with a reason and
an end, and what is in the cluster without being in this repository."""


def files(spec: "Specification") -> Iterator[File]:
    """The settings; shared, so that suppressions survive an update."""
    version = ".".join(spec.versions.kubernetes.removeprefix("v").split(".")[:2])
    document = {
        "version": 1,
        "kubernetes": [version],
        "repositories": {spec.git.repository: "."},
        "registries": [spec.registry],
        "external": {
            "namespaces": sorted(BUILT_IN),
            # What charts make, and something here names.
            "service_accounts": [
                f"{places.ARGOCD}/argocd-application-controller",
                f"{places.ARGOCD}/argocd-server",
                f"{places.CERTIFICATES}/cert-manager",
                f"{places.SECRETS}/external-secrets",
            ],
            "services": [f"{places.ARGOCD}/argocd-server"],
            "ingress_classes": [places.INGRESS_CLASS],
        },
    }
    yield yaml_file(".tutela-check.yaml", [document], _HEADER, Owner.SHARED)
