from __future__ import annotations

import re
from typing import Any

from tce.render.cluster import paths, registries
from tests.tce.intent.specifications import ALPS, typed


def pulled(found: dict[str, Any], image: str) -> str:
    """Where containerd gets an image from: the entry of its registry, or the one for all others."""
    host, _, path = image.partition("/")
    mirror = found["mirrors"].get(host, found["mirrors"]["*"])
    for pattern, instead in mirror.get("rewrite", {}).items():
        path = re.sub(pattern, instead.replace("$1", r"\1"), path)
    (endpoint,) = mirror["endpoint"]
    return f"{endpoint.removeprefix('https://')}/{path}"


def test_every_image_comes_from_the_institutions_mirror_under_its_own_path() -> None:
    found = registries.registries(typed())
    assert pulled(found, "docker.io/rancher/rke2-runtime") == (
        "registry.hospital.example.org/tce/rancher/rke2-runtime"
    )
    assert pulled(found, "quay.io/jetstack/cert-manager-controller").startswith(
        "registry.hospital.example.org/tce/jetstack/"
    )


def test_what_is_called_by_the_mirrors_name_gets_its_path_once() -> None:
    image = "registry.hospital.example.org/tce/vllm/vllm-openai"
    assert pulled(registries.registries(typed()), image) == image


def test_a_mirror_without_a_path_changes_no_name() -> None:
    found: dict[str, Any] = registries.registries(
        typed({"registry": "registry.hospital.example.org"})
    )
    assert "rewrite" not in found["mirrors"]["*"]
    assert pulled(found, "ghcr.io/a/b") == "registry.hospital.example.org/a/b"


def test_the_mirrors_certificate_is_always_looked_at() -> None:
    own, public = registries.registries(typed()), registries.registries(typed(example=ALPS))
    assert own["configs"] == {"registry.hospital.example.org": {"tls": {"ca_file": paths.CA}}}
    assert "configs" not in public
