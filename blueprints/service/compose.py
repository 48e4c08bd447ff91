"""From a model and a site to one service, or to why there can be none."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from blueprints.parts.names import thousandths
from blueprints.parts.refuse import Problem
from blueprints.service.against import objections
from blueprints.service.command import PORT, command
from blueprints.service.cut import cut, misfits
from blueprints.service.fit import too_big
from blueprints.service.image import EngineImage
from blueprints.service.model import Model
from blueprints.service.service import CACHE, CERTIFICATES, MODELS, Image, Mount, Probe, Service
from blueprints.service.site import HOSTS, Site
from blueprints.service.variables import environment

GIB: Final = 1 << 30
SHARED: Final = 32 * GIB
"""Of ``/dev/shm``, as the papers' own multi-node chart has it."""


class UnfitError(ValueError):
    """No service can be made; every reason with its place below the model."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(text for _, text in problems))
        self.problems = tuple(problems)


def compose(model: Model, site: Site, images: Iterable[EngineImage]) -> Service:
    """The service of a model at a site. Raises :class:`UnfitError` with all that speaks against."""
    image = _image(model, site, images)
    problems = [
        *objections(model, site, image),
        *misfits(model, site, image),
        *too_big(model, site),
    ]
    if problems or image is None:
        raise UnfitError(problems)
    parts = cut(model, site, image)
    return Service(
        name=model.name,
        image=Image(f"{site.registry}/{image.path}", image.digest, image.architecture),
        command=tuple(command(model, parts)),
        port=PORT,
        accelerator=site.accelerators.type,
        devices=parts.devices,
        mounts=tuple(_mounts(model, site)),
        probe=Probe("/health", model.start_minutes * 60),
        environment=environment(model, site, parts.gather),
        secrets=dict(_secrets(model)),
        shared_memory=_shared(site),
        processors=max(1, site.node.processors * parts.devices // site.accelerators.count),
        memory=_memory(site, parts.devices),
        nodes=parts.nodes,
        gather=parts.gather,
        interface=site.network.interface if parts.nodes > 1 else None,
    )


def _image(model: Model, site: Site, images: Iterable[EngineImage]) -> EngineImage | None:
    wanted = (
        model.engine.name,
        model.engine.version,
        site.accelerators.type,
        site.node.architecture,
    )
    for one in images:
        if (one.engine, one.version, one.accelerator, one.architecture) == wanted:
            return one
    return None


def _mounts(model: Model, site: Site) -> Iterator[Mount]:
    models = site.folders.models if site.folders else MODELS
    cache = site.folders.cache if site.folders else CACHE
    yield Mount(MODELS, models, "models", read_only=True)
    yield Mount(CACHE, f"{cache}/{model.name}", f"{model.name}-cache")
    if model.mode == "online" and site.certificates is not None:
        folder = site.certificates.rpartition("/")[0] or "/"
        yield Mount(CERTIFICATES, folder, "certificates", read_only=True, config=True)


def _secrets(model: Model) -> Iterator[tuple[str, str]]:
    if model.mode == "online" and model.source.token:
        yield "HF_TOKEN", model.source.token
    if model.api_key:
        yield "VLLM_API_KEY", model.api_key


def _shared(site: Site) -> int:
    """As on the papers' hosts the host's own; where a pod runs the same service, an amount."""
    if all(name in HOSTS for name in site.runtimes):
        return 0
    return min(SHARED, _memory(site, site.accelerators.count) // 4)


def _memory(site: Site, devices: int) -> int:
    """The share of a node's memory that goes with a share of its accelerators; whole GiB."""
    whole = thousandths(site.node.memory) // 1000 * devices // site.accelerators.count
    return max(1, whole // GIB) * GIB
