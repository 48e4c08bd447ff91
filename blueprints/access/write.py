"""Everything of a site by which people reach its services, as files below ``access/<site>/``."""

from collections.abc import Iterable, Iterator
from typing import Final

from blueprints.access.clients import curl, python
from blueprints.access.nginx import configuration, switch
from blueprints.access.reached import Reached
from blueprints.access.readme import readme
from blueprints.access.tunnel import tunnel
from blueprints.engine.blueprint import File
from blueprints.service.site import Site

FOLDER: Final = "access"


def files(site: Site, reached: Iterable[Reached]) -> Iterator[File]:
    """Paths are relative to the repository. Pure."""
    every = list(reached)
    top = f"{FOLDER}/{site.name}"
    for one in every:
        yield File(f"{top}/{one.name}/ask.sh", curl(one), executable=True)
        yield File(f"{top}/{one.name}/ask.py", python(one), executable=True)
        if one.host and site.access.login is not None:
            content = tunnel(one, site.access.login)
            yield File(f"{top}/{one.name}/tunnel.sh", content, executable=True)
    proxied = [one for one in every if one.host and one.key]
    if site.access.proxy is not None and proxied:
        yield File(f"{top}/nginx.conf", configuration(site.name, site.access, proxied))
        yield File(f"{top}/upstream.sh", switch(proxied), executable=True)
    if every:
        yield File(f"{top}/README.md", readme(site, every).encode())
