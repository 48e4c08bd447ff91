"""What people read in a rendered repository: its README, and its few words."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import Owner, Prose

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import Specification


def prose(spec: "Specification") -> Iterator[Prose]:
    """The repository's own README; free text stays out."""
    site = spec.site
    yield Prose(
        "repository",
        "",
        {"site": site.name, "repository": site.git.repository, "argocd": site.argocd.url},
        Owner.SHARED,
    )
