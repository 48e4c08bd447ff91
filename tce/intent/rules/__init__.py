"""What has to fit together in an environment beyond each field for itself, one topic a module."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.parts.refuse import Problem

if TYPE_CHECKING:
    from tce.intent.spec import Specification


def problems(spec: "Specification") -> Iterator[Problem]:
    """All of them, each with its place."""
    yield from ()
