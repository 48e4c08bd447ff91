"""What people read in a rendered repository: its README, and its few words."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import Owner, Prose

if TYPE_CHECKING:
    from blueprints.kinds.inference.spec import Specification


def prose(spec: "Specification") -> Iterator[Prose]:
    """The repository's own README and small files. Free text stays out."""
    context = {
        "name": spec.name,
        "repository": spec.git.repository,
        "branch": spec.git.branch,
        "administrators": spec.administrators,
        "argocd": spec.argocd.url,
    }
    yield Prose("repository", "", context, Owner.SHARED)
