"""Small true snapshots, written by the writer itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from governance.snapshot.manifest import ARTIFACTS, OBJECTS, Manifest, StoreRecord, snapshot_id
from governance.snapshot.reader import Snapshot
from governance.snapshot.schema import ARTIFACTS as ARTIFACT_COLUMNS
from governance.snapshot.schema import LISTED
from governance.snapshot.schema import OBJECTS as OBJECT_COLUMNS
from governance.snapshot.writer import Writer

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


class Home:
    """A workspace, as far as snapshots are concerned."""

    def __init__(self, folder: Path) -> None:
        self.snapshots_dir = folder / "snapshots"


def batch(*rows: tuple[str, int], entry: str = "version", latest: bool = True) -> pa.RecordBatch:
    """Rows of a listing: key and size, the rest the same for all."""
    return pa.RecordBatch.from_pylist(
        [
            {"key": key, "size": size, "entry": entry, "is_latest": latest, "modified": NOON}
            for key, size in rows
        ],
        schema=LISTED,
    )


def manifest(source: str = "s3://b/", at: datetime = NOON, **more: object) -> Manifest:
    bucket, _, prefix = source.partition("://")[2].partition("/")
    values = {
        "id": snapshot_id(at, "x:1", source),
        "source": source,
        "store": StoreRecord(identity="x:1"),
        "bucket": f"/{prefix}" if source.startswith("file:") else bucket,
        "prefix": "" if source.startswith("file:") else prefix,
        "started": at,
        "finished": at,
        "tool_version": "0",
        "complete": True,
        "versions": "all",
        "uploads": "listed",
        "lower_bound": False,
    }
    return Manifest.model_validate({**values, **more})


def recognised(writer: Writer) -> None:
    """What recognition leaves in the folder: here, nothing recognised and no objects."""
    writer.listed()
    pq.write_table(OBJECT_COLUMNS.empty_table(), writer.folder / OBJECTS)
    pq.write_table(ARTIFACT_COLUMNS.empty_table(), writer.folder / ARTIFACTS)


def write(
    home: Home,
    said: Manifest | None = None,
    batches: Sequence[pa.RecordBatch] = (),
    between: Callable[[Writer], None] = recognised,
) -> Snapshot:
    said = said or manifest()
    with Writer(home.snapshots_dir, said.id) as writer:
        for one in batches:
            writer.append(one)
        between(writer)
        return writer.commit(said)
