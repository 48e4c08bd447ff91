"""Services that batch jobs start: on one node, as a Ray cluster, by the engine's own means."""

import dataclasses

from blueprints.service.service import Gather, Service
from blueprints.service.site import Site
from tests.blueprints.runtimes.example import SERVICE, site

GATHERS: tuple[Gather, ...] = ("alone", "ray", "engine")


def service(gather: Gather) -> Service:
    """The example on one node, or on three."""
    nodes = 1 if gather == "alone" else 3
    interface = "hsn0" if nodes > 1 else None
    return dataclasses.replace(SERVICE, nodes=nodes, gather=gather, interface=interface)


def at(scheduler: str, container: str) -> Site:
    """Where it runs."""
    return site(
        scheduler={
            "type": scheduler,
            "container": container,
            "hours": 24,
            "partition": "gpu",
            "account": "ai",
        }
    )
