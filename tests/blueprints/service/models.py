"""A model, its images and a site as a specification says them, for tests that change one thing."""

import hashlib
from collections.abc import Mapping
from typing import Any

from blueprints.service.compose import UnfitError, compose
from blueprints.service.image import EngineImage
from blueprints.service.model import Model
from blueprints.service.service import Service
from blueprints.service.site import Site
from tests.blueprints.service.test_profiles import SAID

SCOUT = "meta-llama/Llama-4-Scout-17B-16E-Instruct"


def model(**said: Any) -> Model:
    """Scout as the paper serves it, but for what is said."""
    usual: Mapping[str, Any] = {
        "name": "scout",
        "source": {"repository": SCOUT, "revision": "9" * 40, "licence": "llama4"},
        "engine": {"version": "0.9.1"},
        "accelerators": 4,
        "context": 65536,
        "sites": ["here"],
    }
    return Model.model_validate({**usual, **said})


def site(profile: str = "hops", **said: Any) -> Site:
    """A platform that a profile ships for."""
    return Site.model_validate({**SAID, "profile": profile, **said})


def image(version: str = "0.9.1", **said: Any) -> EngineImage:
    """An image of the engine's makers."""
    architecture = said.get("architecture", "amd64")
    digest = hashlib.sha256(f"{version} {architecture}".encode()).hexdigest()
    usual = {
        "version": version,
        "accelerator": "cuda",
        "architecture": architecture,
        "path": "vllm/vllm-openai",
        "digest": f"sha256:{digest}",
        "upstream": f"docker.io/vllm/vllm-openai:v{version}",
    }
    return EngineImage.model_validate({**usual, **said})


def images(*versions: str) -> list[EngineImage]:
    """Images of versions for all classes and architectures that a profile has."""
    return [
        one
        for version in versions
        for one in (
            image(version),
            image(version, architecture="arm64"),
            image(
                version,
                accelerator="rocm",
                path="rocm/vllm",
                upstream=f"docker.io/rocm/vllm:rocm6.4.1_vllm_{version}_20250702",
            ),
        )
    ]


def composed(profile: str = "hops", at: Mapping[str, Any] | None = None, **said: Any) -> Service:
    """The service of :func:`model` at :func:`site`."""
    asked = model(**said)
    return compose(asked, site(profile, **(at or {})), images(asked.engine.version))


def problems(
    profile: str = "hops", at: Mapping[str, Any] | None = None, **said: Any
) -> list[tuple[str, str]]:
    """What speaks against it: each place, dots between its parts, and what is said."""
    try:
        composed(profile, at, **said)
    except UnfitError as error:
        return [(".".join(map(str, place)), text) for place, text in error.problems]
    return []
