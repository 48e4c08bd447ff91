"""Composer: one file or one per rank, sharded folders, links to the latest."""

from pathlib import Path

from tests.blueprints.formats.saved_by_torch import dcp_metadata, tensors, torch_file
from tests.governance.recognise.trees import recognise_files, recognise_rows, row

STATE = {
    "state": {
        "model": tensors("m", w=10),
        "optimizers": {"AdamW": {"state": {"w": tensors("o", exp_avg=20)}}},
    },
    "rng": [tensors("r", cuda=4)],
}


def test_one_file_is_one_save(tmp_path: Path) -> None:
    data = torch_file(STATE)
    files = {"r/ep0-ba10-rank0.pt": data, "r/ep0-ba20-rank0.pt": data[:-1]}
    found = recognise_files(files, tmp_path)
    one = found.at("r/ep0-ba10-rank0.pt")
    assert (one["layout"], one["step"], one["complete"]) == ("composer", 10, True)
    assert (one["bytes_weights"], one["bytes_optimizer"]) == (40, 80)
    assert found.at("r/ep0-ba20-rank0.pt")["complete"] is False


def test_files_of_ranks_are_one_save_without_gaps(tmp_path: Path) -> None:
    keys = ["r/ep0-ba10-rank0.pt", "r/ep0-ba10-rank2.pt", "r/latest-rank0.pt.symlink"]
    found = recognise_rows([row(key, 5) for key in keys], tmp_path)
    assert found.at("r/ep0-ba10-rank0.pt")["missing"] == ["r/ep0-ba10-rank1.pt"]
    assert found.at("r/", "run")["rows"] == 1
    found = recognise_rows([row("r/ep0-ba10-rank1.pt", 5)], tmp_path / "later")
    assert found.at("r/ep0-ba10-rank0.pt")["missing"] == ["r/ep0-ba10-rank0.pt"]


def test_a_sharded_save_is_a_folder(tmp_path: Path) -> None:
    save = "r/ep0-ba10/"
    files = {save + ".metadata": dcp_metadata([("state.model.w", "__0_0.distcp", 0, 7)])}
    files[save + "__0_0.distcp"] = bytes(7)
    found = recognise_files(files, tmp_path).at(save)
    assert (found["layout"], found["step"], found["complete"]) == ("composer", 10, True)
    assert found["bytes_weights"] == 7
