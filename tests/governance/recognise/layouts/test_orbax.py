"""Orbax: what the fixtures of the real library do not show."""

from pathlib import Path

import pytest

from tests.governance.recognise.trees import recognise_files

HASH = "0" * 31 + "1"


def test_a_prefix_and_leading_zeros_are_no_part_of_the_step(tmp_path: Path) -> None:
    found = recognise_files({"r/ckpt_000200/_CHECKPOINT_METADATA": b"{}"}, tmp_path)
    assert found.at("r/ckpt_000200/")["step"] == 200
    assert found.at("r/ckpt_000200/")["run"] == "r/"


def test_a_save_that_is_no_step_is_a_checkpoint_without_one(tmp_path: Path) -> None:
    files = {"final/_METADATA": b"{}", "final/params.w/.zarray": b"{}", "final/params.w/0.0": b"1"}
    one = recognise_files(files, tmp_path).at("final/")
    assert (one["kind"], one["step"], one["parts"]) == ("checkpoint", None, ["orbax"])
    assert one["bytes_weights"] == 3


def test_a_folder_a_parameter_says_which_it_is(tmp_path: Path) -> None:
    root = "r/7/state/"
    files = {
        "r/7/_CHECKPOINT_METADATA": b"{}",
        f"{root}_METADATA": b"{}",
        f"{root}params.w/0.0": b"1",
        f"{root}opt_state.0.mu.params.w/0.0": b"22",
        f"{root}step/0": b"333",
    }
    one = recognise_files(files, tmp_path).at("r/7/")
    assert (one["bytes_weights"], one["bytes_optimizer"]) == (1, 2)
    assert one["complete"] is True


def test_saves_before_there_was_metadata_are_known_by_their_items(tmp_path: Path) -> None:
    files = {"r/7/default/checkpoint": b"x", "r/7/default/manifest.ocdbt": b"x"}
    one = recognise_files(files, tmp_path).at("r/7/")
    assert (one["layout"], one["complete"]) == ("orbax", None)
    assert "manifest.ocdbt" in one["why"]


@pytest.mark.parametrize("name", ["7.orbax-checkpoint-tmp", "7.orbax-checkpoint-tmp-1700000000"])
def test_a_temporary_save_is_partial(tmp_path: Path, name: str) -> None:
    found = recognise_files({f"r/{name}/default/{HASH}": b"x", "r/x.txt": b""}, tmp_path)
    one = found.at(f"r/{name}/")
    assert (one["complete"], one["step"]) == (False, 7)
    assert one["missing"] == [f"r/{name}/commit_success.txt"]


def test_a_marker_that_one_item_lacks_is_named(tmp_path: Path) -> None:
    marks = {f"r/7/{item}commit_success.txt": b"x" for item in ("", "a/", "b/")}
    files = marks | {"r/7/_CHECKPOINT_METADATA": b"{}", "r/7/b/metadata": b"{}"}
    assert recognise_files(files, tmp_path / "whole").at("r/7/")["complete"] is True
    del files["r/7/b/commit_success.txt"]
    one = recognise_files(files, tmp_path / "less").at("r/7/")
    assert one["missing"] == ["r/7/b/commit_success.txt"]


def test_what_merely_has_a_number_for_a_name_is_no_save(tmp_path: Path) -> None:
    found = recognise_files({"r/7/a.txt": b"1", "r/8/default/b.txt": b"1"}, tmp_path)
    assert {one["kind"] for one in found.artifacts} == {"unknown"}
