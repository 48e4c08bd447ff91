"""Who owns which file when several layouts want it."""

from pathlib import Path

from tests.governance.recognise.trees import recognise_rows, row


def test_parts_of_one_save_are_one_artifact_named_by_the_outermost_layout(tmp_path: Path) -> None:
    save = "a/checkpoint-5/"
    names = ["trainer_state.json", "adapter_config.json", "adapter_model.safetensors"]
    found = recognise_rows([row(save + name, 3) for name in names], tmp_path)
    assert [one["root"] for one in found.artifacts] == [save]
    assert found.at(save)["layout"] == "hf-trainer"
    assert set(found.at(save)["parts"]) == {"hf-trainer", "peft"}


def test_a_final_model_beside_saves_takes_only_its_own_files(tmp_path: Path) -> None:
    keys = ["a/config.json", "a/model.safetensors", "a/training_args.bin", "a/odd.xyz"]
    keys += ["a/checkpoint-5/trainer_state.json", "a/runs/events.out.tfevents.1"]
    found = recognise_rows([row(key, 3) for key in keys], tmp_path)
    assert found.at("a/")["kind"] == "model"
    assert found.at("a/")["rows"] == 2
    assert found.at("a/", "run")["rows"] == 2
    assert found.at("a/", "rest")["rows"] == 1
    assert {one["run"] for one in found.artifacts} == {"a/"}


def test_saves_in_a_checkpoints_folder_belong_to_the_run_around_it(tmp_path: Path) -> None:
    keys = ["a/checkpoints/checkpoint-5/trainer_state.json", "a/train.log"]
    found = recognise_rows([row(key, 3) for key in keys], tmp_path)
    assert found.at("a/checkpoints/checkpoint-5/")["run"] == "a/"
    assert found.at("a/", "run")["kind"] == "run"


def test_a_file_of_an_unknown_name_beside_saves_stays_unknown(tmp_path: Path) -> None:
    keys = ["a/checkpoint-5/trainer_state.json", "a/thesis.docx"]
    found = recognise_rows([row(key, 3) for key in keys], tmp_path)
    assert found.at("a/", "rest")["kind"] == "unknown"


def test_folders_a_thousand_deep_are_no_problem(tmp_path: Path) -> None:
    found = recognise_rows([row("d/" * 500 + "x.txt", 1), row("y.txt", 1)], tmp_path)
    assert found.at("d/", "rest")["rows"] == 1
