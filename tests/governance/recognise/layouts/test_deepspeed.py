"""DeepSpeed: every stage of ZeRO, pipelines and experts, saves that did not end."""

from pathlib import Path

from tests.blueprints.formats.saved_by_torch import tensors, torch_file
from tests.governance.recognise.trees import recognise_files, recognise_rows, row

SAVE = "run/global_step20/"
MODEL = "mp_rank_00_model_states.pt"


def optimizer(partitions: int) -> bytes:
    state = {
        "zero_stage": 1,
        "partition_count": [partitions, partitions],
        "optimizer_state_dict": {"state": {0: tensors("o", exp_avg=20)}},
        "fp32_flat_groups": [tensors("w", flat=10)],
    }
    return torch_file({"optimizer_state_dict": state, "ds_version": "0.19"})


def zero(ranks: list[int], partitions: int) -> dict[str, bytes]:
    names = {rank: f"bf16_zero_pp_rank_{rank}_mp_rank_00_optim_states.pt" for rank in ranks}
    return {SAVE + name: optimizer(partitions) for name in names.values()}


def test_the_optimizer_says_how_many_ranks_there_were(tmp_path: Path) -> None:
    files = {**zero([0, 1], 2), SAVE + MODEL: b"12", "run/latest": b"global_step20"}
    found = recognise_files(files, tmp_path / "a").at(SAVE)
    assert (found["layout"], found["step"], found["complete"]) == ("deepspeed", 20, True)
    assert (found["bytes_weights"], found["bytes_other"]) == (2, 0)
    files |= zero([0, 1], 4)
    found = recognise_files(files, tmp_path / "b").at(SAVE)
    assert found["missing"] == [
        f"{SAVE}bf16_zero_pp_rank_{rank}_mp_rank_00_optim_states.pt" for rank in (2, 3)
    ]


def test_with_stage_three_the_weights_are_in_the_optimizer(tmp_path: Path) -> None:
    files = {**zero([0, 1], 2), "run/latest": b"global_step20"}
    files |= {f"{SAVE}zero_pp_rank_{rank}_mp_rank_00_model_states.pt": b"1" for rank in (0, 1)}
    found = recognise_files(files, tmp_path / "a").at(SAVE)
    assert (found["complete"], found["mixed"]) == (True, 2 * len(optimizer(2)))
    assert (found["bytes_weights"], found["bytes_optimizer"]) == (2 + 80, 160)
    del files[f"{SAVE}zero_pp_rank_1_mp_rank_00_model_states.pt"]
    found = recognise_files(files, tmp_path / "b").at(SAVE)
    assert found["missing"] == [f"{SAVE}zero_pp_rank_1_mp_rank_00_model_states.pt"]


def test_without_zero_the_model_files_hold_everything(tmp_path: Path) -> None:
    names = [MODEL, "mp_rank_02_model_states.pt"]
    found = recognise_rows([row(SAVE + name, 5) for name in names], tmp_path).at(SAVE)
    assert found["missing"] == [SAVE + "mp_rank_01_model_states.pt"]
    assert (found["mixed"], found["bytes_weights"]) == (10, 0)


def test_a_save_after_the_one_that_latest_names_is_unsure(tmp_path: Path) -> None:
    files = {**zero([0], 1), SAVE + MODEL: b"12", "run/latest": b"global_step10\n"}
    found = recognise_files(files, tmp_path / "a").at(SAVE)
    assert (found["complete"], found["missing"]) == (None, [])
    assert "'global_step10'" in found["why"]
    del files["run/latest"]
    assert "no latest" in recognise_files(files, tmp_path / "b").at(SAVE)["why"]


def test_optimizer_files_alone_lack_the_model(tmp_path: Path) -> None:
    found = recognise_files({**zero([0], 1), "run/latest": b"x"}, tmp_path).at(SAVE)
    assert found["missing"] == [SAVE + MODEL]


def test_layers_may_be_absent_but_ranks_of_a_layer_and_experts_not(tmp_path: Path) -> None:
    names = [MODEL, "layer_00-model_00-model_states.pt", "layer_03-model_01-model_states.pt"]
    names += ["layer_0_expert_0_mp_rank_00_model_states.pt"]
    names += ["layer_0_expert_2_mp_rank_00_model_states.pt"]
    found = recognise_rows([row(SAVE + name, 5) for name in names], tmp_path).at(SAVE)
    assert found["missing"] == [
        SAVE + "layer_03-model_00-model_states.pt",
        SAVE + "layer_0_expert_1_mp_rank_00_model_states.pt",
    ]


def test_files_of_a_foreign_format_make_it_unsure(tmp_path: Path) -> None:
    files = {SAVE + "zero_pp_rank_0_mp_rank_00_optim_states.pt": b"\x80\x02N."}
    files |= {SAVE + MODEL: b"1", "run/latest": b"global_step20"}
    found = recognise_files(files, tmp_path).at(SAVE)
    assert found["complete"] is None
    assert "not a ZIP archive" in found["why"]


def test_a_hostile_count_of_ranks_names_no_more_than_is_listed(tmp_path: Path) -> None:
    files = {**zero([0], 2**60), SAVE + MODEL: b"1", "run/latest": b"global_step20"}
    found = recognise_files(files, tmp_path).at(SAVE)
    assert len(found["missing"]) == 100


def test_an_empty_file_and_any_tag_are_seen(tmp_path: Path) -> None:
    found = recognise_rows([row("run/my tag/" + MODEL, 0)], tmp_path).at("run/my tag/")
    assert (found["layout"], found["missing"]) == ("deepspeed", ["run/my tag/" + MODEL])
