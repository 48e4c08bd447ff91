"""Universal checkpoints: parameters that lost a part, frozen ones, conversions cut short."""

from pathlib import Path

from tests.governance.recognise.trees import recognise_rows, row

SAVE = "run/global_step5_universal/"
MODEL = SAVE + "mp_rank_00_model_states.pt"


def parameter(name: str, *parts: str) -> list[str]:
    return [f"{SAVE}zero/{name}/{part}.pt" for part in parts]


def test_every_parameter_has_all_its_parts(tmp_path: Path) -> None:
    keys = [MODEL, *parameter("a.weight", "fp32", "exp_avg", "exp_avg_sq", "step")]
    keys += [*parameter("frozen", "fp32"), *parameter("b", "fp32", "exp_avg")]
    keys += [*parameter("c", "exp_avg", "exp_avg_sq"), "run/latest_universal"]
    found = recognise_rows([row(key, 5) for key in keys], tmp_path)
    one = found.at(SAVE)
    assert (one["layout"], one["step"]) == ("deepspeed-universal", 5)
    assert one["missing"] == [f"{SAVE}zero/b/exp_avg_sq.pt", f"{SAVE}zero/c/fp32.pt"]
    assert (one["bytes_weights"], one["bytes_optimizer"]) == (20, 30)
    assert found.at("run/", "run")["rows"] == 1


def test_without_the_model_states_the_conversion_did_not_end(tmp_path: Path) -> None:
    found = recognise_rows([row(key, 5) for key in parameter("a", "fp32")], tmp_path).at(SAVE)
    assert (found["complete"], found["missing"]) == (False, [MODEL])


def test_a_folder_named_zero_says_nothing(tmp_path: Path) -> None:
    found = recognise_rows([row("x/zero/a/weights.pt", 5)], tmp_path)
    assert [one["layout"] for one in found.artifacts] == ["unknown"]
