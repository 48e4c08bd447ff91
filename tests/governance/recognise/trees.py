"""Recognise a folder of real files as if it were a bucket, and read the result as plain rows."""

import os
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from governance.recognise.engine import Place, recognise
from governance.recognise.reading import Unreadable
from governance.snapshot.schema import LISTED

WHEN = datetime(2026, 1, 2, tzinfo=UTC)


class FolderReader:
    """Reads from files below a folder and counts the reads."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.reads = folder, list[str]()

    def read(self, key: str, start: int, length: int) -> bytes:
        self.reads.append(key)
        try:
            with (self.folder / key).open("rb") as file:
                file.seek(start)
                return file.read(length)
        except OSError as error:
            raise Unreadable(str(error)) from error


def row(key: str, size: int, **other: Any) -> dict[str, Any]:
    plain = {
        "key": key,
        "version_id": None,
        "is_latest": True,
        "entry": "version",
        "size": size,
        "allocated": None,
        "modified": WHEN,
        "etag": None,
        "storage_class": None,
        "owner": None,
    }
    return plain | other


def rows_of(folder: Path, without: Sequence[str] = ()) -> list[dict[str, Any]]:
    """One row per file below the folder; symbolic links are what an upload leaves out."""
    rows = []
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent) / name
            key = path.relative_to(folder).as_posix()
            if not path.is_symlink() and key not in without:
                rows.append(row(key, path.stat().st_size))
    return rows


class Recognised:
    """Artifacts as dicts by (root, slot) with the sums that reports show, and rows by key."""

    def __init__(self, out: Path) -> None:
        with duckdb.connect() as connection:
            artifacts, objects = str(out / "artifacts.parquet"), str(out / "objects.parquet")
            live = "coalesce(sum(size) FILTER (is_latest AND entry = 'version' AND role ="
            sums = f"""
                SELECT a.*, o.* EXCLUDE (artifact)
                FROM read_parquet($a) a JOIN (
                    SELECT artifact, count(*) AS rows,
                           sum(size) FILTER (is_latest AND entry = 'version')::BIGINT AS bytes,
                           {live} 'weights'), 0)::BIGINT AS weights,
                           {live} 'optimizer'), 0)::BIGINT AS optimizer,
                           {live} 'mixed'), 0)::BIGINT AS mixed
                    FROM read_parquet($o) GROUP BY artifact) o USING (artifact)
                ORDER BY artifact"""
            found = connection.sql(sums, params={"a": artifacts, "o": objects}).to_arrow_table()
        self.artifacts = [_with_split(one) for one in found.to_pylist()]
        self.objects = pq.read_table(out / "objects.parquet").to_pylist()
        self.count = pq.read_metadata(out / "artifacts.parquet").num_rows

    def at(self, root: str, slot: str = "") -> Mapping[str, Any]:
        found = [one for one in self.artifacts if (one["root"], one["slot"]) == (root, slot)]
        assert len(found) == 1, f"{root!r} {slot!r}: {[a['root'] for a in self.artifacts]}"
        return found[0]


def _with_split(one: dict[str, Any]) -> dict[str, Any]:
    weights = one["weights"] + (one["mixed_weights"] or 0)
    optimizer = one["optimizer"] + (one["mixed_optimizer"] or 0)
    total = one["bytes"] or 0
    split = {"bytes_weights": weights, "bytes_optimizer": optimizer}
    return one | split | {"bytes_other": total - weights - optimizer}


def recognise_rows(
    rows: Sequence[Mapping[str, Any]], tmp: Path, folder: Path | None = None, prefix: str = ""
) -> Recognised:
    """Recognise a listing; contents come from `folder` where it is given."""
    tmp.mkdir(parents=True, exist_ok=True)
    listed = tmp / "listed.parquet"
    pq.write_table(pa.Table.from_pylist([dict(one) for one in rows], LISTED), listed)
    reader = FolderReader(folder or tmp / "nothing")
    place = Place("store", "bucket", "s3://bucket/", prefix)
    recognise(listed, tmp, place=place, read=reader, progress=lambda _: None)
    recognised = Recognised(tmp)
    assert recognised.count == len(recognised.artifacts), "an artifact without rows"
    assert len(recognised.objects) == len(rows), "each row is there exactly once"
    return recognised


def recognise_folder(
    folder: Path, tmp: Path, without: Sequence[str] = (), seed: int = 0
) -> Recognised:
    """Recognise the files below a folder, less some, in an order that the seed decides."""
    rows = rows_of(folder, without)
    random.Random(seed).shuffle(rows)
    return recognise_rows(rows, tmp, folder)


def recognise_files(files: Mapping[str, bytes], tmp: Path) -> Recognised:
    """Write small files by key, then recognise them."""
    for key, data in files.items():
        path = tmp / "tree" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return recognise_folder(tmp / "tree", tmp / "out")
