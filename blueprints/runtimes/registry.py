"""All runtimes by their names. A runtime is imported when it is asked for."""

from collections.abc import Iterator
from importlib import import_module

from blueprints.runtimes.runtime import Runtime
from blueprints.service.service import Service
from blueprints.service.site import RuntimeName, Site


def named(name: RuntimeName) -> Runtime:
    """The runtime of a folder beside this module."""
    found = import_module(f"blueprints.runtimes.{name.replace('-', '_')}").RUNTIME
    if not isinstance(found, Runtime):
        raise TypeError(f"{name} has no RUNTIME")
    return found


def fitting(service: Service, site: Site) -> Iterator[Runtime]:
    """The runtimes of a site that can start a service, in the site's order."""
    for name in site.runtimes:
        runtime = named(name)
        if not any(True for _ in runtime.unfit(service)):
            yield runtime
