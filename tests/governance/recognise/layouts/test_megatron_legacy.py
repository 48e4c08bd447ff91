"""Megatron's older format: ranks, the tracker, where the optimizer's state is."""

from pathlib import Path

import pytest

from tests.blueprints.formats.saved_by_torch import tensors, torch_file
from tests.governance.recognise.trees import recognise_files, recognise_rows, row

SAVE = "run/iter_0000020/"
TRACKER = "run/latest_checkpointed_iteration.txt"


def model(tensor: int = 1, pipeline: int = 1, **more: object) -> bytes:
    """A rank's file; `args` is a Namespace in truth, a dictionary is read alike."""
    args = {"tensor_model_parallel_size": tensor, "pipeline_model_parallel_size": pipeline}
    return torch_file({"args": args, "model": tensors("m", w=10), **more})


def ranks(
    *names: str, files: tuple[str, ...] = ("model_optim_rng.pt",), data: bytes = model()
) -> dict[str, bytes]:
    return {f"{SAVE}{name}/{file}": data for name in names for file in files}


def test_a_save_that_the_tracker_names_is_whole(tmp_path: Path) -> None:
    found = recognise_files({**ranks("mp_rank_00", "mp_rank_01"), TRACKER: b"20\n"}, tmp_path)
    one = found.at(SAVE)
    assert (one["layout"], one["step"], one["complete"]) == ("megatron-legacy", 20, True)
    assert (one["bytes_weights"], one["run"]) == (2 * len(model()), "run/")
    assert found.at("run/", "run")["rows"] == 1


def test_a_gap_in_the_grid_of_ranks_is_named(tmp_path: Path) -> None:
    names = ["mp_rank_00_000", "mp_rank_00_001", "mp_rank_01_001"]
    found = recognise_files({**ranks(*names), TRACKER: b"20"}, tmp_path).at(SAVE)
    assert found["missing"] == [SAVE + "mp_rank_01_000/model_optim_rng.pt"]


def test_the_first_rank_says_how_many_there_were(tmp_path: Path) -> None:
    files = {**ranks("mp_rank_00_000", data=model(2, 2)), TRACKER: b"20"}
    found = recognise_files(files, tmp_path / "a").at(SAVE)
    assert found["missing"] == [
        f"{SAVE}mp_rank_{rank}/model_optim_rng.pt" for rank in ("00_001", "01_000", "01_001")
    ]
    hostile = {**ranks("mp_rank_00", data=model(2**40)), TRACKER: b"20"}
    assert recognise_files(hostile, tmp_path / "b").at(SAVE)["missing"] == []


def test_the_optimizers_state_may_be_in_the_same_file(tmp_path: Path) -> None:
    state = model(2, optimizer={"state": tensors("o", exp_avg=30)})
    files = {**ranks("mp_rank_00", "mp_rank_01", data=state), TRACKER: b"20"}
    found = recognise_files(files, tmp_path / "a").at(SAVE)
    assert (found["mixed_weights"], found["mixed_optimizer"]) == (80, 240)
    files[f"{SAVE}mp_rank_01/model_optim_rng.pt"] += b"x"
    found = recognise_files(files, tmp_path / "b").at(SAVE)
    assert (found["complete"], found["mixed_weights"]) == (True, None)


def test_the_distributed_optimizer_is_apart_and_with_every_rank(tmp_path: Path) -> None:
    both = ("model_optim_rng.pt", "distrib_optim.pt")
    files = {**ranks("mp_rank_00", files=both), **ranks("mp_rank_01"), TRACKER: b"20"}
    found = recognise_files(files, tmp_path).at(SAVE)
    assert found["missing"] == [SAVE + "mp_rank_01/distrib_optim.pt"]
    size = len(model())
    assert (found["bytes_weights"], found["bytes_optimizer"]) == (2 * size, size)


@pytest.mark.parametrize(
    ("text", "complete"),
    [(b"20", True), (b"40", True), (b"10", None), (b"release", None), (b"\xff9" * 90, None)],
)
def test_a_save_after_the_one_that_the_tracker_names_is_unsure(
    text: bytes, complete: bool | None, tmp_path: Path
) -> None:
    found = recognise_files({**ranks("mp_rank_00"), TRACKER: text}, tmp_path).at(SAVE)
    assert found["complete"] is complete


def test_without_a_tracker_nothing_says_that_it_was_finished(tmp_path: Path) -> None:
    found = recognise_files(ranks("mp_rank_00"), tmp_path).at(SAVE)
    assert found["complete"] is None
    assert "latest_checkpointed_iteration.txt" in found["why"]


def test_an_empty_file_of_a_rank_is_a_missing_one(tmp_path: Path) -> None:
    rows = [row(f"{SAVE}mp_rank_0{rank}/model_optim_rng.pt", 5 * rank) for rank in (0, 1)]
    found = recognise_rows(rows, tmp_path).at(SAVE)
    assert found["missing"] == [SAVE + "mp_rank_00/model_optim_rng.pt"]


def test_a_released_model_has_no_step(tmp_path: Path) -> None:
    files = {"run/release/mp_rank_00/model_optim_rng.pt": model(), TRACKER: b"release"}
    found = recognise_files(files, tmp_path).at("run/release/")
    assert (found["layout"], found["step"], found["complete"]) == ("megatron-legacy", None, True)
