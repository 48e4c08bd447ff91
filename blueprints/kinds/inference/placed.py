"""Models at their sites: each a service, and the runtimes that can start it there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blueprints.runtimes import registry
from blueprints.runtimes.runtime import Runtime
from blueprints.service.compose import compose
from blueprints.service.model import Model
from blueprints.service.service import Service
from blueprints.service.site import Site

if TYPE_CHECKING:
    from blueprints.kinds.inference.spec import Specification


@dataclass(frozen=True)
class Placed:
    """One model at one site."""

    model: Model
    site: Site
    service: Service
    runtimes: tuple[Runtime, ...]
    """Of the site, in its order, without those that cannot start this service."""

    @property
    def unfit(self) -> tuple[tuple[str, str], ...]:
        """The site's other runtimes, and why each cannot start it."""
        fitting = [one.name for one in self.runtimes]
        return tuple(
            (name, " and ".join(registry.runtime(name).unfit(self.service)))
            for name in self.site.runtimes
            if name not in fitting
        )

    @property
    def folder(self) -> str:
        """Relative to the repository."""
        return f"models/{self.model.name}/{self.site.name}"

    @property
    def delivered(self) -> Runtime | None:
        """What ArgoCD delivers: the site's first runtime of a cluster."""
        return next((one for one in self.runtimes if one.where == "cluster"), None)


def placed(spec: "Specification") -> Iterator[Placed]:
    """Every model at every site of its own, in the order of the specification."""
    for model in spec.models:
        for name in model.sites:
            site = spec.site(name)
            service = compose(model, site, spec.images)
            yield Placed(model, site, service, tuple(registry.fitting(service, site)))
