"""Addresses outside of the institution."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprints.check.rules import mirror_escape
from tests.blueprints.check.rules.asking import told
from tests.blueprints.check.test_engines import files_of
from tests.blueprints.kinds.inference.specifications import both, model

PATH = "models/apertus/desk/podman/serve.sh"


def _told(folder: Path, line: str, path: str = PATH, mode: str = "offline") -> list[str]:
    said = both(models=[model(sites=["desk", "cloud"], mode=mode)])
    files = files_of(said)
    files[path] = f"{files.get(path, '')!s}{line}\n"
    return told(mirror_escape, folder, files)


@pytest.mark.parametrize(
    "line",
    [
        "curl https://huggingface.co/api",
        "pip install git+https://user:word@github.com/x/y",
        "skopeo copy docker://docker.io/vllm/vllm-openai:v1",
        'url="HTTPS://cdn-lfs.HF.co:443/x"',
        "curl http://198.51.100.7/x",
        "curl http://[2001:db8::1]/x",
        "curl https://s3.example.org.evil.example.net/x",
    ],
)
def test_an_address_of_somebody_else_is_found(line: str, tmp_path: Path) -> None:
    if line.startswith("url"):
        line = line.replace("HTTPS", "https")
    (found,) = _told(tmp_path, line)
    assert found.startswith(f"{PATH}:")
    assert "is not of desk, and apertus is served offline" in found


@pytest.mark.parametrize(
    "line",
    [
        "curl https://s3.example.org/models/x",
        "skopeo copy docker://registry.example.org/vllm/vllm-openai@sha256:1",
        "curl http://127.0.0.1:8000/health",
        "curl http://localhost:8000/health",
        'curl "http://$head:8000/health"',
        "curl http://apertus.serving.svc:8000",
        "curl http://compute-node:8000",
        "# see https://docs.vllm.ai",
    ],
)
def test_an_address_of_the_site_the_cluster_or_the_machine_is_not(
    line: str, tmp_path: Path
) -> None:
    assert _told(tmp_path, line) == []


def test_a_model_that_is_served_online_may_name_any(tmp_path: Path) -> None:
    assert _told(tmp_path, "curl https://huggingface.co/api", mode="online") == []


def test_pages_and_what_is_supplied_are_passed_over(tmp_path: Path) -> None:
    page = "models/apertus/desk/README.md"
    assert _told(tmp_path / "a", "https://huggingface.co", page) == []
    assert _told(tmp_path / "b", "curl https://huggingface.co", "supply/download.sh") == []


def test_of_another_repository_nothing_is_asked(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {PATH: "curl https://huggingface.co\n"}
    assert told(mirror_escape, tmp_path, files) == []
    files["spec.yaml"] = "blueprint: sandbox\n"
    assert told(mirror_escape, tmp_path / "other", files) == []
