"""Megatron Core: the order in which a save is written, Zarr, look-alikes."""

from pathlib import Path

from tests.blueprints.formats.saved_by_torch import dcp_metadata
from tests.governance.recognise.trees import recognise_files, recognise_rows, row

SAVE = "run/iter_0000020/"
ITEMS = [
    ("decoder.layers.0.weight", "__0_0.distcp", 0, 30),
    ("optimizer.state.exp_avg.decoder.layers.0.weight", "__0_0.distcp", 30, 60),
    ("decoder.layers.0._extra_state/shard_0_1", "__0_1.distcp", 0, 9),
]
WHOLE = {
    SAVE + "common.pt": b"1",
    SAVE + "metadata.json": b'{"sharded_backend": "torch_dist", "sharded_backend_version": 1}',
    SAVE + ".metadata": dcp_metadata(ITEMS, tensors=[name for name, *_ in ITEMS[:2]]),
    SAVE + "__0_0.distcp": bytes(90),
    SAVE + "__0_1.distcp": bytes(9),
    "run/latest_checkpointed_iteration.txt": b"20",
}


def test_a_save_is_whole_with_both_kinds_of_metadata(tmp_path: Path) -> None:
    found = recognise_files(WHOLE, tmp_path)
    one = found.at(SAVE)
    assert (one["layout"], one["step"], one["complete"]) == ("megatron-core", 20, True)
    assert one["parts"] == ["megatron-core", "torch-dcp"]
    assert (one["bytes_weights"], one["bytes_optimizer"]) == (30, 60)
    assert found.at("run/", "run")["rows"] == 1


def test_before_the_last_file_the_save_was_interrupted(tmp_path: Path) -> None:
    less = {key: data for key, data in WHOLE.items() if not key.endswith("metadata.json")}
    found = recognise_files(less, tmp_path).at(SAVE)
    assert (found["complete"], found["missing"]) == (False, [SAVE + "metadata.json"])


def test_data_alone_in_an_iteration_lacks_everything_else(tmp_path: Path) -> None:
    found = recognise_rows([row(SAVE + "__0_0.distcp", 5)], tmp_path).at(SAVE)
    assert found["missing"] == [SAVE + name for name in (".metadata", "common.pt", "metadata.json")]


def test_zarr_data_is_never_called_whole(tmp_path: Path) -> None:
    names = ["common.pt", "metadata.json", "embedding.weight/.zarray", "embedding.weight/0.0"]
    found = recognise_rows([row(SAVE + name, 5) for name in names], tmp_path).at(SAVE)
    assert (found["layout"], found["complete"], found["rows"]) == ("megatron-core", None, 4)


def test_a_common_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    found = recognise_rows([row("x/common.pt", 5), row("y/metadata.json", 5)], tmp_path)
    assert "megatron-core" not in {one["layout"] for one in found.artifacts}
