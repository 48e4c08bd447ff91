"""Which images every registry has to have: a list, scripts that mirror and that flatten them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import yaml_file
from blueprints.runtimes.apptainer.image import MACHINES, stem
from blueprints.runtimes.writing.shell import quote
from blueprints.service.service import Image

if TYPE_CHECKING:
    from blueprints.service.image import EngineImage
    from blueprints.service.site import Site
    from blueprints.supply.spec import ToolImage

_SCRIPTS: Final = Path(__file__).parent / "scripts"
_HEADER = """\
Every image that spec.yaml names, by digest, and the registries that sites take it from.
Generated; images.sh mirrors them."""


@dataclass(frozen=True)
class Mirrored:
    """One image and where it has to be."""

    upstream: str
    """Registry and path, without tag."""
    tag: str
    digest: str
    architecture: str
    targets: Sequence[str]
    """``registry/path:tag``; of the tag nothing depends, it keeps registries from tidying up."""


def mirrored(
    images: Iterable["EngineImage | ToolImage"], sites: Iterable["Site"]
) -> Iterator[Mirrored]:
    """Every image, once for each digest and upstream; for sites that have such nodes."""
    every = list(sites)
    for one in images:
        accelerator = getattr(one, "accelerator", None)
        registries = dict.fromkeys(
            site.registry
            for site in every
            if site.node.architecture == one.architecture
            and accelerator in (None, site.accelerators.type)
        )
        name, _, tag = one.upstream.rpartition(":")
        targets = [f"{registry}/{one.path}:{tag}-{one.architecture}" for registry in registries]
        yield Mirrored(name, tag, one.digest, one.architecture, targets)


def listed(every: Sequence[Mirrored]) -> File:
    """``images.yaml``."""
    said = {
        "images": [
            {
                "upstream": f"{one.upstream}@{one.digest}",
                "tag": one.tag,
                "architecture": one.architecture,
                "mirrors": list(one.targets),
            }
            for one in every
        ]
    }
    return yaml_file("supply/images.yaml", [said], _HEADER)


def script(every: Sequence[Mirrored]) -> File:
    """``images.sh``: scanned, judged, copied, compared."""
    calls = [
        " ".join(
            map(
                str,
                ["mirror", *map(quote, (one.upstream, one.digest, one.architecture, *one.targets))],
            )
        )
        for one in every
        if one.targets
    ]
    text = (_SCRIPTS / "images.sh").read_text() + "".join(f"{one}\n" for one in calls)
    return File("supply/images.sh", f'{text}exit "$refused"\n'.encode(), executable=True)


def flattened(site: "Site", images: Iterable["EngineImage"]) -> Iterator[File]:
    """``flatten.sh`` of a site whose nodes have a folder of images: SquashFS of each of its own."""
    if site.folders is None:
        return
    wanted = [
        Image(f"{site.registry}/{one.path}", one.digest, one.architecture)
        for one in images
        if (one.accelerator, one.architecture) == (site.accelerators.type, site.node.architecture)
    ]
    if not wanted:
        return
    machine = MACHINES[site.node.architecture]
    calls = [
        f"flatten {quote(one.reference)} {quote(f'{site.folders.images}/{stem(one)}.sqsh')}\n"
        for one in wanted
    ]
    head = (_SCRIPTS / "flatten.sh").read_text().replace("MACHINE", quote(machine))
    yield File(f"supply/{site.name}/flatten.sh", (head + "".join(calls)).encode(), executable=True)
