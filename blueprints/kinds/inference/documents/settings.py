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
    clusters = [one.kubernetes for one in spec.sites if one.kubernetes]
    spaces = {one.namespace for one in clusters} | {spec.argocd.namespace}
    document: Document = {
        "version": 1,
        "kubernetes": list(spec.kubernetes),
        "repositories": {spec.git.repository: "."},
        "registries": sorted({one.registry for one in spec.sites}),
        "external": {
            "namespaces": sorted(spaces | {name for one in clusters for name in one.clients}),
            "storage_classes": sorted({one.storage_class for one in clusters}),
            "secret_stores": sorted({spec.argocd.store, *(one.secret_store for one in clusters)}),
            **_of_clusters(spec),
            "kinds": ["leaderworkerset.x-k8s.io/LeaderWorkerSet"],
        },
    }
    yield yaml_file(".tutela-check.yaml", [document], _HEADER, Owner.SHARED)


def _of_clusters(spec: "Specification") -> Document:
    """What clusters have already, and what charts make: neither is written here."""
    kinds = ("config_maps", "gateways", "persistent_volume_claims", "secrets", "services")
    found: dict[str, set[str]] = {kind: set() for kind in kinds}
    for site in spec.sites:
        where = site.kubernetes
        if where is None:
            continue
        if site.certificates is not None:
            found["config_maps"].add(f"{where.namespace}/certificates")
        if where.ingress == "gateway" and where.gateway:
            space = where.gateway_namespace or where.namespace
            found["gateways"].add(f"{space}/{where.gateway}")
        if where.ingress == "ingress" and where.tls_secret:
            found["secrets"].add(f"{where.namespace}/{where.tls_secret}")
        if "production-stack" in site.runtimes:
            found["services"].add(f"{where.namespace}/*-engine-service")
        if "vllm-chart" in site.runtimes:
            served = [model.name for model in spec.models if site.name in model.sites]
            found["services"].update(f"{where.namespace}/{name}" for name in served)
            found["persistent_volume_claims"].add(f"{where.namespace}/*-storage-claim")
    return {kind: sorted(names) for kind, names in found.items() if names}
