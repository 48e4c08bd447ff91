"""Lightning: files cut short, old files, markers, folders of sharded saves."""

from pathlib import Path

from tests.blueprints.formats.saved_by_torch import Storage, dcp_metadata, tensors, torch_file
from tests.governance.recognise.trees import recognise_files, recognise_rows, row

STATE = {
    "epoch": 1,
    "state_dict": tensors("m", weight=100),
    "optimizer_states": [{"state": {0: {"exp_avg": Storage("o", 50)}}, "param_groups": []}],
    "callbacks": {"Ema": tensors("e", weight=3)},
}
ITEM = ("state_dict.w", "__0_0.distcp", 0, 7)


def test_a_file_tells_weights_from_optimizer_state(tmp_path: Path) -> None:
    data = torch_file(STATE)
    found = recognise_files({"v/epoch=1-step=40-v2.ckpt": data}, tmp_path)
    one = found.at("v/epoch=1-step=40-v2.ckpt")
    assert (one["kind"], one["layout"], one["step"]) == ("checkpoint", "lightning", 40)
    assert (one["complete"], one["bytes_weights"], one["bytes_optimizer"]) == (True, 400, 200)


def test_a_file_cut_short_names_itself_and_an_old_one_is_unsure(tmp_path: Path) -> None:
    files = {
        "v/a.ckpt": torch_file(STATE)[:-3],
        "v/old.ckpt": b"\x80\x02\x8a\nl\xfc",
        "v/z.ckpt": b"",
    }
    found = recognise_files(files, tmp_path)
    assert found.at("v/a.ckpt")["missing"] == ["v/a.ckpt"]
    assert found.at("v/z.ckpt")["missing"] == ["v/z.ckpt"]
    assert found.at("v/old.ckpt")["complete"] is None


def test_a_pickle_that_is_hostile_leaves_the_split_open(tmp_path: Path) -> None:
    data = bytearray(torch_file(STATE))
    at = data.index(b"\x80\x02")
    data[at + 2 : at + 6] = b"Pxx\n"
    found = recognise_files({"v/a.ckpt": bytes(data)}, tmp_path).at("v/a.ckpt")
    assert (found["complete"], found["mixed_weights"]) == (True, None)


def test_each_file_of_a_folder_is_a_checkpoint_of_one_run(tmp_path: Path) -> None:
    keys = ["v/checkpoints/last.ckpt", "v/checkpoints/epoch=0-step=1.ckpt", "v/hparams.yaml"]
    found = recognise_rows([row(key, 5) for key in keys], tmp_path)
    assert {one["run"] for one in found.artifacts} == {"v/"}
    assert found.at("v/", "run")["rows"] == 1


def test_a_marker_of_nemo_says_that_its_file_is_not_whole(tmp_path: Path) -> None:
    files = {"v/m--step=3.ckpt": torch_file(STATE), "v/m--step=3-unfinished": b""}
    found = recognise_files(files, tmp_path).at("v/m--step=3.ckpt")
    assert (found["rows"], found["step"], found["complete"]) == (2, 3, False)


def test_a_sharded_save_has_its_own_part(tmp_path: Path) -> None:
    save = "v/epoch=0-step=9.ckpt/"
    files = {save + ".metadata": dcp_metadata([ITEM]), save + "__0_0.distcp": bytes(7)}
    found = recognise_files(files, tmp_path).at(save)
    assert (found["layout"], found["step"], found["complete"]) == ("lightning", 9, False)
    assert found["missing"] == [save + "meta.pt"]


def test_deepspeed_inside_is_a_part_of_it(tmp_path: Path) -> None:
    save = "v/epoch=0-step=9.ckpt/"
    names = ["checkpoint/mp_rank_00_model_states.pt", "zero_to_fp32.py"]
    found = recognise_rows([row(save + name, 5) for name in names], tmp_path).at(save)
    assert found["parts"] == ["deepspeed", "lightning"]
    assert found["missing"] == [save + "latest"]
