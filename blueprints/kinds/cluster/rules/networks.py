"""Networks that clusters lie in: known, mapped where machines are made, shared on purpose only."""

from collections import Counter
from collections.abc import Iterator

from blueprints.kinds.cluster.rules.estate import Estate, Placed, is_virtual
from blueprints.kinds.cluster.spans import span
from blueprints.parts.refuse import Place, Problem, unknown

_CALLED = {"harvester": "Harvester", "vmware": "vSphere"}


def problems(estate: Estate) -> Iterator[Problem]:
    """Every cluster whose networks cannot be what it says."""
    owners: dict[str, str] = {}
    machines: Counter[str] = Counter()
    for placed in estate.placed:
        yield from _addressed(estate, placed, machines)
        yield from _known(estate, placed)
        yield from _shared(estate, placed, owners)
        yield from _reached(estate, placed)


def _known(estate: Estate, placed: Placed) -> Iterator[Problem]:
    own = placed.deployment.network
    if own not in estate.networks:
        yield (*placed.at, "network"), unknown("network", own, estate.networks)
    for at, pool in placed.pools():
        if pool.flavour == "hpc":
            continue
        network = estate.networks.get(pool.network)
        if network is None:
            yield (*at, "network"), unknown("network", pool.network, estate.networks)
        elif network.plane == "highspeed":
            yield (
                (*at, "network"),
                f"{pool.network} is of the supercomputer's high-speed plane, "
                f"and a {pool.flavour} node has no interface there",
            )
        if not is_virtual(pool):
            continue
        what = _CALLED[pool.flavour]
        platforms = estate.harvester if pool.flavour == "harvester" else estate.vmware
        platform = platforms.get(pool.on)
        if platform is None and pool.on in {**estate.harvester, **estate.vmware}:
            other = "vmware" if pool.flavour == "harvester" else "harvester"
            yield (
                (*at, "on"),
                f"there is no {what} {pool.on}; it is a {_CALLED[other]}: say flavour {other}",
            )
        elif platform is None:
            yield (*at, "on"), unknown(what, pool.on, platforms)
        elif network is not None and pool.network not in platform.networks:
            yield (
                (*at, "network"),
                f"the {what} {pool.on} has no {pool.network}; its networks here are "
                f"{', '.join(sorted(platform.networks)[:5])} (site.{pool.flavour})",
            )


def _addressed(estate: Estate, placed: Placed, machines: Counter[str]) -> Iterator[Problem]:
    """Virtual machines get their addresses from DHCP, as far as it has any."""
    for at, pool in placed.pools():
        network = estate.network(pool)
        if network is None or network.dhcp is None or not is_virtual(pool):
            continue
        machines[network.name] += pool.size
        has = span(network.dhcp)
        room = has.last - has.first + 1
        if machines[network.name] > room >= machines[network.name] - pool.size:
            yield (
                (*at, "count"),
                f"DHCP of {network.name} has {room} addresses ({network.dhcp}), "
                f"and {machines[network.name]} machines would lie in it",
            )


def _shared(estate: Estate, placed: Placed, owners: dict[str, str]) -> Iterator[Problem]:
    """Two clusters in one VLAN hear each other's ARP; whoever wants that says so."""
    places: dict[str, Place] = {placed.deployment.network: (*placed.at, "network")}
    for at, pool in placed.pools():
        network = estate.network(pool)
        if network is not None:
            key = "vcluster" if pool.flavour == "hpc" else "network"
            places.setdefault(network.name, (*at, key))
    for name, at in places.items():
        found = estate.networks.get(name)
        first = owners.setdefault(name, placed.id)
        if found is not None and first != placed.id and not found.shared:
            yield (
                at,
                f"VLAN {found.vlan} ({name}) is {first}'s already; two clusters in one VLAN answer "
                f"for each other's addresses: give {placed.id} its own, or say shared: true of it",
            )


def _reached(estate: Estate, placed: Placed) -> Iterator[Problem]:
    own = estate.networks.get(placed.deployment.network)
    if own is None:
        return
    lying = [pool for _, pool in placed.pools() if estate.network(pool) is own]
    if not any(pool.flavour != "hpc" for pool in lying):
        yield (
            (*placed.at, "network"),
            f"no master or worker lies in {own.name} (HPC nodes come and go), so that nobody "
            "would answer for api and addresses",
        )
