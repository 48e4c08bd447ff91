"""``supply/``: how models and images of a repository get to where they are served."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts.refuse import Place, Problem
from blueprints.service.compose import compose
from blueprints.service.service import MODELS
from blueprints.supply import cluster, fetch, hosts, images
from blueprints.supply.step import fetch as fetched
from blueprints.supply.step import missing, steps

if TYPE_CHECKING:
    from blueprints.kinds.inference.spec import Specification


def problems(spec: "Specification") -> Iterator[Problem]:
    """Sites whose nodes no tool is for."""
    if spec.supply is None:
        return
    at: Place = ("supply", "tools")
    told = (text for site in spec.sites for text in missing(spec.supply, site))
    yield from ((at, text) for text in dict.fromkeys(told))


def files(spec: "Specification") -> Iterator[File]:
    """The list of images and its script; where tools are named, what brings every model."""
    tools = spec.supply.tools if spec.supply else []
    every = [*images.mirrored([*spec.images, *tools], spec.sites)]
    if every:
        yield images.listed(every)
        yield images.script(every)
    for site in spec.sites:
        yield from images.flattened(site, spec.images)
    if spec.supply is None:
        return
    for model in spec.models:
        for name in model.sites:
            site = spec.site(name)
            folder = f"supply/{site.name}/{model.name}"
            both = steps(model, site, spec.supply)
            here = fetched(model, site, spec.supply, MODELS)
            for runtime in hosts.runtimes(site):
                for step in (*both, here):
                    for file in hosts.files(step, runtime, site):
                        yield replace(file, path=f"{folder}/{runtime}/{file.path}")
            if site.kubernetes is not None:
                file = cluster.file(model, site, site.kubernetes, both)
                yield replace(file, path=f"{folder}/kubernetes/{file.path}")
                place = fetch.place(compose(model, site, spec.images), site)
                if place is not None:
                    file = fetch.file(model, site, site.kubernetes, spec.supply, place)
                    yield replace(file, path=f"{folder}/kubernetes/{file.path}")
