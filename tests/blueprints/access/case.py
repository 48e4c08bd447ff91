"""A site with a login node and a proxy, and what is reached there."""

import dataclasses
from pathlib import Path

from blueprints.access.reached import Reached
from blueprints.access.write import files
from blueprints.service.service import Probe
from blueprints.service.site import Access, Site
from tests.blueprints.models.cases import SERVICE, site

HOSTILE = 'it\'s $(id) "x" ${HOME}'
KEYED = Reached(SERVICE, "example-org/Mutable-8B", host=True)
OPEN = Reached(dataclasses.replace(SERVICE, name="open", secrets={}), "example-org/Open", host=True)
CLUSTER = Reached(dataclasses.replace(SERVICE, name="cluster"), "example-org/Cluster", host=False)


def centre(**access: str | None) -> Site:
    """With ways in as they are said."""
    said = {"login": "login.example.org", "proxy": "proxy.example.org", **access}
    return site().model_copy(update={"access": Access.model_validate(said)})


def placed(folder: Path, where: Site, *reached: Reached) -> Path:
    """The folder of a site, written."""
    for file in files(where, reached):
        to = folder / file.path
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(file.content)
        to.chmod(0o755 if file.executable else 0o644)
    return folder / "access" / where.name


def at(port: int, *, name: str = "mutable", seconds: int = 30) -> Reached:
    """A model whose server listens at a port of this machine."""
    probe = Probe("/health", seconds, 1)
    return Reached(
        dataclasses.replace(SERVICE, name=name, port=port, probe=probe), f"example-org/{name}", True
    )
