"""What has to fit together in an environment beyond each field for itself, one topic a module.

Each module has ``problems``: everything of its topic that cannot be, with its place and what to
do about it. What the fields say of themselves is told by their types before.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.parts.refuse import Problem
from tce.intent.rules import cluster, dates, flows, gateway, keys, nodes, sandboxes, zones

if TYPE_CHECKING:
    from tce.intent.spec import Specification

TOPICS = (zones, gateway, flows, dates, keys, cluster, nodes, sandboxes)


def problems(spec: "Specification") -> Iterator[Problem]:
    """All of them, each with its place."""
    for topic in TOPICS:
        yield from topic.problems(spec)
