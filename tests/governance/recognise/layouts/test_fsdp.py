"""FSDP's own folders and files, alone and as parts of a save."""

from pathlib import Path

from tests.blueprints.formats.saved_by_torch import dcp_metadata
from tests.governance.recognise.trees import recognise_files, recognise_rows, row

ITEM = ("model.w", "__0_0.distcp", 0, 7)


def test_folders_of_shards_alone_are_weights_and_optimizer_state(tmp_path: Path) -> None:
    files = dict[str, bytes]()
    for name in ("pytorch_model_fsdp_0", "optimizer_0"):
        files |= {f"r/{name}/.metadata": dcp_metadata([ITEM]), f"r/{name}/__0_0.distcp": bytes(7)}
    found = recognise_files(files, tmp_path)
    model, optimizer = found.at("r/pytorch_model_fsdp_0/"), found.at("r/optimizer_0/")
    assert (model["parts"], model["complete"]) == (["fsdp", "torch-dcp"], True)
    assert (model["bytes_weights"], model["bytes_optimizer"]) == (7, 0)
    assert (optimizer["bytes_weights"], optimizer["bytes_optimizer"]) == (0, 7)


def test_each_rank_has_a_file_of_each_kind(tmp_path: Path) -> None:
    names = ["pytorch_model_fsdp_0_rank0.bin", "pytorch_model_fsdp_0_rank2.bin"]
    names += ["optimizer_0_rank1.bin", "optimizer_0_rank0.bin"]
    found = recognise_rows([row(f"r/{name}", 5) for name in names], tmp_path).at("r/")
    assert found["missing"] == ["r/optimizer_0_rank2.bin", "r/pytorch_model_fsdp_0_rank1.bin"]
    assert (found["bytes_weights"], found["bytes_optimizer"]) == (10, 10)


def test_a_folder_of_that_name_without_shards_is_nothing(tmp_path: Path) -> None:
    found = recognise_rows([row("optimizer_0/notes.txt", 5)], tmp_path)
    assert found.at("optimizer_0/", "rest")["layout"] == "unknown"
