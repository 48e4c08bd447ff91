"""Iceberg tables: one artifact, whatever lies inside."""

from pathlib import Path

import pytest

from tests.governance.recognise.trees import recognise_files


@pytest.mark.parametrize(
    "metadata", ["v1.metadata.json", "00001-ab.metadata.json", "00001-ab.metadata.json.gz"]
)
def test_nothing_inside_is_apart_or_a_part(tmp_path: Path, metadata: str) -> None:
    keys = [f"w/t/metadata/{metadata}", "w/t/data/k=1/00000-0.parquet", "w/t/metadata/snap.avro"]
    found = recognise_files({key: b"1" for key in keys}, tmp_path)
    assert [(a["root"], a["kind"], a["rows"], a["parts"]) for a in found.artifacts] == [
        ("w/t/", "dataset", 3, ["iceberg"])
    ]
    assert found.at("w/t/")["complete"] is None


def test_a_folder_that_is_merely_called_metadata_is_no_table(tmp_path: Path) -> None:
    found = recognise_files({"w/metadata/x.json": b"{}", "w/a.parquet": b"1"}, tmp_path)
    assert {a["layout"] for a in found.artifacts} == {"parquet-dataset", "unknown"}
