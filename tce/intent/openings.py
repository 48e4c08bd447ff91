"""What nodes of one cluster need of each other across the gateway: its data is the cluster's.

Machines in the VLAN and nodes on the supercomputer are one cluster in two zones, and all that goes
from one to the other goes through the gateway. What stays in a zone passes no device.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.openings import inside
from blueprints.kinds.cluster.openings.opening import Opening, Zone
from blueprints.kinds.cluster.openings.zones import networks_of
from tce.intent import estate

if TYPE_CHECKING:
    from tce.intent.spec import Specification


@dataclass(frozen=True)
class Across:
    """One of them, from zone to zone."""

    name: str
    """``opening-<component>-<number>``."""
    source_zone: str
    destination_zone: str
    sources: tuple[str, ...]
    """Networks, as few as are exactly the nodes."""
    destinations: tuple[str, ...]
    opening: Opening


def across(spec: "Specification") -> Iterator[Across]:
    """What passes the gateway, none of it twice; in the cluster's own family."""
    if not any(zone.kind == "workers" for zone in spec.zones.values()):
        return
    seen: set[tuple[str, ...]] = set()
    numbers: Counter[str] = Counter()
    for one in inside.openings(estate.nodes(spec)):
        source, destination = one.source, one.destination
        if source.network is None or destination.network is None:
            continue
        if source.network != destination.network and one.key not in seen:
            seen.add(one.key)
            numbers[one.component] += 1
            yield Across(
                name=f"opening-{one.component}-{numbers[one.component]}",
                source_zone=source.network,
                destination_zone=destination.network,
                sources=_addresses(spec, source),
                destinations=_addresses(spec, destination),
                opening=one,
            )


def _addresses(spec: "Specification", zone: Zone) -> tuple[str, ...]:
    """Of virtual machines those that they are given, not all of their VLAN."""
    if zone.kind != "pool" or zone.flavour == "hpc":
        return zone.addresses
    family = estate.version(spec)
    given = networks_of(spec.nodes[zone.name.rpartition("/")[2]])
    return tuple(one for one in given if (":" in one) == (family == 6))
