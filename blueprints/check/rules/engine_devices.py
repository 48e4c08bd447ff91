"""A model is cut into more or fewer parts than there are accelerators.

Looks at every command that starts vLLM, in pods and in `models/<model>/<site>/<runtime>/`: tensor
times pipeline times data parallel size is the number of accelerators that each of its nodes gets,
times the nodes.

With fewer accelerators the server does not start; with more, some of them are paid for and idle.
Mend the sizes, or the amount that is asked for.
"""

from collections.abc import Iterator

from blueprints.check.engines import Engine, engines
from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "engine-devices"
LEVEL = Level.ERROR

_SIZES = {
    "tensor": "tensor-parallel-size",
    "pipeline": "pipeline-parallel-size",
    "data": "data-parallel-size",
}


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield one finding for each such command."""
    for one in engines(repo):
        if isinstance(one, Engine):
            yield from _of(one)


def _of(one: Engine) -> Iterator[Finding]:
    if one.devices is None or one.nodes is None or one.has("data-parallel-size-local"):
        return
    nodes = max(one.nodes, one.number("nnodes"))
    sizes = {word: one.number(flag) for word, flag in _SIZES.items()}
    parts = sizes["tensor"] * sizes["pipeline"] * sizes["data"]
    if parts == one.devices * nodes:
        return
    cut = " x ".join(f"{word} {size}" for word, size in sizes.items() if size > 1) or "one"
    there = f"{one.devices} on {'one node' if nodes == 1 else f'each of {nodes} nodes'}"
    places = [option.place for option in one.options if option.name in _SIZES.values()]
    place = places[0] if places else one.place
    message = f"{one.who}: is cut into {parts} parts ({cut}), and gets {there}"
    yield Finding(place.file, place.line, ID, visible(message), LEVEL)
