"""Mistral's form of its models, alone and in one folder with Hugging Face's."""

import json
import struct
from pathlib import Path

from tests.governance.recognise.trees import recognise_files


def tensors(length: int = 4) -> bytes:
    header = json.dumps({"t": {"data_offsets": [0, 4]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(length)


def test_one_file_must_be_as_long_as_it_says(tmp_path: Path) -> None:
    files = {"m/consolidated.safetensors": tensors(), "m/params.json": b"{}"}
    one = recognise_files(files, tmp_path / "whole").at("m/")
    assert (one["layout"], one["complete"]) == ("mistral", True)
    assert one["bytes_weights"] == len(tensors())
    files["m/consolidated.safetensors"] = tensors(3)
    one = recognise_files(files, tmp_path / "cut").at("m/")
    assert one["missing"] == ["m/consolidated.safetensors"]


def test_shards_have_an_index_that_names_them(tmp_path: Path) -> None:
    shard = "consolidated-00001-of-00002.safetensors"
    index = "m/consolidated.safetensors.index.json"
    files = {f"m/{shard}": tensors(), "m/params.json": b"{}"}
    one = recognise_files(files, tmp_path / "none").at("m/")
    assert one["missing"] == [f"m/{shard.replace('1-', '2-', 1)}", index]
    files[index] = json.dumps({"weight_map": {"a": shard, "b": "x.safetensors"}}).encode()
    one = recognise_files(files, tmp_path / "index").at("m/")
    assert one["missing"] == [f"m/{shard.replace('1-', '2-', 1)}", "m/x.safetensors"]


def test_without_parameters_it_cannot_be_loaded(tmp_path: Path) -> None:
    one = recognise_files({"m/consolidated.safetensors": tensors()}, tmp_path).at("m/")
    assert one["missing"] == ["m/params.json"]


def test_both_forms_in_one_folder_are_one_model(tmp_path: Path) -> None:
    files = {"m/consolidated.safetensors": tensors(), "m/params.json": b"{}"}
    files |= {"m/model.safetensors": tensors(), "m/config.json": b"{}"}
    found = recognise_files(files, tmp_path)
    assert [(a["root"], a["complete"], a["parts"]) for a in found.artifacts] == [
        ("m/", True, ["hf-model", "mistral"])
    ]
