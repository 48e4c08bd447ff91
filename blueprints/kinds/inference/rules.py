"""What does not fit together in a specification, with its place."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from blueprints.parts.refuse import Place, Problem, unknown
from blueprints.runtimes import registry
from blueprints.service.compose import UnfitError, compose
from blueprints.service.service import Service
from blueprints.service.site import Site
from blueprints.supply import documents as supply

if TYPE_CHECKING:
    from blueprints.kinds.inference.spec import Specification

CHARTS: Final = ("vllm-chart", "production-stack")
"""Runtimes that are values for somebody's chart."""
FIRST: Final = {
    "vllm-chart": ("0.0.2", "older ones give all pods of a namespace the same labels"),
    "production-stack": ("0.1.10", "values are written for what its templates know"),
}
"""The first version of each chart that values are written for, and why none before it."""


def problems(spec: "Specification") -> Iterator[Problem]:
    """Everything that speaks against rendering it."""
    sites = [one.name for one in spec.sites]
    yield from _twice(("sites",), sites)
    yield from _twice(("models",), [one.name for one in spec.models])
    yield from _twice(("environments",), [one.name for one in spec.environments])
    yield from _twice(("charts",), [one.runtime for one in spec.charts])
    yield from _git(spec)
    yield from _charts(spec)
    found: dict[str, str] = {}
    for index, environment in enumerate(spec.environments):
        for number, name in enumerate(environment.sites):
            at: Place = ("environments", index, "sites", number)
            if name not in sites:
                yield at, unknown("site", name, sites)
            elif found.setdefault(name, environment.name) != environment.name:
                yield at, f"{name} is in the environment {found[name]} already"
    for index, site in enumerate(spec.sites):
        if site.name not in found:
            yield ("sites", index, "name"), f"{site.name} is in no environment"
    for name in spec.argocd.clusters:
        if name not in sites:
            yield ("argocd", "clusters", name), unknown("site", name, sites)
    yield from supply.problems(spec)
    yield from _names(spec)
    yield from _clusters(spec)
    yield from _models(spec, sites)


def _names(spec: "Specification") -> Iterator[Problem]:
    """Applications of environments, sites and models are called by what they are of."""
    sites = [one.name for one in spec.sites]
    for index, environment in enumerate(spec.environments):
        if environment.name in sites:
            yield ("environments", index, "name"), f"{environment.name} is the name of a site"
    for index, model in enumerate(spec.models):
        if model.name == spec.name:
            yield ("models", index, "name"), f"{model.name} is the name of the whole"
    if "root" in sites:
        yield (
            ("sites", sites.index("root"), "name"),
            "root is what the AppProject of roots is called",
        )


def _clusters(spec: "Specification") -> Iterator[Problem]:
    for index, site in enumerate(spec.sites):
        where = site.kubernetes
        if where is None or where.ingress == "none":
            continue
        at: Place = ("sites", index, "kubernetes")
        if not where.clients:
            yield (
                at,
                f"nothing would reach what {site.name} serves: say the namespace of its ingress"
                " controller or gateway, or ingress: none",
            )
        if where.host is None:
            yield (
                at,
                f"no name leads to what {site.name} serves: say the host above its models', or"
                " ingress: none",
            )
        if where.ingress == "gateway" and where.gateway is None:
            yield at, f"{site.name} has routes and no gateway: say gateway, or ingress: none"


def _git(spec: "Specification") -> Iterator[Problem]:
    path = urlsplit(spec.git.repository).path.strip("/")
    if "/" not in path:
        yield ("git", "repository"), "has to name an organisation and a repository in it"
    elif spec.git.type != "gitlab" and path.split("/")[0] != spec.git.organisation:
        at: Place = ("git", "organisation")
        yield at, f"the repository is of {path.split('/')[0]}; teams of another cannot review it"


def _charts(spec: "Specification") -> Iterator[Problem]:
    for index, chart in enumerate(spec.charts):
        first, why = FIRST[chart.runtime]
        if _numbers(chart.version) < _numbers(first):
            at: Place = ("charts", index, "version")
            yield at, f"{chart.runtime} needs {first} or newer: {why}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]+", version)[:3])


def _models(spec: "Specification", sites: list[str]) -> Iterator[Problem]:
    for index, model in enumerate(spec.models):
        at: Place = ("models", index)
        yield from _twice((*at, "sites"), model.sites)
        for number, name in enumerate(model.sites):
            if name not in sites:
                yield (*at, "sites", number), unknown("site", name, sites)
                continue
            site = spec.site(name)
            try:
                service = compose(model, site, spec.images)
            except UnfitError as error:
                for place, text in error.problems:
                    yield (*at, *place), text
            else:
                for text in _started(spec, service, site):
                    yield (*at, "sites", number), text


def _started(spec: "Specification", service: Service, site: Site) -> Iterator[str]:
    """A service that no runtime of the site can start, or that ArgoCD has no chart for."""
    fitting = list(registry.fitting(service, site))
    if not fitting:
        reasons = (
            f"{name}: {' and '.join(registry.runtime(name).unfit(service))}"
            for name in site.runtimes
        )
        yield f"no runtime of {site.name} can start it ({'; '.join(reasons)})"
    cluster = next((one.name for one in fitting if one.where == "cluster"), None)
    if cluster in CHARTS and cluster not in [one.runtime for one in spec.charts]:
        yield f"charts says nothing of {cluster}, which {site.name} is served with"


def _twice(place: Place, names: Iterable[str]) -> Iterator[Problem]:
    for name, count in Counter(names).items():
        if count > 1:
            yield place, f"there are {count} of the name {name}"
