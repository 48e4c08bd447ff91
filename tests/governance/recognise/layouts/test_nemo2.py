"""NeMo 2: markers of unfinished saves, halves of a save, imported models."""

from pathlib import Path

from tests.blueprints.formats.saved_by_torch import dcp_metadata
from tests.governance.recognise.trees import recognise_files, recognise_rows, row

NAME = "gpt--val_loss=2.10-step=9-consumed_samples=80.0-last"
SAVE = f"exp/checkpoints/{NAME}/"
WHOLE = {
    f"{SAVE}weights/common.pt": b"1",
    f"{SAVE}weights/metadata.json": b"{}",
    f"{SAVE}weights/.metadata": dcp_metadata([("module.w", "__0_0.distcp", 0, 7)]),
    f"{SAVE}weights/__0_0.distcp": bytes(7),
    f"{SAVE}context/io.json": b"{}",
    f"{SAVE}context/model.yaml": b"a: 1",
}


def test_weights_and_context_are_one_save(tmp_path: Path) -> None:
    found = recognise_files(WHOLE, tmp_path).at(SAVE)
    assert (found["kind"], found["layout"], found["step"]) == ("checkpoint", "nemo2", 9)
    assert (found["complete"], found["run"]) == (True, "exp/")
    assert found["parts"] == ["megatron-core", "nemo2", "torch-dcp"]
    assert found["bytes_weights"] == 7


def test_a_marker_beside_it_says_that_it_is_not_finished(tmp_path: Path) -> None:
    found = recognise_files({**WHOLE, f"exp/checkpoints/{NAME}-unfinished": b""}, tmp_path)
    assert found.at(SAVE)["complete"] is False
    assert "-unfinished" in found.at(SAVE)["why"]
    assert found.at("exp/", "run")["rows"] == 1


def test_half_a_save_lacks_the_other_half(tmp_path: Path) -> None:
    weights = [row(key, 5) for key in WHOLE if "/weights/" in key]
    found = recognise_rows(weights, tmp_path / "a").at(SAVE)
    assert found["missing"] == [SAVE + "context/io.json"]
    context = [row(key, 5) for key in WHOLE if "/context/" in key]
    found = recognise_rows(context, tmp_path / "b").at(SAVE)
    assert found["missing"] == [SAVE + "weights/metadata.json"]


def test_an_imported_model_is_a_model(tmp_path: Path) -> None:
    files = {key.replace(SAVE, "models/llama3-8b/"): data for key, data in WHOLE.items()}
    found = recognise_files(files, tmp_path).at("models/llama3-8b/")
    assert (found["kind"], found["layout"], found["complete"]) == ("model", "nemo2", True)


def test_folders_of_those_names_alone_say_nothing(tmp_path: Path) -> None:
    keys = ["app/weights/a.txt", "app/context/b.txt", "x/weights/readme.md"]
    found = recognise_rows([row(key, 5) for key in keys], tmp_path)
    assert {one["layout"] for one in found.artifacts} == {"unknown"}
