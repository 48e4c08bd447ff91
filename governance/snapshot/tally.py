"""Counts what goes into a snapshot while it goes in, batch by batch."""

from dataclasses import dataclass
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from governance.artifact import Entry
from governance.snapshot.manifest import Bytes, Counts


@dataclass
class Tally:
    """Rows and logical bytes by what they are."""

    rows: int = 0
    versions: int = 0
    delete_markers: int = 0
    uploads: int = 0
    live: int = 0
    noncurrent: int = 0
    upload_bytes: int = 0
    allocated: int | None = None

    def add(self, batch: pa.RecordBatch) -> None:
        """Count the rows of one batch of `schema.LISTED`."""
        entry, size = batch.column("entry"), batch.column("size")
        version = pc.equal(entry, Entry.VERSION)
        upload = pc.equal(entry, Entry.UPLOAD)
        latest = batch.column("is_latest")
        self.rows += batch.num_rows
        self.versions += _sum(version)
        self.uploads += _sum(upload)
        self.delete_markers += _sum(pc.equal(entry, Entry.DELETE_MARKER))
        self.live += _sum(size.filter(pc.and_(version, latest)))
        self.noncurrent += _sum(size.filter(pc.and_not(version, latest)))
        self.upload_bytes += _sum(size.filter(upload))
        allocated = batch.column("allocated")
        if allocated.null_count < batch.num_rows:
            self.allocated = (self.allocated or 0) + _sum(allocated)

    def counts(self, artifacts: int) -> Counts:
        """Return the counts for the manifest."""
        return Counts(
            rows=self.rows,
            versions=self.versions,
            delete_markers=self.delete_markers,
            uploads=self.uploads,
            artifacts=artifacts,
        )

    def bytes(self) -> Bytes:
        """Return the sums for the manifest."""
        return Bytes(
            live=self.live,
            noncurrent=self.noncurrent,
            uploads=self.upload_bytes,
            allocated=self.allocated,
        )


def _sum(values: pa.Array) -> int:
    return cast(int, pc.sum(values).as_py()) or 0
