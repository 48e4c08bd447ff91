"""Delta tables: one artifact, whatever lies inside."""

from pathlib import Path

from tests.governance.recognise.trees import recognise_files


def test_nothing_inside_is_apart_or_a_part(tmp_path: Path) -> None:
    log = "t/_delta_log/00000000000000000000"
    keys = [f"{log}.json", "t/_delta_log/_last_checkpoint", f"{log}.checkpoint.parquet"]
    keys += ["t/k=1/part-00001-of-00002.parquet", "t/x.tmp", "t/deep/checkpoint-5/optimizer.pt"]
    found = recognise_files({key: b"1" for key in keys}, tmp_path)
    assert [(a["root"], a["kind"], a["rows"], a["parts"]) for a in found.artifacts] == [
        ("t/", "dataset", 6, ["delta"])
    ]
    assert (found.at("t/")["complete"], found.at("t/")["missing"]) == (None, [])
    assert "engine owns it" in found.at("t/")["why"]


def test_parquet_beside_a_table_is_no_part_of_it(tmp_path: Path) -> None:
    files = {"d/t/_delta_log/0.json": b"{}", "d/t/a.parquet": b"1", "d/u/a.parquet": b"1"}
    found = recognise_files(files, tmp_path)
    assert {a["root"]: a["layout"] for a in found.artifacts} == {
        "d/t/": "delta",
        "d/u/": "parquet-dataset",
    }
