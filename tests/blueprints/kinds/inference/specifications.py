"""Specifications that tests start from."""

from __future__ import annotations

from typing import Any

import yaml

from blueprints import yamlfile
from blueprints.emit.yaml import yaml_text
from blueprints.kinds.inference import BLUEPRINT
from blueprints.kinds.inference.spec import Specification

STORE = {"endpoint": "https://s3.example.org", "bucket": "models", "checksum": "when_required"}
FOLDERS = {"models": "/srv/models", "cache": "/srv/cache", "images": "/srv/images"}


def host(name: str = "desk", **changes: Any) -> dict[str, Any]:
    """A machine with four accelerators; `changes` replace whole keys."""
    return {
        "name": name,
        "registry": "registry.example.org",
        "runtimes": ["podman", "apptainer"],
        "store": STORE,
        "accelerators": {"type": "cuda", "count": 4, "memory": "80Gi", "product": "some <b>"},
        "node": {"architecture": "amd64", "processors": 32, "memory": "256Gi", "nodes": 1},
        "folders": FOLDERS,
        **changes,
    }


def cluster(name: str = "cloud", **changes: Any) -> dict[str, Any]:
    """A Kubernetes of a provider, served by vLLM's chart."""
    return {
        "name": name,
        "profile": "commercial",
        "registry": "registry.example.org",
        "runtimes": ["vllm-chart"],
        "store": STORE,
        "kubernetes": {"namespace": "serving", "storage_class": "fast", "ingress": "none"},
        **changes,
    }


def image(number: int = 1, **changes: Any) -> dict[str, Any]:
    """An engine for CUDA on amd64."""
    return {
        "version": "0.11.0",
        "accelerator": "cuda",
        "architecture": "amd64",
        "path": "vllm/vllm-openai",
        "upstream": "docker.io/vllm/vllm-openai:v0.11.0",
        "digest": f"sha256:{number:064x}",
        **changes,
    }


def model(name: str = "apertus", **changes: Any) -> dict[str, Any]:
    """A model on one accelerator of the machine."""
    return {
        "name": name,
        "source": {
            "repository": "swiss-ai/Apertus-8B-Instruct-2509",
            "revision": f"{1:040x}",
            "licence": "Apache-2.0",
        },
        "engine": {"version": "0.11.0"},
        "accelerators": 1,
        "context": 16384,
        "sites": ["desk"],
        **changes,
    }


def data(*models: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A whole specification, of one model where none is given; `changes` replace its keys.

    Every site is in the environment `production` unless environments are said.
    """
    sites = changes.get("sites", [host()])
    return {
        "blueprint": "inference",
        "version": 1,
        "name": "models",
        "git": {
            "type": "forgejo",
            "organisation": "inference",
            "repository": "https://git.example.org/inference/models.git",
            "credentials": "platform/git-reader",
        },
        "ci": "github",
        "argocd": {"url": "https://argocd.example.org"},
        "administrators": "admins",
        "kubernetes": ["1.33"],
        "environments": [{"name": "production", "sites": [one["name"] for one in sites]}],
        "sites": sites,
        "images": [image()],
        "models": list(models) or [model()],
        **changes,
    }


CHART = {
    "runtime": "vllm-chart",
    "repository": "registry.example.org/charts",
    "name": "chart-vllm",
    "version": "0.0.2",
}


def both(**changes: Any) -> dict[str, Any]:
    """A model on the machine and on the cluster."""
    return data(
        model(sites=["desk", "cloud"]),
        **{"sites": [host(), cluster()], "charts": [CHART], **changes},
    )


def text(said: dict[str, Any]) -> str:
    """The file."""
    return yaml_text([said]).decode()


def typed(said: dict[str, Any]) -> Specification:
    """Read and checked."""
    return yamlfile.parse(Specification, text(said), "i.yaml")


def rendered(spec: Specification) -> dict[str, str]:
    """Every file that is not prose, by its path."""
    return {file.path: file.content.decode() for file in BLUEPRINT.documents(spec)}


def objects(made: dict[str, str], path: str) -> list[dict[str, Any]]:
    """The YAML documents of one rendered file."""
    return [one for one in yaml.safe_load_all(made[path]) if one is not None]


def small() -> dict[str, Any]:
    """A model with all that can be said of one, on a machine and on a cluster."""
    said = model(
        sites=["desk", "cloud"],
        mode="online",
        served_as="chat",
        parallel={"tensor": 1, "pipeline": 1},
        options={"seed": 7, "dtype": "auto"},
        environment={"EXTRA": "any text"},
        shape={"weights": "16G", "heads": 32, "layers": 32},
        api_key="inference/apertus",
        trust_remote_code="any reason",
        start_minutes=20,
    )
    said["source"] = {**said["source"], "token": "inference/hub"}
    sites = [
        host(network={"interface": "eth0", "variables": {"NCCL_DEBUG": "WARN"}}),
        cluster(proxies={"https": "http://proxy.example.org:3128", "no_proxy": [".example.org"]}),
    ]
    environments = [{"name": "production", "sites": ["desk", "cloud"], "reviewers": "seniors"}]
    argocd = {"url": "https://argocd.example.org", "clusters": {"cloud": "provider"}}
    return both(models=[said], sites=sites, environments=environments, argocd=argocd)
