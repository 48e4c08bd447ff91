"""Hugging Face datasets: what the fixtures of the real library do not show."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.governance.recognise.trees import recognise_files


def saved(root: str, shards: int = 2) -> dict[str, bytes]:
    names = [f"data-{n:05d}-of-{shards:05d}.arrow" for n in range(shards)]
    state = {"_data_files": [{"filename": name} for name in names]}
    files = {name: b"ARROW1" for name in names} | {"dataset_info.json": b"{}"}
    files["state.json"] = json.dumps(state).encode()
    return {root + name: data for name, data in files.items()}


def prepared(root: str, **info: Any) -> dict[str, bytes]:
    return {f"{root}dataset_info.json": json.dumps({"dataset_name": "c4"} | info).encode()}


def test_an_empty_shard_is_named(tmp_path: Path) -> None:
    files = saved("d/") | {"d/data-00001-of-00002.arrow": b""}
    one = recognise_files(files, tmp_path).at("d/")
    assert one["missing"] == ["d/data-00001-of-00002.arrow"]


def test_an_interrupted_save_lacks_its_index(tmp_path: Path) -> None:
    one = recognise_files({"d/data-00000-of-00001.arrow": b"A"}, tmp_path).at("d/")
    assert (one["layout"], one["complete"]) == ("hf-datasets", False)
    assert one["missing"] == ["d/dataset_info.json", "d/state.json"]


def test_a_split_that_the_dictionary_names_and_that_is_gone(tmp_path: Path) -> None:
    files = saved("d/train/") | {"d/dataset_dict.json": b'{"splits": ["train", "test"]}'}
    one = recognise_files(files, tmp_path).at("d/")
    assert one["missing"] == ["d/test/dataset_info.json", "d/test/state.json"]
    assert one["parts"] == ["hf-datasets"]


def test_a_model_beside_the_splits_is_not_swallowed(tmp_path: Path) -> None:
    files = saved("d/train/") | {"d/dataset_dict.json": b'{"splits": ["train"]}'}
    files |= {"d/tokenizer/model.safetensors": b"1", "d/tokenizer/config.json": b"{}"}
    found = recognise_files(files, tmp_path)
    assert {a["root"]: a["kind"] for a in found.artifacts} == {
        "d/": "dataset",
        "d/train/": "dataset",
        "d/tokenizer/": "model",
    }


@pytest.mark.parametrize("state", [b"", b"[]", b'{"_data_files": 3}', b'{"_data_files": [3]}'])
def test_an_index_that_is_none_never_makes_it_partial(tmp_path: Path, state: bytes) -> None:
    one = recognise_files(saved("d/") | {"d/state.json": state}, tmp_path).at("d/")
    assert one["complete"] is (True if b"[3]" in state else None)


def test_a_cache_says_how_many_shards_a_split_has(tmp_path: Path) -> None:
    splits = {"train": {"shard_lengths": [5, 5]}, "test": {"num_examples": 3}}
    files = prepared("c/", splits=splits)
    files |= {f"c/c4-train-0000{n}-of-00002.arrow": b"A" for n in range(2)}
    files |= {"c/c4-test.arrow": b"A", "c/cache-25d20b85d3818b1d.arrow": b"A"}
    assert recognise_files(files, tmp_path / "whole").at("c/")["complete"] is True
    del files["c/c4-test.arrow"]
    assert recognise_files(files, tmp_path / "a").at("c/")["missing"] == ["c/c4-test.arrow"]


def test_a_cache_in_the_making_is_partial(tmp_path: Path) -> None:
    one = recognise_files({"c/abc.incomplete/c4-train.arrow": b"A"}, tmp_path)
    found = one.at("c/abc.incomplete/")
    assert (found["layout"], found["complete"]) == ("hf-datasets", False)


def test_a_cache_that_does_not_say_what_there_should_be_is_unknown(tmp_path: Path) -> None:
    files = {"c/dataset_info.json": b"{}", "c/c4-train.arrow": b"A"}
    assert recognise_files(files, tmp_path).at("c/")["complete"] is None


def test_a_card_beside_other_folders_takes_only_itself_and_data(tmp_path: Path) -> None:
    files = {"p/README.md": b"# x", "p/src/main.py": b"1"}
    files |= {"p/data/train-00000-of-00001.parquet": b"PAR1"}
    found = recognise_files(files, tmp_path)
    assert {a["root"]: (a["kind"], a["rows"]) for a in found.artifacts} == {
        "p/": ("dataset", 2),
        "p/src/": ("unknown", 1),
    }


def test_a_split_that_the_card_promises_and_that_is_gone(tmp_path: Path) -> None:
    card = b"---\nconfigs:\n- data_files:\n  - {split: test, path: data/test-*}\n---\n"
    files = {"p/README.md": card, "p/data/train-00000-of-00001-0123456789abcdef.parquet": b"P"}
    one = recognise_files(files, tmp_path).at("p/")
    assert one["missing"] == ["p/data/test-*"]


@pytest.mark.parametrize(
    "card", [b"", b"---\n", b"---\n&a [*a]\n---\n", b"---\nconfigs: 3\n---\n", b"\xff---\n"]
)
def test_a_card_that_says_nothing_is_no_reason_for_doubt(tmp_path: Path, card: bytes) -> None:
    files = {"p/README.md": card or b"x", "p/data/train-00000-of-00001.parquet": b"P"}
    assert recognise_files(files, tmp_path).at("p/")["complete"] is True


def test_a_lost_shard_of_an_older_release_has_a_name_with_a_star(tmp_path: Path) -> None:
    files = {"p/README.md": b"x", "p/data/train-00001-of-00002-0123456789abcdef.parquet": b"P"}
    one = recognise_files(files, tmp_path).at("p/")
    assert one["missing"] == ["p/data/train-00000-of-00002-*.parquet"]
