"""Debris: temporary and empty files, alone or inside something else."""

from pathlib import Path

from tests.governance.recognise.trees import recognise_files


def test_each_temporary_file_is_an_artifact_whose_root_is_its_key(tmp_path: Path) -> None:
    keys = ["a/x.tmp", "a/y.safetensors.incomplete", "a/.nfs000000001234567800000042", "a/z.part"]
    found = recognise_files({key: b"1" for key in keys} | {"a/thesis.docx": b"1"}, tmp_path)
    assert sorted(a["root"] for a in found.artifacts if a["kind"] == "debris") == sorted(keys)
    assert found.at("a/", "rest")["kind"] == "unknown"
    assert {a["complete"] for a in found.artifacts} == {None}


def test_an_empty_shard_alone_is_debris_and_a_full_one_is_not(tmp_path: Path) -> None:
    found = recognise_files({"a/model-x.safetensors.part": b"", "a/s-1.gguf": b"GGUF"}, tmp_path)
    assert found.at("a/model-x.safetensors.part")["kind"] == "debris"
    assert found.at("a/s-1.gguf")["kind"] == "model"


def test_inside_a_save_it_belongs_to_the_save(tmp_path: Path) -> None:
    save = "a/checkpoint-5/"
    files = {f"{save}trainer_state.json": b"{}", f"{save}optimizer.pt.tmp": b"1"}
    found = recognise_files(files | {f"{save}deep/.nfs00000000aa": b"1"}, tmp_path)
    assert [(a["root"], a["rows"], a["parts"]) for a in found.artifacts] == [
        (save, 3, ["hf-trainer"])
    ]


def test_files_that_are_merely_called_so_are_not_debris(tmp_path: Path) -> None:
    found = recognise_files({"a/tmp": b"1", "a/part": b"1", "a/.nfsrc": b"1"}, tmp_path)
    assert {a["kind"] for a in found.artifacts} == {"unknown"}
