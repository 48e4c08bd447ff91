"""Hugging Face models: sets, indexes that lie, headers that are cut, long or hostile."""

import json
import struct
from collections.abc import Mapping
from pathlib import Path

import pytest

from blueprints.formats.safetensors import FIRST_READ
from tests.blueprints.formats.saved_by_torch import tensors, torch_file
from tests.governance.recognise.trees import recognise_files, recognise_rows, row


def safetensors(size: int = 8, padding: int = 0) -> bytes:
    header: Mapping[str, object] = {
        "__metadata__": {"pad": "x" * padding},
        "a": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]},
    }
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(size)


def test_one_file_is_whole_when_its_header_says_so(tmp_path: Path) -> None:
    files = {"a/model.safetensors": safetensors(), "b/model.safetensors": safetensors()[:-1]}
    files |= {"c/model.safetensors": safetensors() + b"x", "d/model.safetensors": b"\x01\0"}
    found = recognise_files(files, tmp_path)
    assert found.at("a/")["complete"] is True
    for root in ("b/", "c/", "d/"):
        assert found.at(root)["missing"] == [root + "model.safetensors"]


def test_a_long_header_takes_a_second_read(tmp_path: Path) -> None:
    long = safetensors(padding=FIRST_READ)
    files = {"a/model.safetensors": long, "b/model.safetensors": long[:-1]}
    files |= {"c/model.safetensors": long[: FIRST_READ + 10]}
    found = recognise_files(files, tmp_path)
    assert [found.at(root)["complete"] for root in ("a/", "b/", "c/")] == [True, False, False]


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 2) + b"[]" + bytes(20),
        struct.pack("<Q", 20) + b'{"a":{"dtype":"U8"} ' + bytes(9),
        struct.pack("<Q", 8) + b"[" * 8 + bytes(20),
    ],
)
def test_a_hostile_header_makes_it_unsure(data: bytes, tmp_path: Path) -> None:
    found = recognise_files({"a/model.safetensors": data}, tmp_path).at("a/")
    assert found["complete"] is None
    assert found["why"].startswith("a/model.safetensors: ")


def test_a_torch_file_is_whole_when_it_ends_whole(tmp_path: Path) -> None:
    data = torch_file(tensors("", a=4))
    files = {"a/pytorch_model.bin": data, "b/pytorch_model.bin": data[:-1]}
    files |= {"c/pytorch_model.bin": b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."}
    found = recognise_files(files, tmp_path)
    assert [found.at(root)["complete"] for root in ("a/", "b/", "c/")] == [True, False, None]


def test_a_set_names_its_gaps_and_its_index(tmp_path: Path) -> None:
    keys = ["a/model-00001-of-00003.safetensors", "a/model-00003-of-00003.safetensors"]
    found = recognise_rows([row(key, 5) for key in keys], tmp_path).at("a/")
    assert found["missing"] == [
        "a/model-00002-of-00003.safetensors",
        "a/model.safetensors.index.json",
    ]


def test_an_index_names_files_wherever_they_should_be(tmp_path: Path) -> None:
    index = {"weight_map": {"w": "../../etc/passwd", "v": "model-00001-of-00001.safetensors"}}
    files = {"a/model.safetensors.index.json": json.dumps(index).encode()}
    files["a/model-00001-of-00001.safetensors"] = b"12"
    found = recognise_files(files, tmp_path).at("a/")
    assert found["missing"] == ["a/../../etc/passwd"]


def test_an_empty_shard_is_as_bad_as_none(tmp_path: Path) -> None:
    index = {"weight_map": {"v": "model-00001-of-00001.safetensors"}}
    files = {"a/model.safetensors.index.json": json.dumps(index).encode()}
    files["a/model-00001-of-00001.safetensors"] = b""
    found = recognise_files(files, tmp_path).at("a/")
    assert (found["complete"], found["missing"]) == (
        False,
        ["a/model-00001-of-00001.safetensors"],
    )


def test_two_formats_of_one_model_each_have_their_set(tmp_path: Path) -> None:
    keys = ["a/pytorch_model-00001-of-00002.bin", "a/model-00002-of-00002.safetensors"]
    found = recognise_rows([row(key, 5) for key in keys], tmp_path).at("a/")
    assert found["missing"] == [
        "a/model-00001-of-00002.safetensors",
        "a/model.safetensors.index.json",
        "a/pytorch_model-00002-of-00002.bin",
        "a/pytorch_model.bin.index.json",
    ]


def test_weights_in_a_format_that_cannot_be_measured_are_unsure(tmp_path: Path) -> None:
    found = recognise_rows([row("a/flax_model.msgpack", 5)], tmp_path).at("a/")
    assert (found["complete"], found["bytes_weights"]) == (None, 5)
