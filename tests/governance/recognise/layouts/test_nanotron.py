"""Nanotron: ranks of every kind of file, saves cut before the end, stages of a pipeline."""

from pathlib import Path

from tests.governance.recognise.trees import recognise_rows, row

SAVE = "out/300/"
ENDS = ["model_config.json", "checkpoint_metadata.json"]


def weight(path: str, pp: int, tp: int) -> str:
    return f"model/{path}/model_weight_pp-rank-{pp}-of-2_tp-rank-{tp}-of-2.safetensors"


def test_sets_of_ranks_are_whole(tmp_path: Path) -> None:
    names = [*ENDS, weight("a", 0, 0), weight("a", 0, 1), weight("b", 1, 0), weight("b", 1, 1)]
    names += ["model/norm/model_weight.safetensors"]
    names += [
        f"optimizer/optimizer_pp-{pp}-of-2_dp-0-of-1_tp-{tp}-of-2_exp-0-of-1.pt"
        for pp in range(2)
        for tp in range(2)
    ]
    rows = [row(SAVE + name, 5) for name in names] + [row("out/latest.txt", 3)]
    found = recognise_rows(rows, tmp_path)
    one = found.at(SAVE)
    assert (one["layout"], one["step"], one["complete"]) == ("nanotron", 300, True)
    assert (one["bytes_weights"], one["bytes_optimizer"], one["bytes_other"]) == (25, 20, 10)
    assert found.at("out/", "run")["rows"] == 1


def test_a_rank_that_is_missing_is_named(tmp_path: Path) -> None:
    names = [*ENDS, weight("a", 0, 1), "random/tp-0-of-2_dp-0-of-1_pp-0-of-1.pt"]
    names += ["optimizer/optimizer_pp-1-of-2_dp-0-of-1_tp-0-of-1_exp-0-of-1.pt"]
    found = recognise_rows([row(SAVE + name, 5) for name in names], tmp_path).at(SAVE)
    assert found["missing"] == [
        SAVE + weight("a", 0, 0),
        SAVE + "optimizer/optimizer_pp-0-of-2_dp-0-of-1_tp-0-of-1_exp-0-of-1.pt",
        SAVE + "random/tp-1-of-2_dp-0-of-1_pp-0-of-1.pt",
    ]


def test_before_the_metadata_the_save_was_interrupted(tmp_path: Path) -> None:
    rows = [row(SAVE + name, 5) for name in ("model_config.json", weight("a", 0, 0))]
    found = recognise_rows([*rows, row(SAVE + weight("a", 0, 1), 5)], tmp_path).at(SAVE)
    assert found["missing"] == [SAVE + "checkpoint_metadata.json"]
    assert "interrupted" in found["why"]


def test_a_hostile_count_is_not_a_set(tmp_path: Path) -> None:
    name = f"optimizer/optimizer_pp-0-of-{'9' * 30}_tp-0-of-{10**9}.pt"
    names = [*ENDS, "model/a/model_weight.safetensors", name]
    found = recognise_rows([row(SAVE + one, 5) for one in names], tmp_path).at(SAVE)
    assert len(found["missing"]) <= 100


def test_a_model_folder_with_a_config_alone_says_nothing(tmp_path: Path) -> None:
    found = recognise_rows([row("x/model_config.json", 5), row("x/lib/a.txt", 5)], tmp_path)
    assert {one["layout"] for one in found.artifacts} == {"unknown"}
