"""What does not fit together in a specification, with its place."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from blueprints.parts.refuse import Place, Problem, unknown
from blueprints.service.compose import UnfitError, compose

if TYPE_CHECKING:
    from blueprints.kinds.inference.spec import Specification


def problems(spec: "Specification") -> Iterator[Problem]:
    """Everything that speaks against rendering it."""
    sites = [one.name for one in spec.sites]
    yield from _twice(("sites",), sites)
    yield from _twice(("models",), [one.name for one in spec.models])
    yield from _twice(("environments",), [one.name for one in spec.environments])
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
    yield from _models(spec, sites)


def _models(spec: "Specification", sites: list[str]) -> Iterator[Problem]:
    for index, model in enumerate(spec.models):
        at: Place = ("models", index)
        yield from _twice((*at, "sites"), model.sites)
        for number, name in enumerate(model.sites):
            if name not in sites:
                yield (*at, "sites", number), unknown("site", name, sites)
                continue
            try:
                compose(model, spec.site(name), spec.images)
            except UnfitError as error:
                for place, text in error.problems:
                    yield (*at, *place), text


def _twice(place: Place, names: Iterable[str]) -> Iterator[Problem]:
    for name, count in Counter(names).items():
        if count > 1:
            yield place, f"there are {count} of the name {name}"
