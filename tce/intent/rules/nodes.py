"""Addresses of virtual machines: as many as there are, in the VLAN, and nobody else's."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.spans import Span, collisions, span, usable
from blueprints.parts.refuse import Place, Problem, unknown
from tce.intent.estate import ENVIRONMENT, version

if TYPE_CHECKING:
    from tce.intent.spec import Specification


def problems(spec: "Specification") -> Iterator[Problem]:
    """Every pool with too few or too many, and every address that is not its own."""
    deployment = spec.cluster.environments.get(ENVIRONMENT)
    if deployment is None:
        return
    pools = {
        one.name: one.count
        for one in (deployment.masters, *deployment.workers)
        if one.flavour == "harvester"
    }
    for name in pools.keys() - spec.nodes.keys():
        yield ("nodes",), f"needs the addresses of {name}, a pool of virtual machines"
    for name, ranges in spec.nodes.items():
        at: Place = ("nodes", name)
        if name not in pools:
            yield at, unknown("pool of virtual machines", name, pools)
            continue
        for family in (4, 6):
            number = sum(_size(span(one)) for one in ranges if span(one).version == family)
            needed = number or family == version(spec)
            if needed and number != pools[name]:
                yield (
                    at,
                    f"{name} has {pools[name]} machines and {number} addresses of IPv{family}",
                )
    yield from _places(spec)


def _size(one: Span) -> int:
    return one.last - one.first + 1


def _places(spec: "Specification") -> Iterator[Problem]:
    tce = next((one for one in spec.zones.values() if one.kind == "tce"), None)
    deployment = spec.cluster.environments[ENVIRONMENT]
    said: list[tuple[Span, tuple[Place, str]]] = [
        (span(one), (("gateway", "addresses", index), f"the gateway's ({one})"))
        for index, one in enumerate(spec.gateway.addresses)
    ]
    there: Place = ("cluster", "environments", ENVIRONMENT)
    said.append((span(deployment.api), ((*there, "api"), f"the API's ({deployment.api})")))
    for index, one in enumerate(deployment.addresses):
        said.append((span(one), ((*there, "addresses", index), f"services' ({one})")))
    for name, ranges in spec.nodes.items():
        for index, one in enumerate(ranges):
            at: Place = ("nodes", name, index)
            said.append((span(one), (at, f"{name}'s ({one})")))
            if tce and not any(span(one).within(usable(two)) for two in tce.networks):
                yield at, f"{one} is not in the VLAN ({', '.join(tce.networks)})"
    for (_, first), (at, second) in collisions(said):
        if at[0] == "nodes":
            yield at, f"{second} overlaps with {first}"
