"""``argocd/root``: the app of apps, a chart that makes the Applications of one cluster.

What Applications there can be is data in the chart's own values; which of them a cluster gets is
told by its labels, through the ApplicationSet; their versions by ``versions.yaml``.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.components.component import Child, Component, OwnChart, Values, Wave
from blueprints.kinds.cluster.components.schema import (
    NAME,
    VERSION,
    Schema,
    by_name,
    closed,
    some,
    text,
    whole,
)
from blueprints.kinds.cluster.documents.components import chart, upstream_values, used
from blueprints.kinds.cluster.spec import ENVIRONMENTS, Specification

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site

FOLDER = "argocd/root"
_PLACE = text(r"^(https://)?[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?$", 300)
_FILE = text(r"^argocd/components/[a-z0-9-]+/upstream(-[a-z0-9-]+)?\.yaml$", 200)


def files(spec: Specification) -> Iterator[File]:
    """The chart."""
    lowest = min(int(one.versions.kubernetes.split(".")[1]) for one in spec.environments.values())
    names = [one.name for one in used(spec) if not one.always]
    own = OwnChart(
        "The Applications of one cluster, in their order", schema(names), _values(spec, names)
    )
    yield from chart(FOLDER, "root", own, lowest)


def _values(spec: Specification, names: list[str]) -> Values:
    """What holds for every cluster, and as an example of the rest the cluster with most components.

    No ApplicationSet leaves one of the first four out. Versions are of no release: where
    ``versions.yaml`` lacks one, ArgoCD says so instead of taking another environment's.
    """
    environment, cluster, _ = max(spec.deployments(), key=lambda one: len(one[1].components))
    return {
        "name": f"{environment}-{cluster.name}",
        "environment": environment,
        "cluster": cluster.name,
        "enabled": [name for name in names if name in cluster.components],
        "kubernetes": "v1.33.0+rke2r1",
        "components": dict.fromkeys(names, "0.0.0"),
        "namespace": spec.site.argocd.namespace,
        "repository": spec.site.git.repository,
        "revision": spec.site.git.branch,
        "children": children(spec),
    }


def children(spec: Specification) -> dict[str, Values]:
    """Every Application that some cluster can have."""
    return {
        child.name: _child(spec.site, component, child)
        for component in used(spec)
        for child in component.applications(spec.site)
    }


def _child(site: "Site", component: Component, child: Child) -> Values:
    values: Values = {
        "component": component.name,
        "wave": str(int(child.wave)),
        "namespace": component.namespace,
        "always": component.always,
        "release": child.name,
        "own": child.values,
        "version": child.wants_version,
    }
    if child.upstream is not None:
        values["chart"] = child.upstream.chart
        values["repository"] = child.upstream.place(site)
        values["shared"] = [upstream_values(component, child)] if child.shared is not None else []
    return values


def schema(names: list[str]) -> Schema:
    """Values of the chart."""
    child = closed(
        {
            "component": NAME,
            "wave": {"enum": [str(int(one)) for one in Wave]},
            "namespace": NAME,
            "always": {"type": "boolean"},
            "release": NAME,
            "own": text(r"^([a-z]([a-z0-9-]*[a-z0-9])?)?$", 63),
            "version": {"type": "boolean"},
            "chart": NAME,
            "repository": _PLACE,
            "shared": some(_FILE, most=2, least=0),
        },
        ("chart", "repository", "shared"),
    )
    return whole(
        "root",
        {
            "name": NAME,
            "environment": {"enum": list(ENVIRONMENTS)},
            "cluster": NAME,
            "enabled": some({"enum": names}, most=len(names), least=0),
            "kubernetes": text(r"^v1\.[0-9]{2}\.[0-9]{1,2}\+rke2r[0-9]{1,2}$", 30),
            "components": by_name(r"^[a-z][a-z-]*[a-z]$", VERSION, most=len(names) + 20),
            "namespace": NAME,
            "repository": text(r"^https://\S+$", 300),
            "revision": text(r"^[A-Za-z0-9_][A-Za-z0-9_./-]*$", 100),
            "children": by_name(r"^[a-z][a-z-]*[a-z]$", child, most=100, least=1),
        },
    )
