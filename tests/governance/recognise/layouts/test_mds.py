"""MDS: sizes, sub-folders, merged and foreign indexes."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.governance.recognise.trees import recognise_files


def part(name: str, size: Any) -> dict[str, Any]:
    return {"basename": name, "bytes": size, "hashes": {}}


def index(*shards: dict[str, Any]) -> bytes:
    return json.dumps({"version": 2, "shards": shards}).encode()


def plain(root: str, data: bytes = b"12345") -> dict[str, bytes]:
    listed = index({"raw_data": part("shard.00000.mds", 5), "zip_data": None})
    return {f"{root}index.json": listed, f"{root}shard.00000.mds": data}


@pytest.mark.parametrize("data", [b"1234", b"123456", b""])
def test_a_shard_of_another_size_is_not_that_shard(tmp_path: Path, data: bytes) -> None:
    one = recognise_files(plain("d/", data), tmp_path).at("d/")
    assert (one["complete"], one["missing"]) == (False, ["d/shard.00000.mds"])


def test_splits_without_a_merged_index_are_data_sets_of_their_own(tmp_path: Path) -> None:
    found = recognise_files(plain("d/train/") | plain("d/val/") | {"d/notes.md": b""}, tmp_path)
    assert [(a["root"], a["kind"]) for a in found.artifacts] == [
        ("d/", "unknown"),
        ("d/train/", "dataset"),
        ("d/val/", "dataset"),
    ]


def test_a_split_below_a_data_set_is_another_one(tmp_path: Path) -> None:
    found = recognise_files(plain("d/") | plain("d/val/"), tmp_path)
    assert {a["root"]: a["rows"] for a in found.artifacts} == {"d/": 2, "d/val/": 2}


def test_a_merged_index_beside_something_else_takes_only_itself(tmp_path: Path) -> None:
    merged = index({"raw_data": part("a/b/shard.00000.mds", 5)})
    files = plain("d/a/b/") | {"d/index.json": merged, "d/m/model.safetensors": b"1"}
    found = recognise_files(files | {"d/m/config.json": b"{}"}, tmp_path)
    assert {a["root"]: (a["layout"], a["complete"]) for a in found.artifacts} == {
        "d/": ("mds", True),
        "d/a/b/": ("mds", True),
        "d/m/": ("hf-model", False),
    }


def test_other_forms_have_metadata_beside_their_shards(tmp_path: Path) -> None:
    name = "shard.00000.json"
    listed = index({"raw_data": part(name, 2), "raw_meta": part(f"{name}.meta", 3)})
    files = {"d/index.json": listed, f"d/{name}": b"{}"}
    one = recognise_files(files, tmp_path).at("d/")
    assert one["missing"] == [f"d/{name}.meta"]


@pytest.mark.parametrize(
    "listed",
    [b"", b"[]", b'{"shards": 1}', b'{"shards": [1]}', index({"raw_data": part("x", "5")})],
)
def test_an_index_that_is_none_makes_it_unknown(tmp_path: Path, listed: bytes) -> None:
    one = recognise_files(plain("d/") | {"d/index.json": listed}, tmp_path).at("d/")
    assert one["complete"] is None
    assert "d/index.json" in one["why"]


def test_an_index_of_something_else_is_unknown(tmp_path: Path) -> None:
    found = recognise_files({"site/index.json": b"{}", "site/a/x.html": b""}, tmp_path)
    assert {a["kind"] for a in found.artifacts} == {"unknown"}
