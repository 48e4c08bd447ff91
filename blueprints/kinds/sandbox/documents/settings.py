"""``.tutela-check.yaml``: what a check of this repository has to know of the world around it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File, Owner
from blueprints.kinds.sandbox import profiles
from blueprints.parts.manifests import yaml_file

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Specification

_HEADER = """\
What `tutela check` takes for given here. Yours to add to: levels, suppressions with a reason and
an end, and what is in the cluster without being in this repository."""


def files(spec: "Specification") -> Iterator[File]:
    """The settings; shared, so that suppressions survive an update."""
    site = spec.site
    repositories = {site.git.repository: "."}
    for project in spec.projects:
        repositories[profiles.repository(site, project)] = f"projects/{project.name}/repository"
    outside = {
        "kube-system",
        "external-secrets",
        site.argocd.namespace,
        site.network.gateway_namespace,
        *(one.namespace for project in spec.projects for one in project.network.ingress),
    }
    argocd = site.argocd.namespace
    document = {
        "version": 1,
        "kubernetes": list(site.kubernetes),
        "repositories": repositories,
        "registries": list(site.registries),
        "external": {
            "namespaces": sorted(outside),
            "service_accounts": [
                f"{argocd}/argocd-application-controller",
                f"{argocd}/argocd-server",
                "external-secrets/external-secrets",
            ],
            "secrets": [f"{site.identity.namespace}/dex-tls"],
            "storage_classes": [site.storage.filesystem, site.storage.block],
            "ingress_classes": [site.network.ingress_class],
            "issuers": [site.network.cluster_issuer],
        },
    }
    yield yaml_file(".tutela-check.yaml", [document], _HEADER, Owner.SHARED)
