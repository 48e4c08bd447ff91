"""What is rendered passes the check, whichever way of starting a service ArgoCD delivers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from blueprints.check.finding import Level
from blueprints.check.run import Asked, check
from blueprints.engine import render, spec, stage
from blueprints.models.compare import compare
from tests.blueprints.kinds.inference.specifications import (
    CHART,
    both,
    cluster,
    host,
    image,
    model,
    text,
)

STACK = {**CHART, "runtime": "production-stack", "name": "vllm-stack", "version": "0.1.10"}
NODE = {"architecture": "arm64", "processors": 64, "memory": "400Gi", "nodes": 4}
ARM = image(
    9,
    architecture="arm64",
    version="0.16.0",
    upstream="docker.io/vllm/vllm-openai:v0.16.0",
)
GATEWAY: dict[str, Any] = {
    "namespace": "serving",
    "storage_class": "fast",
    "ingress": "gateway",
    "gateway": "public",
    "host": "models.example.org",
    "clients": ["gateway"],
}


def over_nodes(gather: str) -> dict[str, Any]:
    """Two nodes of an HPC site, with a key."""
    site = cluster(
        profile="alps",
        runtimes=["kubernetes", "production-stack"],
        scheduler={"type": "none"},
        node=NODE,
        kubernetes=GATEWAY,
    )
    large = model(
        "large",
        accelerators=8,
        engine={"version": "0.16.0"},
        sites=["cloud"],
        parallel={"tensor": 4, "pipeline": 2, "gather": gather},
        api_key="inference/large",
    )
    return both(sites=[site], models=[large], images=[ARM], charts=[CHART, STACK])


def _of(*runtimes: str, **kubernetes: Any) -> dict[str, Any]:
    where = {"namespace": "serving", "storage_class": "fast", "ingress": "none", **kubernetes}
    sites = [host(), cluster(runtimes=list(runtimes), kubernetes=where)]
    return both(sites=sites, charts=[CHART, STACK])


WAYS: dict[str, dict[str, Any]] = {
    "manifests": _of("kubernetes", "vllm-chart", "production-stack"),
    "vLLM's chart": _of("vllm-chart", "production-stack", "kubernetes"),
    "production-stack": _of("production-stack", "kubernetes", "vllm-chart"),
    "OpenShift": _of("kubernetes", openshift=True),
    "an ingress": _of(
        "kubernetes", ingress="ingress", host="m.example.org", tls_secret="tls", clients=["in"]
    ),
    "nodes by Ray": over_nodes("ray"),
    "nodes by the engine": over_nodes("engine"),
}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_to_be_mended_and_all_of_it_is_one_service(way: str, tmp_path: Path) -> None:
    made = tmp_path / "repo"
    stage.publish(render.repository(spec.parse(text(WAYS[way]).encode(), "i.yaml")), made)
    found = check(made, Asked(history=False), date(2027, 1, 1))
    assert [one for one in found.findings if one.level > Level.NOTE] == []
    compared = compare(made)
    assert compared.exit_code == 0, str(compared)
    assert len(compared.renders) >= 1
