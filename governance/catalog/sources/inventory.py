"""A listing that somebody else made: S3 Inventory (manifest.json), a Parquet or a CSV file.

Columns are those of S3 Inventory, in any case and with or without underscores: Bucket, Key,
VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass. Source: the Amazon
S3 user guide, "Amazon S3 Inventory". ORC is not read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote_plus

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from governance.artifact import Entry
from governance.errors import GovernanceError
from governance.snapshot.manifest import Gap
from governance.snapshot.schema import LISTED, TIME

MAX_MANIFEST = 64 * 1024 * 1024
ENDINGS = (".parquet", ".csv", ".csv.gz", "manifest.json")

_COLUMNS = {
    "bucket": "bucket",
    "key": "key",
    "versionid": "version_id",
    "islatest": "is_latest",
    "isdeletemarker": "is_delete_marker",
    "size": "size",
    "lastmodifieddate": "modified",
    "lastmodified": "modified",
    "etag": "etag",
    "storageclass": "storage_class",
    "objectowner": "owner",
}


class ListingError(GovernanceError):
    """The file is no listing that can be read, or lists more than one bucket."""

    kind = "listing"


@dataclass
class Inventory:
    """One listing file, or the files that one manifest names; iterate over :meth:`rows` once."""

    path: Path
    as_of: datetime
    """When the listing was taken: the manifest's time, else the file's last change."""
    bucket: str
    versions: bool
    """Does it list every version, or the current ones only?"""
    files: Sequence[Path]
    schema: Sequence[str] | None = None
    """Column names of CSV files without a header."""
    gaps: list[Gap] = field(default_factory=list)

    def rows(self) -> Iterator[pa.RecordBatch]:
        """Yield batches of `schema.LISTED`.

        Raises:
            ListingError: a file is damaged, a column has the wrong type, another bucket appears.
        """
        for file in self.files:
            try:
                for batch in _batches(file, self.schema):
                    yield self._listed(file, batch)
            except (pa.ArrowException, OSError) as error:
                raise ListingError(f"{file} cannot be read: {_first_line(error)}") from error

    def _listed(self, file: Path, batch: pa.RecordBatch) -> pa.RecordBatch:
        columns = _named(file, batch)
        count = batch.num_rows
        buckets = pc.unique(columns["bucket"].cast(pa.string())).to_pylist()
        if any(bucket != self.bucket for bucket in buckets):
            other = next(bucket for bucket in buckets if bucket != self.bucket)
            raise ListingError(
                f"{file} lists {other!r} besides {self.bucket!r}", "give one bucket's listing"
            )
        keys = columns["key"].cast(pa.string())
        if keys.null_count:
            raise ListingError(f"{file} has a row without a key")
        if self.schema is not None:
            # Only the CSV form of S3 Inventory writes keys URL-encoded.
            keys = pa.array([unquote_plus(key) for key in keys.to_pylist()], pa.string())
        deleted = _flag(columns.get("is_delete_marker"), count, default=False)
        size = columns["size"].cast(pa.string())
        size = pc.if_else(pc.equal(size, ""), None, size).cast(pa.int64()).fill_null(0)
        return pa.record_batch(
            [
                keys,
                _text(columns.get("version_id"), count) if self.versions else _nothing(count),
                _flag(columns.get("is_latest"), count, default=True),
                pc.if_else(deleted, str(Entry.DELETE_MARKER), str(Entry.VERSION)),
                size,
                pa.nulls(count, pa.int64()),
                _time(columns.get("modified"), count),
                pc.utf8_trim(_text(columns.get("etag"), count), '"'),
                _text(columns.get("storage_class"), count),
                _text(columns.get("owner"), count),
                pa.nulls(count, pa.int64()),
            ],
            schema=LISTED,
        )


def open_inventory(path: Path) -> Inventory:
    """Open a listing; raise ListingError where it is none."""
    if path.name.endswith("manifest.json"):
        return _from_manifest(path)
    if not path.name.endswith(ENDINGS):
        raise ListingError(f"{path} is no listing", f"name a file that ends with {ENDINGS[0]}")
    try:
        as_of = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        first = next(_batches(path, None), None)
    except (pa.ArrowException, OSError) as error:
        raise ListingError(f"{path} cannot be read: {_first_line(error)}") from error
    if first is None or not first.num_rows:
        raise ListingError(f"{path} lists nothing, not even a bucket's name")
    columns = _named(path, first)
    bucket = columns["bucket"][0].as_py()
    return Inventory(path, as_of, str(bucket), _has_versions(columns), [path])


def _from_manifest(path: Path) -> Inventory:
    try:
        if path.stat().st_size > MAX_MANIFEST:
            raise ListingError(f"{path} is larger than a manifest can be")
        manifest = json.loads(path.read_bytes())
        form, text = manifest["fileFormat"].upper(), manifest["fileSchema"]
        bucket, entries = str(manifest["sourceBucket"]), list(manifest["files"])
        as_of = datetime.fromtimestamp(int(manifest["creationTimestamp"]) / 1000, UTC)
        named = [(str(entry["key"]), entry.get("MD5checksum")) for entry in entries]
    except OSError as error:
        raise ListingError(f"{path} cannot be read: {_first_line(error)}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ListingError(f"{path} is not the manifest of an S3 Inventory") from error
    if form not in ("CSV", "PARQUET"):
        raise ListingError(f"{path} is in {form}", "ask S3 Inventory for CSV or Parquet")
    files, gaps = [], []
    for key, checksum in named:
        found = _beside(path, key)
        if found is None:
            gaps.append(Gap(prefix="", reason=f"the listing's part {key} is not beside it"))
        elif checksum and _md5(found) != checksum:
            gaps.append(Gap(prefix="", reason=f"the listing's part {key} is damaged"))
        else:
            files.append(found)
    schema = [name.strip() for name in text.split(",")] if form == "CSV" else None
    names = {_plain(name) for name in (schema or [])}
    if form == "PARQUET":
        names = {_plain(name) for file in files[:1] for name in pq.read_schema(file).names}
    versions = {"versionid", "islatest"} <= names
    return Inventory(path, as_of, bucket, versions, files, schema, gaps)


def _beside(manifest: Path, key: str) -> Path | None:
    """A part's file: by its own name beside the manifest or in `data/`, never outside of it."""
    name = key.rpartition("/")[2]
    if name in ("", ".", ".."):
        return None
    folders = (manifest.parent, manifest.parent / "data", manifest.parent.parent / "data")
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        # What S3 Inventory gives; against damage, not against forgery.
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _batches(path: Path, schema: Sequence[str] | None) -> Iterator[pa.RecordBatch]:
    if path.name.endswith(".parquet"):
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches()
        return
    options = pacsv.ReadOptions(column_names=list(schema) if schema else None)
    parse = pacsv.ParseOptions(newlines_in_values=True)
    names = schema or pacsv.open_csv(path, parse_options=parse).schema.names
    # Everything as text: "007" is a key, not a number.
    convert = pacsv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
    )
    yield from pacsv.open_csv(path, options, parse, convert)


def _named(path: Path, batch: pa.RecordBatch) -> Mapping[str, pa.Array]:
    columns = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        known = _COLUMNS.get(_plain(name))
        if known:
            columns[known] = column
    missing = [name for name in ("bucket", "key", "size") if name not in columns]
    if missing:
        raise ListingError(
            f"{path} has no column {missing[0]}", "columns are Bucket, Key, Size, LastModifiedDate"
        )
    return columns


def _plain(name: str) -> str:
    return name.strip().replace("_", "").lower()


def _has_versions(columns: Mapping[str, pa.Array]) -> bool:
    return "version_id" in columns and "is_latest" in columns


def _nothing(count: int) -> pa.Array:
    return pa.nulls(count, pa.string())


def _text(column: pa.Array | None, count: int) -> pa.Array:
    if column is None:
        return _nothing(count)
    text = column.cast(pa.string())
    return pc.if_else(pc.equal(text, ""), None, text)


def _flag(column: pa.Array | None, count: int, *, default: bool) -> pa.Array:
    if column is None:
        return pa.array([default] * count, pa.bool_())
    if pa.types.is_boolean(column.type):
        return column.fill_null(default)
    text = pc.utf8_lower(column.cast(pa.string()))
    return pc.if_else(pc.equal(text, ""), default, pc.equal(text, "true")).fill_null(default)


def _time(column: pa.Array | None, count: int) -> pa.Array:
    if column is None:
        return pa.nulls(count, TIME)
    if pa.types.is_timestamp(column.type):
        return (
            column.cast(pa.timestamp("us")).cast(TIME) if not column.type.tz else column.cast(TIME)
        )
    text = column.cast(pa.string())
    return pc.if_else(pc.equal(text, ""), None, text).cast(TIME)


def _first_line(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).split("\n", 1)[0].lower()
