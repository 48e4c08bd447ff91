"""Sizes of a cut, and accelerators."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprints.check.rules import engine_devices
from tests.blueprints.check.rules.asking import told
from tests.blueprints.check.test_engines import files_of, pod
from tests.blueprints.kinds.inference.specifications import both


def _told(folder: Path, gpus: int, *words: str) -> list[str]:
    limits = {"limits": {"nvidia.com/gpu": str(gpus)}}
    return told(
        engine_devices, folder, {"a.yaml": pod(["vllm", "serve", "m", *words], resources=limits)}
    )


@pytest.mark.parametrize(
    ("gpus", "words", "said"),
    [
        (4, ("--tensor-parallel-size=4",), None),
        (4, ("-tp", "2", "-pp", "2"), None),
        (4, ("--data-parallel-size=2", "--tensor_parallel_size=2"), None),
        (4, ("--data-parallel-size=8", "--data-parallel-size-local=1"), None),
        (4, ("--tensor-parallel-size=4", "--nnodes=2", "--pipeline-parallel-size=2"), None),
        (4, ("--tensor-parallel-size=2",), "cut into 2 parts (tensor 2), and gets 4 on one node"),
        (2, (), "is cut into 1 parts (one), and gets 2 on one node"),
        (
            4,
            ("-tp", "4", "-pp", "3", "--nnodes=2"),
            "12 parts (tensor 4 x pipeline 3), and gets 4 on each of 2 nodes",
        ),
    ],
)
def test_parts_are_accelerators(
    gpus: int, words: tuple[str, ...], said: str | None, tmp_path: Path
) -> None:
    found = _told(tmp_path, gpus, *words)
    assert len(found) == (said is not None)
    assert said is None or said in found[0]


def test_a_container_that_asks_for_none_is_not_judged(tmp_path: Path) -> None:
    files = {"a.yaml": pod(["vllm", "serve", "m", "-tp", "8"])}
    assert told(engine_devices, tmp_path, files) == []


def test_an_edit_of_what_was_rendered_is_found(tmp_path: Path) -> None:
    files = files_of(both())
    assert told(engine_devices, tmp_path, files) == []
    for path in ("desk/podman/serve.sh", "cloud/vllm-chart/values.yaml"):
        edited = dict(files)
        text = str(files[f"models/apertus/{path}"])
        edited[f"models/apertus/{path}"] = text.replace("parallel-size=1", "parallel-size=2")
        (found,) = told(engine_devices, tmp_path / path.replace("/", "-"), edited)
        assert "is cut into 2 parts (tensor 2), and gets 1 on one node" in found
