"""Charts of the platform: which, in which version, with which values.

They are the cluster blueprint's. Images come from the institution's mirror, under the paths that
they have elsewhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.components import COMPONENTS
from blueprints.kinds.cluster.components.component import Component, Place
from blueprints.kinds.cluster.site import Mirror, Site
from tce.intent.estate import ENVIRONMENT
from tce.render.storage import ceph, longhorn

if TYPE_CHECKING:
    from blueprints.parts.argocd import Kind
    from tce.intent.spec import Specification


@dataclass(frozen=True)
class Chart:
    """One chart, as the institution keeps it in Git."""

    name: str
    path: str
    """``<chart>/<version>``; ``<chart>`` for what the specification names no version of."""
    namespace: str
    values: Mapping[str, object] = field(hash=False)
    file: str | None = None
    """Values in this repository, instead."""
    cluster_kinds: tuple["Kind", ...] = ()
    kinds: tuple["Kind", ...] = ()


def charts(spec: "Specification") -> Iterator[Chart]:
    """All of them, in the order of components; then the driver of volumes."""
    place = _place(spec)
    for component in components(spec):
        version = spec.versions.components[component.name]  # type: ignore[index]
        for child in component.children:
            if child.upstream is None:
                continue
            if component.name == "ceph-csi" and child.name != "ceph-csi-rbd":
                continue  # One class of volumes, and it is a block device's.
            shared = child.shared(place.site) if child.shared else {}
            own = child.own(place) if child.own else {}
            yield Chart(
                name=child.name,
                path=f"{child.upstream.chart}/{version}",
                namespace=component.namespace,
                values=joined(shared, own),
                file=_FILES.get(child.name),
                cluster_kinds=component.cluster_kinds,
                kinds=component.kinds,
            )
    if spec.ceph is None:
        yield Chart(
            name="longhorn",
            path="longhorn",
            namespace=longhorn.NAMESPACE,
            values={},
            file="k8s/storage/values/longhorn.yaml",
            cluster_kinds=_LONGHORN_CLUSTER,
            kinds=_LONGHORN,
        )


_FILES = {"ceph-csi-rbd": "k8s/storage/values/ceph-csi-rbd.yaml"}
_LONGHORN_CLUSTER = (
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    ("scheduling.k8s.io", "PriorityClass"),
)
_LONGHORN = (
    ("", "ConfigMap"),
    ("", "Service"),
    ("", "ServiceAccount"),
    ("apps", "DaemonSet"),
    ("apps", "Deployment"),
    ("batch", "Job"),
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
)


def components(spec: "Specification") -> tuple[Component, ...]:
    """Of the cluster, those that come as charts."""
    return tuple(one for name, one in COMPONENTS.items() if name in spec.cluster.components)


def namespaces(spec: "Specification") -> dict[str, str]:
    """Of components and the driver of volumes: what their pods may do, by name."""
    found = {one.namespace: str(one.security) for one in components(spec)}
    driver = longhorn.NAMESPACE if spec.ceph is None else ceph.NAMESPACE
    return {**found, driver: "privileged"}


def joined(one: Mapping[str, object], other: Mapping[str, object]) -> dict[str, object]:
    """Values over values, mapping by mapping."""
    found = dict(one)
    for key, value in other.items():
        below = found.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            value = joined(below, value)
        found[key] = value
    return found


def _place(spec: "Specification") -> Place:
    """What components look at of a site: where images come from, and that nobody else serves it."""
    site = Site.model_construct(
        mirror=Mirror.model_construct(registry=spec.registry),
        acme=None,
        dns=None,
        ceph=spec.ceph,
        networks=[],
    )
    return Place(site, ENVIRONMENT, spec.cluster, spec.cluster.environments[ENVIRONMENT])
