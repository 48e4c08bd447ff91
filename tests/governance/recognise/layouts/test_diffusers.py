"""Diffusers: pipelines, components, single models, LoRA weights."""

import json
from pathlib import Path

import pytest

from tests.governance.recognise.layouts.test_mistral import tensors
from tests.governance.recognise.trees import recognise_files

INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "scheduler": ["diffusers", "DDIMScheduler"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "safety_checker": [None, None],
    "requires_safety_checker": False,
}
STEM = "p/unet/diffusion_pytorch_model"
PIPE = {
    "p/model_index.json": json.dumps(INDEX).encode(),
    "p/scheduler/scheduler_config.json": b"{}",
    "p/text_encoder/config.json": b"{}",
    "p/text_encoder/model.safetensors": tensors(),
    "p/tokenizer/tokenizer_config.json": b"{}",
    "p/unet/config.json": b"{}",
    f"{STEM}-00001-of-00002.safetensors": tensors(),
    f"{STEM}-00002-of-00002.safetensors": tensors(),
    f"{STEM}.safetensors.index.json": b"{}",
}


def test_a_pipeline_is_one_model_with_all_its_components(tmp_path: Path) -> None:
    found = recognise_files(PIPE | {"p/unet/x.tmp": b""}, tmp_path)
    assert [(a["root"], a["kind"], a["parts"], a["complete"]) for a in found.artifacts] == [
        ("p/", "model", ["diffusers", "hf-model"], True)
    ]
    assert found.at("p/")["bytes_weights"] == 3 * len(tensors())


@pytest.mark.parametrize("key", [key for key in PIPE if "model_index" not in key])
def test_whatever_a_component_lacks_the_pipeline_lacks(tmp_path: Path, key: str) -> None:
    files = {name: data for name, data in PIPE.items() if name != key}
    one = recognise_files(files, tmp_path).at("p/")
    assert (one["complete"], one["missing"]) == (False, [key])


def test_a_model_by_itself_is_looked_into(tmp_path: Path) -> None:
    name = "diffusion_pytorch_model.safetensors"
    files = {f"m/{name}": tensors(), "m/config.json": b"{}"}
    assert recognise_files(files, tmp_path / "whole").at("m/")["complete"] is True
    files[f"m/{name}"] = tensors(3)
    assert recognise_files(files, tmp_path / "cut").at("m/")["missing"] == [f"m/{name}"]


def test_the_index_of_a_variant_has_the_variant_in_its_name(tmp_path: Path) -> None:
    stem = "m/diffusion_pytorch_model"
    files = {f"{stem}-00001-of-00001.fp16.safetensors": tensors(), "m/config.json": b"{}"}
    one = recognise_files(files, tmp_path).at("m/")
    assert one["missing"] == [f"{stem}.safetensors.index.fp16.json"]


def test_lora_weights_are_an_adapter_beside_saves(tmp_path: Path) -> None:
    files = {"r/pytorch_lora_weights.safetensors": tensors(), "r/notes.txt": b"1"}
    files |= {"r/checkpoint-5/pytorch_lora_weights.safetensors": tensors()}
    found = recognise_files(files, tmp_path)
    kinds = {(a["root"], a["slot"]): a["kind"] for a in found.artifacts}
    assert kinds["r/", ""] == "adapter"
    assert kinds["r/", "rest"] == "unknown"


@pytest.mark.parametrize("index", [b"", b"[]", b"\x80\x04"])
def test_an_index_that_is_none_makes_it_unknown(tmp_path: Path, index: bytes) -> None:
    one = recognise_files({"p/model_index.json": index}, tmp_path).at("p/")
    assert one["complete"] is None


def test_strange_components_do_no_harm(tmp_path: Path) -> None:
    index = json.dumps({"a": ["x"], "b": [1, 2], "../c": ["diffusers", "DDIMScheduler"]}).encode()
    one = recognise_files({"p/model_index.json": index}, tmp_path).at("p/")
    assert one["missing"] == ["p/../c/scheduler_config.json"]
