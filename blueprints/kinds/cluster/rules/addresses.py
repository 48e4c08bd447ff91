"""Addresses and nodes: each in its network, and each of them once."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.rules.estate import Estate, Placed
from blueprints.kinds.cluster.spans import Span, collisions, span, usable
from blueprints.parts.refuse import Place, Problem

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Network

_Taken = tuple[Place, str]
"""Where an address is given out, and to whom in the words of a message."""


def problems(estate: Estate) -> Iterator[Problem]:
    """Every address outside of its network, or given out twice; every node that is two."""
    taken = list(_of_site(estate))
    for placed in estate.placed:
        network = estate.networks.get(placed.deployment.network)
        said = list(_of_services(placed))
        for where, (at, what) in said:
            if network is not None:
                yield from _outside(where, at, what, network)
        taken += said
        for at, pool in placed.pools():
            lies_in = estate.network(pool)
            said = list(_of_nodes(placed, at, pool))
            for where, (place, what) in said:
                if lies_in is not None:
                    yield from _outside(where, place, what, lies_in)
            taken += said
    for (_, first), (at, second) in collisions(taken):
        yield at, f"{second} overlaps with {first.rstrip(',')}"
    yield from _twice(estate)


def _of_site(estate: Estate) -> Iterator[tuple[Span, _Taken]]:
    for index, network in enumerate(estate.site.networks):
        at: Place = ("site", "networks", index)
        whom = f"of {network.name}"
        yield span(network.gateway), ((*at, "gateway"), f"the gateway {whom} ({network.gateway})")
        if network.dhcp is not None:
            yield span(network.dhcp), ((*at, "dhcp"), f"what DHCP gives {whom} ({network.dhcp})")


def _of_services(placed: Placed) -> Iterator[tuple[Span, _Taken]]:
    api = placed.deployment.api
    yield span(api), ((*placed.at, "api"), f"{api}, the API of {placed.id},")
    for index, text in enumerate(placed.deployment.addresses):
        yield (
            span(text),
            ((*placed.at, "addresses", index), f"{text}, for services of {placed.id},"),
        )


def _of_nodes(placed: Placed, at: Place, pool: object) -> Iterator[tuple[Span, _Taken]]:
    for kind in ("servers", "nodes"):
        for index, one in enumerate(getattr(pool, kind, ())):
            what = f"{one.address}, of {one.name} in {placed.id},"
            yield span(one.address), ((*at, kind, index, "address"), what)


def _outside(where: Span, at: Place, what: str, network: "Network") -> Iterator[Problem]:
    if not where.within(usable(network.cidr)):
        yield at, f"{what.split(',')[0]} is not in {network.name} ({network.cidr}), or not a node's"


def _twice(estate: Estate) -> Iterator[Problem]:
    names: dict[str, str] = {}
    macs: dict[str, str] = {}
    for placed in estate.placed:
        for at, pool in placed.pools():
            where = f"{placed.id} ({pool.name})"
            for kind in ("servers", "nodes"):
                for index, one in enumerate(getattr(pool, kind, ())):
                    here: Place = (*at, kind, index)
                    if one.name in names:
                        yield (
                            (*here, "name"),
                            f"{one.name} is in {names[one.name]} already: "
                            "a node is in one cluster at a time",
                        )
                    names.setdefault(one.name, where)
                    mac = getattr(one, "mac", None)
                    if mac is None:
                        continue
                    if int(mac[:2], 16) & 1:
                        yield (*here, "mac"), f"{mac} is a group's address, no server's"
                    if mac in macs:
                        yield (*here, "mac"), f"{mac} is the MAC address of {macs[mac]} already"
                    macs.setdefault(mac, one.name)
