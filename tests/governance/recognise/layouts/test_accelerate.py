"""Accelerate: ranks that did not write, saves under way, a state at the top of a run."""

from pathlib import Path

from tests.governance.recognise.layouts.test_hf_model import safetensors
from tests.governance.recognise.trees import recognise_files, recognise_rows, row

SAVE = "r/checkpoints/checkpoint_3/"


def test_random_states_of_every_rank_are_expected(tmp_path: Path) -> None:
    names = ["optimizer.bin", "random_states_0.pkl", "random_states_2.pkl"]
    found = recognise_rows([row(SAVE + name, 5) for name in names], tmp_path).at(SAVE)
    assert (found["layout"], found["step"], found["run"]) == ("accelerate", 3, "r/")
    assert found["missing"] == [SAVE + "random_states_1.pkl"]


def test_before_the_random_states_the_save_was_interrupted(tmp_path: Path) -> None:
    names = ["optimizer.bin", "model.safetensors"]
    found = recognise_rows([row(SAVE + name, 5) for name in names], tmp_path).at(SAVE)
    assert found["missing"] == [SAVE + "random_states_0.pkl"]
    assert "interrupted" in found["why"]


def test_the_model_is_measured_by_its_header(tmp_path: Path) -> None:
    files = {SAVE + "random_states_0.pkl": b"1", SAVE + "model.safetensors": safetensors()}
    assert recognise_files(files, tmp_path / "a").at(SAVE)["complete"] is True
    files[SAVE + "model.safetensors"] = safetensors()[:-1]
    found = recognise_files(files, tmp_path / "b").at(SAVE)
    assert found["missing"] == [SAVE + "model.safetensors"]


def test_any_folder_name_will_do_with_random_states(tmp_path: Path) -> None:
    found = recognise_rows([row("out/best/random_states_0.pkl", 5)], tmp_path)
    assert found.at("out/best/")["layout"] == "accelerate"


def test_at_the_top_of_a_run_it_leaves_the_saves_below_alone(tmp_path: Path) -> None:
    keys = ["r/random_states_0.pkl", "r/optimizer.bin", "r/checkpoint-5/trainer_state.json"]
    found = recognise_rows([row(key, 5) for key in keys], tmp_path)
    assert {one["root"]: one["layout"] for one in found.artifacts} == {
        "r/": "accelerate",
        "r/checkpoint-5/": "hf-trainer",
    }


def test_a_folder_of_flax_or_of_notes_is_not_accelerates(tmp_path: Path) -> None:
    found = recognise_rows(
        [row("checkpoint_5/checkpoint", 5), row("checkpoint_6/a.txt", 1)], tmp_path
    )
    assert "accelerate" not in {one["layout"] for one in found.artifacts}
