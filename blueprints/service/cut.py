"""How a model is cut over accelerators and nodes: tensors within a node, layers between."""

from collections.abc import Iterator
from dataclasses import dataclass

from blueprints.parts.refuse import Problem
from blueprints.service.engine import engine_facts
from blueprints.service.image import EngineImage
from blueprints.service.model import Model
from blueprints.service.service import Gather
from blueprints.service.site import Site


@dataclass(frozen=True)
class Cut:
    """The sizes; their product is all accelerators."""

    tensor: int
    pipeline: int
    data: int
    """Copies of the model, each with its own share of the requests."""
    nodes: int
    gather: Gather

    @property
    def devices(self) -> int:
        """Accelerators of each node."""
        return self.tensor * self.pipeline * self.data // self.nodes


def cut(model: Model, site: Site, image: EngineImage | None) -> Cut:
    """What is asked for, or what a centre does by default. Judged by :func:`misfits`."""
    each = site.accelerators.count
    data = _copies(model)
    nodes = -(-model.accelerators // each)
    if model.parallel is not None:
        tensor, pipeline = model.parallel.tensor, model.parallel.pipeline
    else:
        one = max(1, model.accelerators // data)
        tensor = min(one, each)
        pipeline = max(1, one // tensor)
    return Cut(tensor, pipeline, data, nodes, _gather(model, site, image, nodes))


def misfits(model: Model, site: Site, image: EngineImage | None) -> Iterator[Problem]:
    """Why the accelerators of a site cannot hold the parts of a model."""
    found = cut(model, site, image)
    each = site.accelerators.count
    at = ("parallel", "tensor") if model.parallel else ("accelerators",)
    if found.nodes > site.node.nodes:
        yield (
            ("accelerators",),
            f"{model.accelerators} accelerators are {found.nodes} nodes of {each};"
            f" {site.name} gives a service {site.node.nodes}, which is"
            f" {site.node.nodes * each} accelerators",
        )
    if found.tensor > each:
        yield (
            at,
            f"{found.tensor} accelerators share each tensor, and a node of {site.name} has {each};"
            " cut tensors within a node, and layers between (parallel.pipeline)",
        )
    product = found.tensor * found.pipeline * found.data
    if product != model.accelerators:
        copies = f" x {found.data} copies" if found.data > 1 else ""
        yield (
            at,
            f"tensor {found.tensor} x pipeline {found.pipeline}{copies} is {product}, and"
            f" accelerators is {model.accelerators}",
        )
    elif found.nodes > 1 and model.accelerators % found.nodes:
        yield (
            ("accelerators",),
            f"{model.accelerators} accelerators cannot be {found.nodes} equal nodes",
        )
    elif found.nodes > 1 and found.tensor <= each and found.devices % found.tensor:
        yield (
            at,
            f"{found.devices} accelerators of each node are no whole groups of {found.tensor}",
        )
    if found.nodes > 1 and found.data > 1:
        yield (
            ("options", "data-parallel-size"),
            "copies on several nodes are several services; leave data-parallel-size out",
        )
    yield from _shape(model, found)
    yield from _rendezvous(model, site, image, found)


def _copies(model: Model) -> int:
    said = model.options.get("data-parallel-size", 1)
    return said if isinstance(said, int) and not isinstance(said, bool) and said > 0 else 1


def _shape(model: Model, found: Cut) -> Iterator[Problem]:
    shape = model.shape
    at = ("parallel", "tensor") if model.parallel else ("accelerators",)
    if shape is None:
        return
    if shape.heads and shape.heads % found.tensor:
        yield (
            at,
            f"{found.tensor} accelerators cannot share {shape.heads} attention heads evenly;"
            f" {_near(shape.heads, found.tensor)}",
        )
    kv = shape.kv_heads
    if kv and kv % found.tensor and found.tensor % kv:
        yield (
            at,
            f"{found.tensor} accelerators cannot share {kv} key-value heads: one number has to"
            " divide the other",
        )
    if shape.layers and shape.layers < found.pipeline:
        yield (
            ("parallel", "pipeline"),
            f"{shape.layers} layers cannot be {found.pipeline} stages",
        )


def _near(heads: int, wanted: int) -> str:
    divisors = [one for one in range(1, heads + 1) if heads % one == 0]
    below = max(one for one in divisors if one <= wanted)
    above = min((one for one in divisors if one >= wanted), default=below)
    return f"{below} can" if below == above else f"{below} and {above} can"


def has_ray(model: Model, site: Site, image: EngineImage | None) -> bool:
    """Whether a Ray cluster can be made of an image."""
    if image is not None and image.ray is not None:
        return image.ray
    facts = engine_facts(model.engine.name)
    return facts.has_ray(site.accelerators.type, model.engine.version)


def _own_way(model: Model) -> bool:
    facts = engine_facts(model.engine.name)
    return facts.flag("nnodes", model.engine.version) is not None


def _gather(model: Model, site: Site, image: EngineImage | None, nodes: int) -> Gather:
    if nodes == 1:
        return "alone"
    asked = model.parallel.gather if model.parallel else None
    return asked or ("engine" if _own_way(model) else "ray")


def _rendezvous(
    model: Model, site: Site, image: EngineImage | None, found: Cut
) -> Iterator[Problem]:
    version = model.engine.version
    at = ("parallel", "gather") if model.parallel and model.parallel.gather else ("engine",)
    if found.gather == "ray" and not has_ray(model, site, image):
        if image is not None and image.ray is False:
            why = f"the image {image.path} holds none (ray: false)"
        else:
            why = engine_facts(model.engine.name).without_ray(site.accelerators.type, version)
        yield (
            at,
            f"a Ray cluster needs Ray, and {why}; say gather: engine, or ray: true of an image",
        )
    if found.gather == "engine" and not _own_way(model):
        reason = engine_facts(model.engine.name).objection("flag", "nnodes", version)
        yield at, f"nodes cannot find each other the engine's own way: {reason}; say gather: ray"
