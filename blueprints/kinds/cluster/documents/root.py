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
_VERSION = text(r"^v?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$", 40)
_PLACE = text(r"^(https://)?[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?$", 300)
_FILE = text(r"^argocd/components/[a-z0-9-]+/upstream(-[a-z0-9-]+)?\.yaml$", 200)


def files(spec: Specification) -> Iterator[File]:
    """The chart."""
    lowest = min(int(one.versions.kubernetes.split(".")[1]) for one in spec.environments.values())
    names = [one.name for one in used(spec)]
    own = OwnChart(
        "The Applications of one cluster, in their order", schema(names), _values(spec, names)
    )
    yield from chart(FOLDER, "root", own, lowest)


def _values(spec: Specification, names: list[str]) -> Values:
    """What holds for every cluster, and an example of the rest."""
    return {
        "name": "example",
        "environment": ENVIRONMENTS[0],
        "cluster": "example",
        "enabled": names,
        "kubernetes": "v1.33.0+rke2r1",
        "components": dict.fromkeys(names, "0.0.0"),
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
        "security": component.security,
        "release": child.name,
        "own": child.own is not None,
        "versions": child.reads_versions,
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
            "security": {"enum": ["privileged", "baseline", "restricted"]},
            "release": NAME,
            "own": {"type": "boolean"},
            "versions": {"type": "boolean"},
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
            "components": by_name(r"^[a-z][a-z-]*[a-z]$", _VERSION, most=len(names) + 20),
            "repository": text(r"^https://\S+$", 300),
            "revision": text(r"^[A-Za-z0-9_][A-Za-z0-9_./-]*$", 100),
            "children": by_name(r"^[a-z][a-z-]*[a-z]$", child, most=100, least=1),
        },
    )
