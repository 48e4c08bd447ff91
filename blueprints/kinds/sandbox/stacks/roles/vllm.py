"""A language or embedding model served by vLLM on accelerator nodes.

Weights come read-only from a volume of the project: the pod reaches nothing outside, and after
maintenance of a node it starts elsewhere. Sources: vLLM's `serve` arguments and environment
variables as of 0.12 to 0.33; what it writes goes to scratch folders, because it is not root.
"""

from typing import Annotated, Literal

from pydantic import Field

from blueprints.kinds.sandbox import profiles
from blueprints.kinds.sandbox.stacks.component import Component
from blueprints.kinds.sandbox.stacks.objects import Role
from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import (
    HTTP,
    Container,
    Pod,
    Probes,
    Resources,
    claimed,
    from_secret,
    get,
    scratch,
    value,
)
from blueprints.parts.names import LabelValue, Quantity, ShortName, Strict, SubPath

IMAGE = "vllm"
KEY = "api_key"
PORT = 8000
_USER = 10001


class Model(Strict):
    """Weights on a volume of the project, and what it takes to serve them."""

    name: LabelValue
    """What clients ask for."""
    volume: ShortName
    """An entry under ``data: {volumes: ..}`` of type filesystem, which many pods may read."""
    path: SubPath
    """The folder with ``config.json`` and the weights, below the volume."""
    gpus: Annotated[int, Field(strict=True, ge=1, le=16)] = 1
    context: Annotated[int, Field(strict=True, ge=256, le=10_000_000)] = 8192
    """Tokens of a request and its answer together."""
    cpu: Quantity = "8"
    memory: Quantity = "64Gi"
    tools: Literal["hermes", "llama3_json", "mistral", "pythonic"] | None = None
    """How the model writes calls of tools: vLLM's ``--tool-call-parser``."""


def served(place: Place, role: str, model: Model, *, embeds: bool = False) -> Component:
    """The role that answers OpenAI's requests for one model, to those who have its key."""
    made = Role(place, role, "vllm")
    count = model.gpus
    folder = f"/weights/{model.path}"
    args = [
        folder,
        f"--served-model-name={model.name}",
        "--host=0.0.0.0",
        f"--port={PORT}",
        f"--tensor-parallel-size={count}",
        f"--max-model-len={model.context}",
        "--gpu-memory-utilization=0.9",
        *(["--runner=pooling"] if embeds else []),
        *(
            ["--enable-auto-tool-choice", f"--tool-call-parser={model.tools}"]
            if model.tools
            else []
        ),
    ]
    environment = [
        from_secret("VLLM_API_KEY", made.name, KEY),
        value("HOME", "/cache"),
        value("XDG_CACHE_HOME", "/cache"),
        value("VLLM_CACHE_ROOT", "/cache/vllm"),
        value("TRITON_CACHE_DIR", "/cache/triton"),
        value("TORCHINDUCTOR_CACHE_DIR", "/cache/inductor"),
        value("HF_HOME", "/cache/huggingface"),
        value("HF_HUB_OFFLINE", "1"),
        value("VLLM_NO_USAGE_STATS", "1"),
    ]
    container = Container(
        name="vllm",
        image=place.image(IMAGE),
        command=("vllm", "serve"),
        args=args,
        env=environment,
        ports={HTTP: PORT},
        resources=Resources(
            model.cpu, model.memory, "1Gi", ((profiles.gpu_resource(place.site), count),)
        ),
        mounts=(
            claimed("weights", "/weights", model.volume, read_only=True),
            # Accelerator nodes may have no disk: what is written counts against the memory limit.
            scratch("cache", "/cache", "4Gi", memory=True),
            scratch("tmp", "/tmp", "1Gi", memory=True),  # noqa: S108 - in the container
            # Ranks of one model talk through it.
            scratch("shm", "/dev/shm", "8Gi", memory=True),  # noqa: S108
        ),
        probes=Probes(get("/health"), get("/health"), start_seconds=1800),
    )
    pod = Pod([container], made.name, _USER, place.on_accelerators(), stop_seconds=60)
    objects = [
        made.account(),
        made.secret([KEY]),
        made.deployment(pod, one_at_a_time=True),
        made.service({HTTP: PORT}),
    ]
    return Component(role, "vllm", objects, {HTTP: PORT})
