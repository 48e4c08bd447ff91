"""The files that recognition leaves behind."""

from pathlib import Path

import pyarrow.parquet as pq

from governance.snapshot.schema import ARTIFACTS, OBJECTS
from tests.governance.recognise.trees import recognise_rows, row


def test_both_files_have_the_columns_that_the_schema_promises(tmp_path: Path) -> None:
    recognise_rows([row("a/checkpoint-1/optimizer.pt", 5), row("x", 1)], tmp_path)
    for name, schema in (("objects", OBJECTS), ("artifacts", ARTIFACTS)):
        written = pq.read_schema(tmp_path / f"{name}.parquet")
        assert written.names == schema.names
        types = {field.name: field.type for field in schema}
        assert {field.name: field.type for field in written} == types, name


def test_a_path_with_a_quote_is_written_to(tmp_path: Path) -> None:
    found = recognise_rows([row("x", 1)], tmp_path / "it's")
    assert found.count == 1


def test_the_id_is_the_documented_digest(tmp_path: Path) -> None:
    from hashlib import sha256

    found = recognise_rows([row("a/x.txt", 1)], tmp_path)
    parts = ["store", "bucket", "a/"]
    text = "".join(sha256(part.encode()).hexdigest() for part in parts) + "rest"
    assert found.at("a/", "rest")["id"] == sha256(text.encode()).hexdigest()[:24]
