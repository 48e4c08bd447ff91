"""Folders of Arrow files."""

from pathlib import Path

from tests.governance.recognise.trees import recognise_files


def test_arrow_and_feather_files_are_a_data_set(tmp_path: Path) -> None:
    found = recognise_files({"a/x.arrow": b"1", "b/k=1/x.feather": b"1"}, tmp_path)
    assert [(a["root"], a["layout"], a["complete"]) for a in found.artifacts] == [
        ("a/", "arrow-dataset", None),
        ("b/", "arrow-dataset", None),
    ]


def test_what_hugging_face_wrote_is_not_taken(tmp_path: Path) -> None:
    found = recognise_files({"a/data-00000-of-00001.arrow": b"1"}, tmp_path)
    assert found.at("a/")["layout"] == "hf-datasets"
