"""From a model and a site to one service, or to why there can be none."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from blueprints.parts.names import thousandths
from blueprints.parts.refuse import Problem
from blueprints.service.image import EngineImage
from blueprints.service.model import Model, Option
from blueprints.service.service import CACHE, MODELS, Gather, Image, Mount, Probe, Service
from blueprints.service.site import Site

PORT: Final = 8000


class UnfitError(ValueError):
    """No service can be made; every reason with its place below the model."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(text for _, text in problems))
        self.problems = tuple(problems)


def compose(model: Model, site: Site, images: Iterable[EngineImage]) -> Service:
    """The service of a model at a site. Raises :class:`UnfitError` with all that speaks against."""
    image = _image(model, site, images)
    tensor, pipeline = _cut(model, site)
    nodes = -(-model.accelerators // site.accelerators.count)
    return Service(
        name=model.name,
        image=image,
        command=tuple(_command(model, tensor, pipeline)),
        port=PORT,
        accelerator=site.accelerators.type,
        devices=model.accelerators // nodes,
        mounts=tuple(_mounts(model, site)),
        probe=Probe("/health", model.start_minutes * 60),
        environment=dict(sorted(_environment(model, site))),
        secrets={"VLLM_API_KEY": model.api_key} if model.api_key else {},
        processors=site.node.processors,
        memory=thousandths(site.node.memory) // 1000,
        nodes=nodes,
        gather=_gather(model, nodes),
        interface=site.network.interface if nodes > 1 else None,
    )


def _image(model: Model, site: Site, images: Iterable[EngineImage]) -> Image:
    wanted = (model.engine.version, site.accelerators.type, site.node.architecture)
    for one in images:
        if (one.version, one.accelerator, one.architecture) == wanted:
            return Image(f"{site.registry}/{one.path}", one.digest, one.architecture)
    version, accelerator, architecture = wanted
    raise UnfitError(
        [
            (
                ("engine", "version"),
                f"no image of {model.engine.name} {version} for {accelerator} on {architecture}"
                f" is under images; {site.name} needs one",
            )
        ]
    )


def _cut(model: Model, site: Site) -> tuple[int, int]:
    if model.parallel is not None:
        return model.parallel.tensor, model.parallel.pipeline
    tensor = min(model.accelerators, site.accelerators.count)
    return tensor, model.accelerators // tensor


def _gather(model: Model, nodes: int) -> Gather:
    if nodes == 1:
        return "alone"
    asked = model.parallel.gather if model.parallel else None
    return asked or "ray"


def _command(model: Model, tensor: int, pipeline: int) -> Iterator[str]:
    yield from ("vllm", "serve", f"{MODELS}/{model.source.repository}")
    yield f"--served-model-name={model.served_as or model.source.repository}"
    yield "--host=0.0.0.0"
    yield f"--port={PORT}"
    yield f"--tensor-parallel-size={tensor}"
    if pipeline > 1:
        yield f"--pipeline-parallel-size={pipeline}"
    yield f"--max-model-len={model.context}"
    if model.trust_remote_code:
        yield "--trust-remote-code"
    for flag, value in model.options.items():
        yield from _option(flag, value)


def _option(flag: str, value: Option) -> Iterator[str]:
    if value is True:
        yield f"--{flag}"
    elif isinstance(value, dict):
        yield f"--{flag}={json.dumps(value, sort_keys=True)}"
    elif isinstance(value, list):
        yield f"--{flag}"
        yield from map(str, value)
    elif value is not False:
        yield f"--{flag}={value}"


def _mounts(model: Model, site: Site) -> Iterator[Mount]:
    models = site.folders.models if site.folders else MODELS
    cache = site.folders.cache if site.folders else CACHE
    yield Mount(MODELS, models, "models", read_only=True)
    yield Mount(CACHE, f"{cache}/{model.name}", f"{model.name}-cache")


def _environment(model: Model, site: Site) -> Iterator[tuple[str, str]]:
    yield from {
        "HOME": CACHE,
        "HF_HOME": f"{CACHE}/huggingface",
        "OMP_NUM_THREADS": "1",
    }.items()
    yield from site.network.variables.items()
    yield from model.environment.items()
