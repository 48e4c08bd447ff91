"""TensorRT-LLM: ranks of engines and checkpoints."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.governance.recognise.trees import recognise_files


def config(world: Any) -> bytes:
    return json.dumps({"pretrained_config": {"mapping": {"world_size": world}}}).encode()


def test_a_rank_that_the_config_counts_and_that_is_gone(tmp_path: Path) -> None:
    files = {"e/config.json": config(3), "e/rank0.engine": b"1", "e/rank1.engine": b"12"}
    one = recognise_files(files, tmp_path).at("e/")
    assert (one["kind"], one["layout"], one["bytes_weights"]) == ("model", "tensorrt-llm", 3)
    assert one["missing"] == ["e/rank2.engine"]


def test_all_ranks_are_complete(tmp_path: Path) -> None:
    files = {"e/config.json": config(1), "e/rank0.engine": b"1"}
    assert recognise_files(files, tmp_path).at("e/")["complete"] is True


def test_older_engines_have_the_rank_in_a_longer_name(tmp_path: Path) -> None:
    builder = {"builder_config": {"tensor_parallel": 2}}
    files = {
        "e/config.json": json.dumps(builder).encode(),
        "e/llama_float16_tp2_rank0.engine": b"1",
    }
    one = recognise_files(files, tmp_path).at("e/")
    assert one["missing"] == ["e/llama_float16_tp2_rank1.engine"]


def test_the_checkpoint_that_engines_are_built_from(tmp_path: Path) -> None:
    files = {"c/config.json": b'{"mapping": {"world_size": 1}}', "c/rank0.safetensors": b"1"}
    assert recognise_files(files, tmp_path).at("c/")["layout"] == "tensorrt-llm"


def test_without_a_config_it_is_named(tmp_path: Path) -> None:
    one = recognise_files({"e/rank0.engine": b"1", "e/rank2.engine": b""}, tmp_path).at("e/")
    assert one["missing"] == ["e/config.json", "e/rank1.engine", "e/rank2.engine"]


@pytest.mark.parametrize("text", [b"{}", b"[]", config("2"), config(10**9), config(-1)])
def test_a_config_that_counts_no_ranks_makes_it_unknown(tmp_path: Path, text: bytes) -> None:
    files = {"e/config.json": text, "e/rank0.engine": b"1"}
    assert recognise_files(files, tmp_path).at("e/")["complete"] is None


def test_other_engines_are_unknown(tmp_path: Path) -> None:
    found = recognise_files({"e/yolo.engine": b"1"}, tmp_path)
    assert {a["kind"] for a in found.artifacts} == {"unknown"}
