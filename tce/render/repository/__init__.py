"""What a repository needs besides what it deploys: CI, settings of the check, assumptions."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tce.render.repository import assumptions, ci, settings

if TYPE_CHECKING:
    from blueprints.engine.blueprint import File
    from tce.intent.spec import Specification


def files(spec: "Specification") -> "Iterator[File]":
    """All of them."""
    yield from ci.files(spec)
    yield from settings.files(spec)
    yield from assumptions.files(spec)
