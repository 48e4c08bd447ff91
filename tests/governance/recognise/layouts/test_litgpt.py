"""LitGPT: whole models, parts of models, folders of shards."""

from pathlib import Path

from tests.blueprints.formats.saved_by_torch import dcp_metadata, tensors, torch_file
from tests.governance.recognise.trees import recognise_files, recognise_rows, row

STATE = {
    "model": tensors("m", w=10),
    "optimizer": {"state": tensors("o", exp_avg=20)},
    "iter_num": 3,
}


def test_a_step_holds_the_whole_state(tmp_path: Path) -> None:
    files = {"o/step-000100/lit_model.pth": torch_file(STATE)}
    files["o/step-000100/model_config.yaml"] = b"name: x"
    found = recognise_files(files, tmp_path).at("o/step-000100/")
    assert (found["kind"], found["layout"], found["step"]) == ("checkpoint", "litgpt", 100)
    assert (found["complete"], found["bytes_weights"], found["bytes_optimizer"]) == (True, 40, 80)


def test_a_file_cut_short_and_a_config_that_is_missing_are_named(tmp_path: Path) -> None:
    files = {"o/final/lit_model.pth": torch_file(STATE)[:-5]}
    found = recognise_files(files, tmp_path).at("o/final/")
    assert found["missing"] == ["o/final/lit_model.pth", "o/final/model_config.yaml"]


def test_lora_weights_are_weights(tmp_path: Path) -> None:
    keys = ["o/final/lit_model.pth.lora", "o/final/model_config.yaml"]
    found = recognise_rows([row(key, 5) for key in keys], tmp_path).at("o/final/")
    assert (found["layout"], found["bytes_weights"]) == ("litgpt", 5)


def test_a_folder_of_shards_is_a_part_of_it(tmp_path: Path) -> None:
    save = "o/step-000100/"
    files = {save + "lit_model.pth/.metadata": dcp_metadata([("model.w", "__0_0.distcp", 0, 7)])}
    files |= {save + "lit_model.pth/__0_0.distcp": bytes(7), save + "lit_model.pth/meta.pt": b"1"}
    files |= {save + "model_config.yaml": b"name: x"}
    found = recognise_files(files, tmp_path).at(save)
    assert (found["layout"], found["complete"], found["bytes_weights"]) == ("litgpt", True, 7)
    assert found["parts"] == ["lightning", "litgpt", "torch-dcp"]


def test_a_downloaded_model_is_a_model_with_all_its_files(tmp_path: Path) -> None:
    names = ["lit_model.pth", "model_config.yaml", "config.json", "tokenizer.json"]
    found = recognise_rows([row(f"c/org/name/{name}", 5) for name in names], tmp_path)
    assert [one["root"] for one in found.artifacts] == ["c/org/name/"]
    assert found.at("c/org/name/")["kind"] == "model"
