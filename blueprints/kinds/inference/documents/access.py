"""``access/``: for each site how people reach its models."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.access.reached import Reached
from blueprints.access.write import files as write
from blueprints.engine.blueprint import File
from blueprints.kinds.inference.placed import Placed, placed
from blueprints.runtimes.writing import route
from blueprints.service.site import HOSTS

if TYPE_CHECKING:
    from blueprints.kinds.inference.spec import Specification


def files(spec: "Specification") -> Iterator[File]:
    """One folder for each site, in it one for each of its models."""
    every = list(placed(spec))
    for site in spec.sites:
        yield from write(site, (_reached(one) for one in every if one.site.name == site.name))


def _reached(one: Placed) -> Reached:
    model = one.model
    host = any(runtime.name in HOSTS for runtime in one.runtimes)
    name = route.host(one.service, one.site) if one.delivered else None
    url = f"https://{name}/v1" if name and not host else ""
    return Reached(one.service, model.served_as or model.source.repository, host, url)
