"""Folders of Parquet: partitions, numbered sets, what only holds a table among other things."""

from pathlib import Path

from tests.governance.recognise.layouts.test_mistral import tensors
from tests.governance.recognise.trees import recognise_files


def test_partitions_of_any_depth_are_one_data_set(tmp_path: Path) -> None:
    keys = [f"t/year={y}/lang={k}/part-{y}.parquet" for y in (2024, 2025) for k in ("de", "fr")]
    files = {key: b"PAR1" for key in [*keys, "t/_SUCCESS", "t/year=2024/lang=de/.part.crc"]}
    found = recognise_files(files, tmp_path)
    assert [(a["root"], a["rows"], a["parts"]) for a in found.artifacts] == [
        ("t/", 6, ["parquet-dataset"])
    ]
    assert found.at("t/")["complete"] is None


def test_partitions_beside_a_model_are_one_data_set_still(tmp_path: Path) -> None:
    files = {"t/k=1/a.parquet": b"P", "t/k=2/a.parquet": b"P", "t/_SUCCESS": b""}
    files |= {"t/m/model.safetensors": b"1", "t/m/config.json": b"{}", "t/notes.docx": b"?"}
    found = recognise_files(files, tmp_path)
    assert {(a["root"], a["slot"]): a["rows"] for a in found.artifacts} == {
        ("t/", ""): 3,
        ("t/", "rest"): 1,
        ("t/m/", ""): 2,
    }


def test_a_numbered_set_is_complete_or_says_what_it_lacks(tmp_path: Path) -> None:
    files = {f"t/x-0000{n}-of-00003.parquet": b"P" for n in range(3)}
    assert recognise_files(files, tmp_path / "whole").at("t/")["complete"] is True
    del files["t/x-00000-of-00003.parquet"]
    one = recognise_files(files, tmp_path / "less").at("t/")
    assert one["missing"] == ["t/x-00000-of-00003.parquet"]


def test_a_table_among_other_things_does_not_make_them_a_data_set(tmp_path: Path) -> None:
    files = {"home/x.parquet": b"P", "home/code/main.c": b"1", "home/notes.docx": b"1"}
    found = recognise_files(files, tmp_path)
    assert {(a["root"], a["slot"]): a["kind"] for a in found.artifacts} == {
        ("home/", ""): "dataset",
        ("home/", "rest"): "unknown",
        ("home/code/", "rest"): "unknown",
    }


def test_a_job_that_did_not_finish_leaves_its_work_folder(tmp_path: Path) -> None:
    files = {"t/_temporary/0/x.parquet": b"P", "t/part-0.parquet": b"P"}
    one = recognise_files(files, tmp_path).at("t/")
    assert (one["complete"], one["missing"], one["rows"]) == (False, ["t/_SUCCESS"], 2)


def test_a_partition_at_the_top_of_a_bucket_has_the_bucket_for_a_root(tmp_path: Path) -> None:
    found = recognise_files({"k=1/a.parquet": b"P", "other/x.txt": b"1"}, tmp_path)
    assert sorted((a["root"], a["kind"]) for a in found.artifacts) == [
        ("", "dataset"),
        ("other/", "unknown"),
    ]


def test_hostile_partition_names_do_no_harm(tmp_path: Path) -> None:
    keys = ["t/=/a.parquet", "t/k==v/a.parquet", "t/k=/a.parquet", "t/x-99999-of-99999.parquet"]
    found = recognise_files({key: b"P" for key in keys}, tmp_path)
    assert {a["kind"] for a in found.artifacts} == {"dataset"}


def test_a_table_inside_a_save_or_beside_a_model_is_a_file_of_it(tmp_path: Path) -> None:
    save, model = "r/checkpoint-5/", "m/"
    files = {f"{save}trainer_state.json": b'{"global_step": 5}', f"{save}eval/x.parquet": b"P"}
    files |= {f"{model}config.json": b"{}", f"{model}model.safetensors": tensors()}
    found = recognise_files(files | {f"{model}x.parquet": b"P"}, tmp_path)
    assert [(a["root"], a["complete"], a["parts"]) for a in found.artifacts] == [
        (model, True, ["hf-model"]),
        (save, True, ["hf-trainer"]),
    ]
