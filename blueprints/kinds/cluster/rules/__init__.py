"""What has to fit together in a specification of clusters beyond each field for itself.

Each module has rules of one topic. What cannot be is told with its reason, at its place.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.rules import (
    addresses,
    assembly,
    components,
    environments,
    names,
    networks,
    ranges,
    site,
)
from blueprints.kinds.cluster.rules.estate import Estate
from blueprints.parts.refuse import Problem

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site
    from blueprints.kinds.cluster.spec import Specification

TOPICS = (environments, assembly, names, networks, addresses, ranges, components)


def of_site(given: "Site") -> Iterator[Problem]:
    """Problems within the site; places are relative to it."""
    yield from site.problems(given)


def of_clusters(spec: "Specification") -> Iterator[Problem]:
    """Problems of the clusters, with each other and with the site."""
    estate = Estate(spec)
    for topic in TOPICS:
        yield from topic.problems(estate)
