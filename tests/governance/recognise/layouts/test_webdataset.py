"""WebDataset: series, holes, lists of shards, tar files that are something else."""

import json
from pathlib import Path
from typing import Any

from tests.governance.recognise.trees import recognise_files


def shards(root: str, *numbers: int, width: int = 6) -> dict[str, bytes]:
    return {f"{root}{number:0{width}d}.tar": b"tar" for number in numbers}


def listed(*urls: Any, size: int = 3) -> bytes:
    rows = [{"url": url, "nsamples": 1, "filesize": size} for url in urls]
    return json.dumps({"wids_version": 1, "shardlist": rows}).encode()


def test_numbers_of_several_writers_are_no_holes(tmp_path: Path) -> None:
    one = recognise_files(shards("w/t-", 0, 1, 10000, 10001), tmp_path).at("w/t-")
    assert (one["complete"], one["missing"]) == (None, [])
    assert "one series" in one["why"]


def test_holes_of_one_series_are_named_even_from_its_start(tmp_path: Path) -> None:
    one = recognise_files(shards("w/t-", 1, 2, 4), tmp_path).at("w/t-")
    assert one["missing"] == ["w/t-000000.tar", "w/t-000003.tar"]


def test_a_set_that_says_its_size_is_complete_or_not(tmp_path: Path) -> None:
    files = {f"w/out-of-x-0000{n}-of-00002.tar": b"1" for n in range(2)}
    assert recognise_files(files, tmp_path / "whole").at("w/out-of-x-")["complete"] is True
    del files["w/out-of-x-00001-of-00002.tar"]
    one = recognise_files(files, tmp_path / "less").at("w/out-of-x-")
    assert one["missing"] == ["w/out-of-x-00001-of-00002.tar"]


def test_an_empty_shard_is_named(tmp_path: Path) -> None:
    one = recognise_files(shards("w/t-", 0) | {"w/t-000001.tar": b""}, tmp_path).at("w/t-")
    assert one["missing"] == ["w/t-000001.tar"]


def test_a_list_of_shards_says_if_all_are_there(tmp_path: Path) -> None:
    urls = ["t-000000.tar", "./t-000001.tar", "https://elsewhere/t-000002.tar"]
    files = shards("w/t-", 0, 1) | {"w/t-index.json": listed(*urls)}
    assert recognise_files(files, tmp_path / "whole").at("w/t-")["complete"] is True
    del files["w/t-000001.tar"]
    one = recognise_files(files, tmp_path / "less").at("w/t-")
    assert one["missing"] == ["w/t-000001.tar"]


def test_a_shard_of_another_size_is_not_the_listed_one(tmp_path: Path) -> None:
    files = shards("w/t-", 0) | {"w/index.json": listed("t-000000.tar", size=4)}
    assert recognise_files(files, tmp_path).at("w/t-")["missing"] == ["w/t-000000.tar"]


def test_a_list_of_something_else_is_unknown(tmp_path: Path) -> None:
    files = shards("w/t-", 0) | {"w/index.json": b'{"shardlist": [3]}'}
    assert recognise_files(files, tmp_path).at("w/t-")["complete"] is None


def test_what_img2dataset_writes_beside_its_shards_belongs_to_them(tmp_path: Path) -> None:
    files = shards("w/", 0, 1, width=5)
    files |= {f"w/0000{n}.parquet": b"P" for n in range(2)}
    files |= {f"w/0000{n}_stats.json": b"{}" for n in range(2)}
    found = recognise_files(files, tmp_path)
    assert [(a["root"], a["layout"], a["rows"]) for a in found.artifacts] == [
        ("w/", "webdataset", 6)
    ]


def test_dates_and_plain_archives_are_no_series(tmp_path: Path) -> None:
    found = recognise_files({"b/backup-20240101.tar": b"1", "b/code.tar.gz": b"1"}, tmp_path)
    assert {a["kind"] for a in found.artifacts} == {"unknown"}


def test_a_hostile_number_does_no_harm(tmp_path: Path) -> None:
    found = recognise_files({f"w/t-0{'9' * 90}.tar": b"1"}, tmp_path)
    assert [a["complete"] for a in found.artifacts] == [None]
