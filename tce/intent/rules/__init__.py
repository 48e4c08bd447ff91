"""What has to fit together in an environment beyond each field for itself, one topic a module."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.parts.refuse import Problem
from tce.intent.rules import dates

if TYPE_CHECKING:
    from tce.intent.spec import Specification


TOPICS = (dates,)


def problems(spec: "Specification") -> Iterator[Problem]:
    """All of them, each with its place."""
    for topic in TOPICS:
        yield from topic.problems(spec)
