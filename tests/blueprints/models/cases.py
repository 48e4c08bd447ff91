"""Services and sites for which every runtime writes something, of texts that are easy to find."""

import dataclasses
from typing import Any

from blueprints.runtimes import registry
from blueprints.runtimes.runtime import Runtime
from blueprints.service.service import CACHE, MODELS, Gather, Image, Mount, Probe, Service
from blueprints.service.site import Site
from tests.blueprints.service.services import hexadecimal

SERVICE = Service(
    name="mutable",
    image=Image(
        "registry.example.org/engines/vllm-openai", f"sha256:{hexadecimal('mutable')}", "arm64"
    ),
    command=(
        *("vllm", "serve", f"{MODELS}/example-org/Mutable-8B"),
        "--served-model-name=example-org/Mutable-8B",
        "--host=0.0.0.0",
        "--port=8137",
        "--tensor-parallel-size=7",
        "--max-model-len=65531",
        '--override-generation-config={"attn_temperature_tuning": true, "said": "it\'s $(id)"}',
        "--middleware",
        "una palabra",
        "terza",
    ),
    port=8137,
    accelerator="cuda",
    devices=7,
    mounts=(
        Mount(MODELS, "/pool/weights", "weights", read_only=True),
        Mount(CACHE, "/pool/written/mutable", "mutable-written"),
    ),
    probe=Probe("/health", 1859, 11),
    environment={
        "HF_HOME": f"{CACHE}/huggingface",
        "HF_HUB_OFFLINE": "1",
        "HOME": CACHE,
        "NCCL_SOCKET_IFNAME": "=hsn7",
        "X_SAID": "a \"b\" $(HOME) 'c'",
    },
    secrets={"VLLM_API_KEY": "inference/mutable"},
    shared_memory=33 << 30,
    processors=61,
    memory=253 << 30,
    nodes=1,
)
"""On one node."""


def over(gather: Gather) -> Service:
    """The service over several nodes, its words in the order of compose."""
    cut = SERVICE.command.index("--max-model-len=65531")
    between = [
        "--pipeline-parallel-size=13",
        f"--distributed-executor-backend={'ray' if gather == 'ray' else 'mp'}",
    ]
    command = (*SERVICE.command[:cut], *between, *SERVICE.command[cut:])
    return dataclasses.replace(
        SERVICE, command=command, nodes=13, gather=gather, gather_seconds=911, interface="hsn7"
    )


def site(**scheduler: Any) -> Site:
    """It has what any runtime asks for."""
    return Site.model_validate(
        {
            "name": "centre",
            "registry": "registry.example.org",
            "runtimes": ["podman"],
            "store": {
                "endpoint": "https://s3.example.org",
                "bucket": "models",
                "checksum": "when_required",
            },
            "accelerators": {"type": "cuda", "count": 8, "memory": "80Gi", "product": "H100"},
            "node": {"architecture": "arm64", "processors": 64, "memory": "512Gi", "nodes": 20},
            "folders": {"models": "/pool/weights", "cache": "/pool/written", "images": "/pool/i"},
            "network": {"interface": "hsn7"},
            "scheduler": {"type": "slurm", "partition": "big", "account": "me", **scheduler},
            "kubernetes": {
                "namespace": "serving",
                "storage_class": "shared",
                "ingress": "ingress",
                "host": "models.example.org",
                "tls_secret": "models-tls",
            },
        }
    )


_RESOURCES = {"cuda": "nvidia.com/gpu", "rocm": "amd.com/gpu", "oneapi": "gpu.intel.com/i915"}


def at(service: Service, site: Site) -> Site:
    """The site with accelerators of the service's class, as Kubernetes counts them."""
    kind = service.accelerator
    changes = {"type": kind, "resource": _RESOURCES[kind]}
    return site.model_copy(update={"accelerators": site.accelerators.model_copy(update=changes)})


def starts(runtime: Runtime, service: Service) -> bool:
    """Whether a runtime can start a service."""
    return not any(True for _ in runtime.unfit(service))


def runtimes() -> list[Runtime]:
    """All of them."""
    return [registry.runtime(name) for name in registry.NAMES]
