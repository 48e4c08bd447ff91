"""torchtitan: a step is valid with metadata or with an index."""

import json
from pathlib import Path

from tests.blueprints.formats.saved_by_torch import dcp_metadata
from tests.governance.recognise.trees import recognise_files, recognise_rows, row

SAVE = "out/checkpoint/step-100/"
ITEM = ("tok_embeddings.weight", "__0_0.distcp", 0, 7)


def test_a_step_with_metadata_is_whole(tmp_path: Path) -> None:
    files = {SAVE + ".metadata": dcp_metadata([ITEM]), SAVE + "__0_0.distcp": bytes(7)}
    found = recognise_files(files, tmp_path).at(SAVE)
    assert (found["layout"], found["step"], found["complete"]) == ("torchtitan", 100, True)
    assert (found["parts"], found["run"]) == (["torch-dcp", "torchtitan"], "out/")
    assert found["bytes_weights"] == 7


def test_a_step_without_it_is_not(tmp_path: Path) -> None:
    found = recognise_rows([row(SAVE + "__0_0.distcp", 5)], tmp_path).at(SAVE)
    assert (found["layout"], found["missing"]) == ("torchtitan", [SAVE + ".metadata"])


def test_the_last_step_may_have_an_index(tmp_path: Path) -> None:
    index = {"weight_map": {"a": "model-00001-of-00001.safetensors"}}
    files = {SAVE + "model.safetensors.index.json": json.dumps(index).encode()}
    files[SAVE + "model-00001-of-00001.safetensors"] = b"1"
    found = recognise_files(files, tmp_path).at(SAVE)
    assert (found["layout"], found["complete"]) == ("torchtitan", True)


def test_shards_that_were_not_consolidated_lack_the_index(tmp_path: Path) -> None:
    key = SAVE + "sharded/shard-00001-model-00001-of-00001.safetensors"
    found = recognise_rows([row(key, 5)], tmp_path).at(SAVE)
    assert found["missing"] == [SAVE + "model.safetensors.index.json"]


def test_a_step_folder_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    found = recognise_rows([row("step-5/image.png", 5)], tmp_path)
    assert [one["layout"] for one in found.artifacts] == ["unknown"]
