"""A service that exercises what command lines of containers get wrong, and its site."""

import dataclasses
import socket
from pathlib import Path
from typing import Any

from blueprints.service.service import Image, Mount, Probe, Service
from blueprints.service.site import Site
from tests.blueprints.service.services import hexadecimal

DIGEST = f"sha256:{hexadecimal('vllm-openai 0.11.0 amd64')}"
OVERRIDE = '{"attn_temperature_tuning": true}'
SERVICE = Service(
    name="scout",
    image=Image("registry.example.org/vllm/vllm-openai", DIGEST, "amd64"),
    command=(
        *("vllm", "serve", "/models/example-org/Scout"),
        "--served-model-name=Scout, it's $(HOME)",
        "--port=8000",
        f"--override-generation-config={OVERRIDE}",
        "--lora-modules",
        "a b",
        "",
        "two\nlines",
    ),
    port=8000,
    accelerator="cuda",
    devices=4,
    mounts=(
        Mount("/models", "/srv/models", "models", read_only=True),
        Mount("/cache", "/srv/cache/scout", "scout-cache"),
    ),
    probe=Probe("/health", 1800, 10),
    environment={
        "HF_HUB_OFFLINE": "1",
        "HOME": "/cache",
        "X_EMPTY": "",
        "X_HOSTILE": "a,b=\"c\" 'd' $(touch owned) `id` \\ \n$HOME",
    },
    secrets={"VLLM_API_KEY": "models/scout/api-key"},
    processors=72,
    memory=64 << 30,
)


def free_port() -> int:
    """A port at which nothing answers."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def placed(folder: Path, port: int, **changes: Any) -> Service:
    """The service with folders that can be made, at a port that is free."""
    mounts = (
        Mount("/models", str(folder / "mo:d,els"), "models", read_only=True),
        Mount("/cache", str(folder / 'ca"ch e'), "scout-cache"),
    )
    (folder / "mo:d,els").mkdir()
    made = dataclasses.replace(SERVICE, mounts=mounts, port=port, **changes)
    command = tuple(f"--port={port}" if word == "--port=8000" else word for word in made.command)
    return dataclasses.replace(made, command=command)


def site(**changes: Any) -> Site:
    """Where it runs."""
    return Site.model_validate(
        {
            "name": "hops",
            "registry": "registry.example.org",
            "runtimes": ["podman", "docker", "apptainer"],
            "store": {
                "endpoint": "https://s3.example.org",
                "bucket": "models",
                "checksum": "when_required",
            },
            "accelerators": {"type": "cuda", "count": 4, "memory": "80Gi", "product": "H100"},
            "node": {"architecture": "amd64", "processors": 72, "memory": "512Gi", "nodes": 4},
            "folders": {"models": "/srv/models", "cache": "/srv/cache", "images": "/srv/images"},
            **changes,
        }
    )


HOPS = site()
