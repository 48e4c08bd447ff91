"""Charts of the components' own configuration, values for upstream charts, values of clusters."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files as resources
from typing import TYPE_CHECKING

from blueprints.emit.json import json_text
from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.components import components_of
from blueprints.kinds.cluster.components.component import Child, Component, OwnChart, Place
from blueprints.parts.manifests import yaml_file

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site
    from blueprints.kinds.cluster.spec import Specification

CHART_VERSION = "1.0.0"
_UPSTREAM = "Values of the chart {chart} in every cluster."
_OWN = "Values of {child} in {place}."


def files(spec: "Specification") -> Iterator[File]:
    """Everything under ``argocd/components/``, and every ``values/`` of a cluster."""
    lowest = min(int(one.versions.kubernetes.split(".")[1]) for one in spec.environments.values())
    for component in used(spec):
        yield from _component(spec.site, component, lowest)
    for environment, cluster, deployment in spec.deployments():
        place = Place(spec.site, environment, cluster, deployment)
        seen: set[str] = set()
        for component in components_of(cluster.components):
            for child in component.applications(spec.site):
                if child.own is not None and not (child.file and child.file in seen):
                    seen.add(child.values)
                    path = f"clusters/{environment}/{cluster.name}/values/{child.values}.yaml"
                    header = _OWN.format(child=child.values, place=place.id)
                    yield yaml_file(path, [child.own(place)], header)


def used(spec: "Specification") -> list[Component]:
    """Components that some cluster has, in the order of the specification."""
    return components_of(name for cluster in spec.clusters for name in cluster.components)


def upstream_values(component: Component, child: Child) -> str:
    """The file with a child's values for every cluster."""
    suffix = "" if child.name == component.name else f"-{child.name}"
    return f"argocd/components/{component.name}/upstream{suffix}.yaml"


def _component(site: "Site", component: Component, lowest: int) -> Iterator[File]:
    folder = f"argocd/components/{component.name}"
    for child in component.applications(site):
        if child.upstream is not None and child.shared is not None:
            header = _UPSTREAM.format(chart=child.upstream.chart)
            yield yaml_file(upstream_values(component, child), [child.shared(site)], header)
    own = component.chart
    if own is not None and any(one.upstream is None for one in component.applications(site)):
        yield from chart(folder, component.name, _for_site(site, own), lowest)


def _for_site(site: "Site", own: OwnChart) -> OwnChart:
    """A chart whose sample names the store of this site's clusters, which all of them have."""
    if "store" not in own.sample:
        return own
    return replace(own, sample={**own.sample, "store": site.secrets.store})


def chart(folder: str, name: str, own: OwnChart, lowest: int) -> Iterator[File]:
    """A local chart; there is no ``.helmignore``: it would hide the schema from Helm."""
    document = {
        "apiVersion": "v2",
        "name": name,
        "description": own.description,
        "type": "application",
        "version": CHART_VERSION,
        "kubeVersion": f">=1.{lowest}.0-0",
    }
    header = (
        "An example that fits the schema; what holds comes from each cluster's own file of values."
    )
    yield yaml_file(f"{folder}/Chart.yaml", [document])
    yield yaml_file(f"{folder}/values.yaml", [own.sample], header)
    yield File(f"{folder}/values.schema.json", json_text(own.schema))
    for template, text in templates(name):
        yield File(f"{folder}/templates/{template}", text)


@cache
def templates(name: str) -> tuple[tuple[str, bytes], ...]:
    """A chart's templates by their names."""
    folder = resources("blueprints.kinds.cluster") / "charts" / name / "templates"
    return tuple(
        (one.name, one.read_bytes()) for one in sorted(folder.iterdir(), key=lambda f: f.name)
    )
