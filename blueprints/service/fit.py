"""Whether a model fits into the accelerators that it is given, in figures; what else to warn of.

An estimate that says what it is made of: weights as its files have them, and the keys and values
of one request of full length (two of each layer, key-value head and token, in two bytes each or in
one where the cache is of 8 bits). What the engine needs besides is the part of memory that it
leaves alone (``gpu-memory-utilization``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from blueprints.parts.names import thousandths
from blueprints.parts.refuse import Problem
from blueprints.service.engine import engine_facts, number, text
from blueprints.service.model import Model
from blueprints.service.site import Site

UTILISATION: Final = (((0, 20, 0), 0.92), ((0,), 0.9))
"""Since which version the engine takes what share of each accelerator, unless it is told; read in
``vllm/config/cache.py`` of each."""
GB: Final = 1_000_000_000


@dataclass(frozen=True)
class Fit:
    """All in bytes, over all accelerators."""

    raw: int
    """What the accelerators have."""
    usable: int
    """What the engine takes of it."""
    weights: int | None
    """Of all copies; None: nobody said."""
    cache: int | None
    """Of one request of full length, in each copy; None: nobody said."""
    minimum: int | None
    """What the model's maker or the engine's recipe asks for."""


def fit(model: Model, site: Site) -> Fit:
    """The figures of a model at a site."""
    raw = _bytes(site.accelerators.memory) * model.accelerators
    share = model.options.get("gpu-memory-utilization")
    usual = next(part for since, part in UTILISATION if since <= number(model.engine.version))
    part = share if isinstance(share, float) and 0 < share <= 1 else usual
    offload = model.options.get("cpu-offload-gb")
    extra = 0
    if isinstance(offload, int | float) and not isinstance(offload, bool) and offload > 0:
        extra = int(offload * (1 << 30)) * model.accelerators
    shape = model.shape
    copies = model.options.get("data-parallel-size")
    times = copies if isinstance(copies, int) and not isinstance(copies, bool) else 1
    return Fit(
        raw=raw + extra,
        usable=int(raw * part) + extra,
        weights=_bytes(shape.weights) * times if shape and shape.weights else None,
        cache=_cache(model, times),
        minimum=_bytes(shape.minimum) * times if shape and shape.minimum else None,
    )


def too_big(model: Model, site: Site) -> Iterator[Problem]:
    """A model whose weights alone are more than there is: nothing would start."""
    found = fit(model, site)
    if found.weights is not None and found.weights > found.raw:
        yield (
            ("accelerators",),
            f"weights of {_gb(found.weights)} do not go into {model.accelerators} x"
            f" {site.accelerators.memory} = {_gb(found.raw)} of {site.accelerators.product}",
        )


def figures(model: Model, site: Site) -> str:
    """What there is and what is known to be needed, in one sentence."""
    found = fit(model, site)
    parts = [
        f"{model.accelerators} x {site.accelerators.memory} are {_gb(found.raw)} of memory,"
        f" {_gb(found.usable)} of it for the engine"
    ]
    if found.weights is not None:
        parts.append(f"weights take {_gb(found.weights)}")
    if found.cache is not None:
        parts.append(f"a request of {model.context} tokens {_gb(found.cache)}")
    if found.minimum is not None:
        parts.append(f"{_gb(found.minimum)} are asked for at least")
    return "; ".join(parts) + "."


def warnings(model: Model, site: Site) -> Iterator[str]:
    """What may well not start, or not serve a request of full length; each with its figures."""
    found = fit(model, site)
    known = engine_facts(model.engine.name)
    if not known.judged(model.engine.version):
        yield (
            f"vLLM {model.engine.version} is not among the versions that are known,"
            f" {text(known.versions[0])} to {text(known.versions[-1])}: flags and variables that"
            " none of them has are not judged"
        )
    have = (
        f"{model.accelerators} x {site.accelerators.memory} = {_gb(found.raw)}"
        f" ({_gb(found.usable)} of it for the engine)"
    )
    if found.minimum is not None and found.minimum > found.raw:
        yield (
            f"{model.name} asks for {_gb(found.minimum)} of memory; {site.name} gives it {have}:"
            " take more accelerators or larger ones, or expect it not to start"
        )
    elif found.weights is not None and found.weights > found.usable:
        yield f"{model.name} has weights of {_gb(found.weights)}; {site.name} gives it {have}"
    elif found.weights is not None and found.cache is not None:
        need = found.weights + found.cache
        if need > found.usable:
            yield (
                f"{model.name} needs {_gb(found.weights)} for weights and {_gb(found.cache)} for"
                f" one request of {model.context} tokens; {site.name} gives it {have}: the engine"
                " refuses such a context"
            )
    if model.shape and model.shape.context and model.context > model.shape.context:
        yield (
            f"{model.name} is served with {model.context} tokens, and was made for"
            f" {model.shape.context}"
        )


def _cache(model: Model, times: int) -> int | None:
    shape = model.shape
    if shape is None or not (shape.layers and shape.kv_heads and shape.head_size):
        return None
    width = 1 if str(model.options.get("kv-cache-dtype", "")).startswith(("fp8", "int8")) else 2
    heads = shape.kv_heads
    if model.parallel and model.parallel.tensor > heads:
        heads = model.parallel.tensor  # each accelerator holds at least one
    return 2 * shape.layers * heads * shape.head_size * width * model.context * times


def _bytes(quantity: str) -> int:
    return thousandths(quantity) // 1000


def _gb(size: int) -> str:
    return f"{round(size / GB)} GB"
