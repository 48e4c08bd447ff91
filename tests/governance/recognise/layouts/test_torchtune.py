"""torchtune: epochs with models, adapters or both, and the state that all of them share."""

import json
from pathlib import Path

from tests.governance.recognise.trees import recognise_files, recognise_rows, row

INDEX = {"weight_map": {"a": "model-00001-of-00002.safetensors"}}


def test_an_epoch_is_a_save_of_its_run(tmp_path: Path) -> None:
    files = {"o/epoch_0/model.safetensors.index.json": json.dumps(INDEX).encode()}
    files |= {f"o/epoch_0/model-0000{n}-of-00002.safetensors": b"12" for n in (1, 2)}
    files |= {"o/epoch_0/adapter_model.pt": b"3", "o/recipe_state/recipe_state.pt": b"4"}
    found = recognise_files(files, tmp_path)
    one = found.at("o/epoch_0/")
    assert (one["kind"], one["layout"], one["complete"]) == ("checkpoint", "torchtune", True)
    assert (one["bytes_weights"], one["run"], one["step"]) == (5, "o/", 0)
    assert found.at("o/", "run")["rows"] == 1


def test_a_shard_that_is_missing_is_named(tmp_path: Path) -> None:
    keys = ["o/epoch_1/model-00002-of-00002.bin", "o/epoch_1/pytorch_model.bin.index.json"]
    found = recognise_rows([row(key, 5) for key in keys], tmp_path).at("o/epoch_1/")
    assert found["missing"] == ["o/epoch_1/model-00001-of-00002.bin"]


def test_a_step_folder_has_its_step(tmp_path: Path) -> None:
    found = recognise_rows([row("o/step_50/adapter_model.pt", 5)], tmp_path).at("o/step_50/")
    assert (found["layout"], found["step"]) == ("torchtune", 50)


def test_an_epoch_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    found = recognise_rows([row("o/epoch_0/predictions.csv", 5)], tmp_path)
    assert [one["layout"] for one in found.artifacts] == ["unknown"]
