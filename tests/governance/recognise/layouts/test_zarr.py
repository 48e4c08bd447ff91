"""Zarr: the highest group or array is one artifact."""

from pathlib import Path

import pytest

from tests.governance.recognise.trees import recognise_files


@pytest.mark.parametrize("mark", [".zgroup", ".zmetadata", "zarr.json"])
def test_the_highest_group_takes_all_below(tmp_path: Path, mark: str) -> None:
    keys = [f"z/{mark}", "z/a/.zarray", "z/a/0.0", "z/b/c/0/1", "z/x.tmp"]
    found = recognise_files({key: b"1" for key in keys}, tmp_path)
    assert [(a["root"], a["kind"], a["rows"], a["parts"]) for a in found.artifacts] == [
        ("z/", "dataset", 5, ["zarr"])
    ]
    assert found.at("z/")["complete"] is None


def test_a_folder_that_is_called_zarr_needs_no_mark(tmp_path: Path) -> None:
    found = recognise_files({"d/x.zarr/a/.zarray": b"{}", "d/x.zarr/a/0": b"1"}, tmp_path)
    assert [a["root"] for a in found.artifacts] == ["d/x.zarr/"]


def test_arrays_of_a_checkpoint_are_a_part_of_it(tmp_path: Path) -> None:
    files = {"7/_METADATA": b"{}", "7/params.w/.zarray": b"{}", "7/params.w/0": b"1"}
    assert recognise_files(files, tmp_path).at("7/")["parts"] == ["orbax"]
