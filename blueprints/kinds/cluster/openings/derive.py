"""From a specification to every opening that it needs, each once, always in the same order."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.openings import inside, zones
from blueprints.kinds.cluster.openings.around import Around
from blueprints.kinds.cluster.openings.opening import Opening, Ports

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import Specification


def openings(spec: "Specification") -> tuple[Opening, ...]:
    """Site's systems first, then cluster by cluster; nothing that no chosen part asks for."""
    around = Around(spec.site)
    found = list(around.among())
    for environment, cluster, deployment in spec.deployments():
        place = zones.place(spec.site, environment, cluster, deployment)
        found += inside.openings(place)
        found += around.of(place)
    return merged(found)


def merged(found: Iterable[Opening]) -> tuple[Opening, ...]:
    """Ports that are open for one reason, in one line; sorted."""
    ports: dict[Opening, set[Ports]] = {}
    for one in found:
        ports.setdefault(replace(one, ports=()), set()).update(one.ports)
    whole = (replace(one, ports=_joined(them)) for one, them in ports.items())
    return tuple(sorted(whole, key=lambda one: one.key))


def _joined(ports: Iterable[Ports]) -> tuple[Ports, ...]:
    """As few ranges as are exactly them."""
    found: list[Ports] = []
    for one in sorted(ports):
        if found and one.first <= found[-1].last + 1:
            found[-1] = Ports(found[-1].first, max(found[-1].last, one.last))
        else:
            found.append(one)
    return tuple(found)
