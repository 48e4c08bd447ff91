"""``.tutela-check.yaml``: what a check of this repository has to know of the world around it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File, Owner
from blueprints.parts.manifests import Document, yaml_file

if TYPE_CHECKING:
    from blueprints.kinds.inference.spec import Specification

_HEADER = """\
What `tutela check` takes for given here. Yours to add to: levels, suppressions with a reason and
an end, and what is in the clusters without being in this repository."""


def files(spec: "Specification") -> Iterator[File]:
    """The settings; shared, so that suppressions survive an update."""
    document: Document = {
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
            "secret_stores": sorted(
                {one.kubernetes.secret_store for one in spec.sites if one.kubernetes}
                | {spec.argocd.store}
            ),
            **_of_clusters(spec),
        },
    }
    yield yaml_file(".tutela-check.yaml", [document], _HEADER, Owner.SHARED)


def _of_clusters(spec: "Specification") -> Document:
    """What clusters have already, and what charts make: neither is written here."""
    found: dict[str, set[str]] = {"gateways": set(), "secrets": set(), "services": set()}
    for site in spec.sites:
        where = site.kubernetes
        if where is None:
            continue
        if where.ingress == "gateway" and where.gateway:
            found["gateways"].add(f"{where.namespace}/{where.gateway}")
        if where.ingress == "ingress" and where.tls_secret:
            found["secrets"].add(f"{where.namespace}/{where.tls_secret}")
        if "production-stack" in site.runtimes:
            found["services"].add(f"{where.namespace}/*-engine-service")
        if "vllm-chart" in site.runtimes:
            served = [model.name for model in spec.models if site.name in model.sites]
            found["services"].update(f"{where.namespace}/{name}" for name in served)
    return {kind: sorted(names) for kind, names in found.items() if names}
