"""The command line of the engine: what follows from the rest, then a model's own options."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from blueprints.service.cut import Cut
from blueprints.service.engine import engine_facts
from blueprints.service.model import Model, Option
from blueprints.service.service import MODELS

PORT: Final = 8000
DECIDED: Final[Mapping[str, str]] = {
    "model": "it follows from source.repository",
    "served-model-name": "say served_as",
    "host": "it is always 0.0.0.0",
    "port": f"it is always {PORT}",
    "tensor-parallel-size": "say parallel.tensor",
    "pipeline-parallel-size": "say parallel.pipeline",
    "distributed-executor-backend": "say parallel.gather",
    "max-model-len": "say context",
    "trust-remote-code": "say trust_remote_code, and why",
    "revision": "it follows from source.revision",
    "download-dir": "weights lie in the folder of models",
    "nnodes": "it follows from accelerators",
    "node-rank": "it follows from the node",
    "master-addr": "it follows from the node",
    "master-port": "it follows from the node",
    "headless": "it follows from the node",
    "config": "say each option under options",
    "uds": "a service listens on a port",
}
"""Flags that a model must not set itself, and what to say instead."""


def command(model: Model, cut: Cut) -> Iterator[str]:
    """Program and arguments, the same on every node."""
    yield from ("vllm", "serve", f"{MODELS}/{model.source.repository}")
    yield f"--served-model-name={model.served_as or model.source.repository}"
    yield "--host=0.0.0.0"
    yield f"--port={PORT}"
    yield f"--tensor-parallel-size={cut.tensor}"
    if cut.pipeline > 1:
        yield f"--pipeline-parallel-size={cut.pipeline}"
    if cut.gather != "alone":
        yield f"--distributed-executor-backend={'ray' if cut.gather == 'ray' else 'mp'}"
    yield f"--max-model-len={model.context}"
    if model.trust_remote_code:
        yield "--trust-remote-code"
    for flag, value in model.options.items():
        yield from _option(model, flag, value)


def _option(model: Model, flag: str, value: Option) -> Iterator[str]:
    if value is True:
        yield f"--{flag}"
    elif value is False:
        facts = engine_facts(model.engine.name)
        if facts.flag(flag, model.engine.version) == "negatable":
            yield f"--no-{flag}"
    elif isinstance(value, dict):
        yield f"--{flag}={json.dumps(value, sort_keys=True, allow_nan=False)}"
    elif isinstance(value, list):
        yield f"--{flag}"
        yield from map(str, value)
    else:
        yield f"--{flag}={value}"
