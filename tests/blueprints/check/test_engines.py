"""Commands that start a model server, wherever they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from blueprints.check.engines import Engine, Unread, engines, folders, version_of
from blueprints.kinds.inference.spec import Specification
from tests.blueprints.check.places import repository
from tests.blueprints.kinds.inference.specifications import both, rendered, text, typed

HEX = "7d1a54127b222502f5b79b5fb0803061152a44f92b37e23c6527baf665d4da9a"


def files_of(said: dict[str, Any]) -> dict[str, str | bytes]:
    """What a specification renders to, as a repository for the check."""
    spec: Specification = typed(said)
    return {"spec.yaml": text(said), **rendered(spec)}


def pod(command: list[str], image: str = "r.example.org/team/engine:v0.12.0", **more: Any) -> str:
    container = {"name": "c", "image": image, "command": command, **more}
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "p"},
            "spec": {"containers": [container]},
        }
    )


def only(folder: Path, files: dict[str, str | bytes]) -> Engine:
    (found,) = engines(repository(folder / "repo", files))
    assert isinstance(found, Engine)
    return found


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("vllm/vllm-openai:v0.9.1", "0.9.1"),
        ("vllm/vllm-openai:v0.11.0-aarch64", "0.11.0"),
        ("rocm/vllm:rocm6.4.1_vllm_0.9.1_20250702", "0.9.1"),
        (f"r.example.org/team/engine@sha256:{HEX}", "0.16.0"),
        (f"r.example.org/team/engine:v1.2.3@sha256:{HEX}", "0.16.0"),
        ("r.example.org/team/engine:latest", None),
        ("r.example.org/team/engine", None),
    ],
)
def test_the_version_is_that_of_the_image(image: str, version: str | None) -> None:
    assert version_of(image, {f"sha256:{HEX}": "0.16.0"}) == version


def test_a_pod_says_its_flags_variables_and_accelerators_with_their_lines(tmp_path: Path) -> None:
    command = ["vllm", "serve", "/m", "-tp", "4", "--max_model_len=1", "--x.y=2"]
    said = pod(
        command,
        env=[{"name": "VLLM_X", "value": "1"}],
        resources={"limits": {"nvidia.com/gpu": "4", "cpu": "2"}},
    )
    one = only(tmp_path, {"a.yaml": said})
    assert [(each.name, each.value) for each in one.options] == [
        ("tensor-parallel-size", "4"),
        ("max-model-len", "1"),
        ("x", "2"),
    ]
    lines = said.split("\n")
    assert "max_model_len" in lines[one.options[1].place.line - 1]
    assert "VLLM_X" in lines[one.variables["VLLM_X"].line - 1]
    assert (one.version, one.devices, one.nodes) == ("0.12.0", 4, 1)
    assert one.number("tensor-parallel-size") == 4
    assert one.number("pipeline-parallel-size") == 1


@pytest.mark.parametrize(
    ("command", "image"),
    [
        (["python3", "-m", "vllm.entrypoints.openai.api_server", "--seed=1"], "a.b/c:v0.12.0"),
        (["/usr/bin/vllm", "serve", "m", "--seed=1"], "a.b/c:v0.12.0"),
        (["bash", "/run.sh", "head", "vllm", "serve", "m", "--seed=1"], "a.b/c:v0.12.0"),
        (["--model=m", "--seed=1"], "docker.io/vllm/vllm-openai:v0.12.0"),
    ],
)
def test_a_server_is_known_by_its_command(command: list[str], image: str, tmp_path: Path) -> None:
    assert only(tmp_path, {"a.yaml": pod(command, image)}).has("seed")


@pytest.mark.parametrize("command", [["serve", "--x"], ["caddy", "serve"], ["vllm", "bench"], []])
def test_another_program_is_none(command: list[str], tmp_path: Path) -> None:
    assert engines(repository(tmp_path / "repo", {"a.yaml": pod(command)})) == ()


def test_what_is_rendered_is_read_as_its_runtime_would_run_it(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", files_of(both()))
    assert list(folders(repo)) == [
        "models/apertus/cloud/vllm-chart",
        "models/apertus/desk/apptainer",
        "models/apertus/desk/podman",
    ]
    found = engines(repo)
    assert all(isinstance(one, Engine) for one in found)
    for one in found:
        assert isinstance(one, Engine)
        assert (one.version, one.devices, one.nodes) == ("0.11.0", 1, 1)
        assert one.has("served-model-name")
        assert "HF_HUB_OFFLINE" in one.variables
        (flag,) = (each for each in one.options if each.name == "max-model-len")
        assert flag.place.file.startswith(one.who)
        line = repo.text(flag.place.file).split("\n")[flag.place.line - 1]
        assert "--max-model-len" in line


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    files = files_of(both())
    files["models/apertus/desk/podman/serve.sh"] = "echo 'never"
    found = engines(repository(tmp_path / "repo", files))
    (unread,) = (one for one in found if isinstance(one, Unread))
    assert unread.folder == "models/apertus/desk/podman"
    assert "serve.sh" in unread.why


def test_nodes_of_a_group_count_and_those_of_ray_are_not_known(tmp_path: Path) -> None:
    inner = yaml.safe_load(pod(["vllm", "serve", "m"]))["spec"]
    group = {
        "apiVersion": "leaderworkerset.x-k8s.io/v1",
        "kind": "LeaderWorkerSet",
        "metadata": {"name": "g"},
        "spec": {"leaderWorkerTemplate": {"size": 2, "workerTemplate": {"spec": inner}}},
    }
    assert only(tmp_path, {"a.yaml": yaml.safe_dump(group)}).nodes == 2
    ray = {
        "apiVersion": "ray.io/v1",
        "kind": "RayCluster",
        "metadata": {"name": "r"},
        "spec": {"headGroupSpec": {"template": {"spec": inner}}},
    }
    assert only(tmp_path / "other", {"a.yaml": yaml.safe_dump(ray)}).nodes is None
