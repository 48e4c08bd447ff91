"""Trainer: interrupted saves, gaps of ranks, parts of one save, names that only look alike."""

from pathlib import Path

from tests.governance.recognise.trees import recognise_rows, row

SAVE = "r/checkpoint-10/"


def test_without_its_state_the_save_was_interrupted(tmp_path: Path) -> None:
    rows = [row(SAVE + name, 5) for name in ("optimizer.pt", "pytorch_model.bin", "scheduler.pt")]
    found = recognise_rows(rows, tmp_path).at(SAVE)
    assert (found["layout"], found["step"], found["complete"]) == ("hf-trainer", 10, False)
    assert found["missing"] == [SAVE + "trainer_state.json"]
    assert "interrupted" in found["why"]


def test_a_temporary_folder_is_an_interrupted_save(tmp_path: Path) -> None:
    save = "r/tmp-checkpoint-10/"
    rows = [row(save + name, 5) for name in ("trainer_state.json", "model.safetensors")]
    found = recognise_rows(rows, tmp_path).at(save)
    assert (found["step"], found["complete"], found["missing"]) == (10, False, [save])


def test_a_rank_without_random_state_is_named(tmp_path: Path) -> None:
    names = ["trainer_state.json", "rng_state_0.pth", "rng_state_2.pth", "pytorch_model.bin"]
    found = recognise_rows([row(SAVE + name, 5) for name in names], tmp_path).at(SAVE)
    assert found["missing"] == [SAVE + "rng_state_1.pth"]


def test_without_weights_it_is_never_called_complete(tmp_path: Path) -> None:
    names = ["trainer_state.json", "optimizer.pt", "scheduler.pt"]
    found = recognise_rows([row(SAVE + name, 5) for name in names], tmp_path).at(SAVE)
    assert found["complete"] is None
    assert "no weights" in found["why"]


def test_deepspeed_inside_is_a_part_of_the_save_and_beside_it_nothing_is(tmp_path: Path) -> None:
    inside = ["global_step10/mp_rank_00_model_states.pt", "latest", "zero_to_fp32.py"]
    rows = [row(SAVE + name, 5) for name in [*inside, "trainer_state.json"]]
    found = recognise_rows([*rows, row("r/train.log", 1)], tmp_path)
    assert [(one["root"], one["slot"]) for one in found.artifacts] == [("r/", "run"), (SAVE, "")]
    assert found.at(SAVE)["rows"] == 4
    assert found.at(SAVE)["parts"] == ["deepspeed", "hf-trainer"]
    assert found.at(SAVE)["step"] == 10


def test_names_that_only_look_alike_are_no_saves(tmp_path: Path) -> None:
    keys = ["checkpoint-final/trainer_state.json", "my-checkpoint-5/trainer_state.json"]
    keys += ["checkpoint-5x/optimizer.pt", "checkpoint-7/notes.txt"]
    found = recognise_rows([row(key, 5) for key in keys], tmp_path)
    assert {one["layout"] for one in found.artifacts} == {"unknown"}


def test_a_run_that_went_on_inside_a_save_is_not_a_part_of_it(tmp_path: Path) -> None:
    names = ["trainer_state.json", "model.safetensors", "notes.txt", "data/x.json"]
    inner = SAVE + "again/checkpoint-5/"
    rows = [row(SAVE + name, 5) for name in names] + [row(inner + "trainer_state.json", 5)]
    found = recognise_rows(rows, tmp_path)
    assert {one["root"]: one["rows"] for one in found.artifacts} == {SAVE: 4, inner: 1}
    assert found.at(SAVE)["bytes_weights"] == 5
    assert found.at(SAVE)["parts"] == ["hf-model", "hf-trainer"]
