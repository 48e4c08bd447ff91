"""Listings as S3 Inventory writes them, and as people export them."""

import gzip
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from governance.catalog.sources.inventory import ListingError, open_inventory
from governance.snapshot.schema import LISTED

WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SCHEMA = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag"
LINES = [
    '"b","runs/a%2Bb/model+1.bin","v2","true","false","10","2026-03-04T05:06:07.000Z","abc"',
    '"b","runs/a%2Bb/model+1.bin","v1","false","false","7","2026-03-03T05:06:07.000Z","abd"',
    '"b","new%0Aline","v3","true","true","","2026-03-04T05:06:07.000Z",""',
]


def rows(path: Path) -> list[dict[str, Any]]:
    found = open_inventory(path)
    return pa.Table.from_batches(list(found.rows()), LISTED).to_pylist()  # type: ignore[no-any-return]


def inventory(folder: Path, *, form: str = "CSV", checksum: str | None = None) -> Path:
    """An S3 Inventory delivery: manifest.json in a dated folder, parts in data/."""
    dated, data = folder / "2026-03-05T01-00Z", folder / "data"
    dated.mkdir(parents=True)
    data.mkdir()
    part = data / "0001.csv.gz"
    part.write_bytes(gzip.compress(("\n".join(LINES) + "\n").encode(), mtime=0))
    digest = hashlib.md5(part.read_bytes()).hexdigest()
    manifest = {
        "sourceBucket": "b",
        "fileFormat": form,
        "fileSchema": SCHEMA,
        "creationTimestamp": str(int(WHEN.timestamp() * 1000)),
        "files": [{"key": f"inv/b/data/{part.name}", "MD5checksum": checksum or digest}],
    }
    path = dated / "manifest.json"
    path.write_text(json.dumps(manifest))
    return path


def test_reads_an_s3_inventory_with_versions_markers_and_encoded_keys(tmp_path: Path) -> None:
    path = inventory(tmp_path)
    found = open_inventory(path)
    assert (found.bucket, found.as_of, found.versions) == ("b", WHEN, True)
    new, old, marker = rows(path)
    assert (new["key"], new["size"], new["is_latest"]) == ("runs/a+b/model 1.bin", 10, True)
    assert (old["version_id"], old["is_latest"], old["etag"]) == ("v1", False, "abd")
    assert (marker["key"], marker["entry"], marker["size"]) == ("new\nline", "delete_marker", 0)
    assert new["modified"] == WHEN


def test_a_damaged_part_is_a_gap_and_never_an_empty_listing(tmp_path: Path) -> None:
    found = open_inventory(inventory(tmp_path, checksum="0" * 32))
    assert list(found.rows()) == []
    assert "damaged" in found.gaps[0].reason


def test_a_part_that_is_not_there_is_a_gap(tmp_path: Path) -> None:
    path = inventory(tmp_path)
    (tmp_path / "data" / "0001.csv.gz").unlink()
    assert "is not beside it" in open_inventory(path).gaps[0].reason


def test_a_manifest_cannot_name_files_elsewhere(tmp_path: Path) -> None:
    path = inventory(tmp_path / "inv")
    (tmp_path / "secret.csv").write_text("Bucket,Key,Size\nb,k,1\n")
    manifest = json.loads(path.read_text())
    manifest["files"] = [{"key": "../../secret.csv"}, {"key": ".."}]
    path.write_text(json.dumps(manifest))
    found = open_inventory(path)
    assert (list(found.files), len(found.gaps)) == ([], 2)


def test_reads_a_parquet_listing(tmp_path: Path) -> None:
    table = pa.table(
        {
            "bucket": ["b", "b"],
            "key": ["x+y%20", "z"],
            "size": pa.array([1, 2], pa.int64()),
            "last_modified_date": pa.array([WHEN, WHEN], pa.timestamp("ms", tz="UTC")),
            "e_tag": ["a", None],
        }
    )
    pq.write_table(table, tmp_path / "list.parquet")
    found = open_inventory(tmp_path / "list.parquet")
    assert found.versions is False
    first, second = rows(tmp_path / "list.parquet")
    assert (first["key"], first["modified"], first["is_latest"]) == ("x+y%20", WHEN, True)
    assert second["etag"] is None


def test_reads_a_csv_with_a_header_and_takes_keys_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('Bucket,Key,Size\nb,"with ""quotes"", comma",3\nb,007,4\n')
    assert [row["key"] for row in rows(path)] == ['with "quotes", comma', "007"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Key,Size\nx,1\n", "no column bucket"),
        ("Bucket,Key,Size\nb,x,1\nc,y,2\n", "'c' besides 'b'"),
        ("Bucket,Key,Size\nb,x,ten\n", "cannot be read"),
        ("Bucket,Key,Size\n", "lists nothing"),
        ("", "cannot be read"),
    ],
)
def test_what_is_no_listing_of_one_bucket_is_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text)
    with pytest.raises(ListingError, match=message):
        rows(path)


@pytest.mark.parametrize("text", ["[]", "{", '{"files": 3}', "\x80\x04"])
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(ListingError, match="not the manifest"):
        open_inventory(path)


def test_orc_is_refused_with_what_to_ask_for(tmp_path: Path) -> None:
    with pytest.raises(ListingError, match="is in ORC"):
        open_inventory(inventory(tmp_path, form="ORC"))
