"""Every runtime by its name; a module is imported when its runtime is asked for."""

import importlib
import typing
from collections.abc import Iterator
from typing import Final

from blueprints.runtimes.runtime import Runtime
from blueprints.service.service import Service
from blueprints.service.site import RuntimeName, Site

NAMES: Final[tuple[str, ...]] = typing.get_args(RuntimeName)
"""All that a site may name, in the order in which they are told."""


def runtime(name: str) -> Runtime:
    """The runtime of a name of :data:`NAMES`; raises KeyError for any other."""
    if name not in NAMES:
        raise KeyError(name)
    module = importlib.import_module(f"blueprints.runtimes.{name.replace('-', '_')}")
    found: Runtime = module.RUNTIME
    return found


def fitting(service: Service, site: Site) -> Iterator[Runtime]:
    """The runtimes of a site that can start a service, in the site's order."""
    for name in site.runtimes:
        found = runtime(name)
        if not any(True for _ in found.unfit(service)):
            yield found
