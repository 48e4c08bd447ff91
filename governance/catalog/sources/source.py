"""What a scan needs of a source: its rows, its contents, and afterwards what it could not give."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import pyarrow as pa

from governance.recognise.engine import Place
from governance.recognise.reading import Reader
from governance.snapshot.manifest import Gap, Skip, StoreRecord


@dataclass(frozen=True)
class Identity:
    """Which place a source lists, as it goes into manifest and artifact ids."""

    uri: str
    """Canonical and raw: `s3://bucket/prefix`, `file:///path`."""
    store: StoreRecord
    bucket: str
    """POSIX: the absolute path of the tree."""
    prefix: str = ""
    listing: str | None = None
    """The file that lists it, where the place itself is not asked."""
    governance: str | None = None
    """The prefix of tutela's own records in this bucket."""
    as_of: datetime | None = None
    """When the rows were true, where that is not now."""

    @property
    def place(self) -> Place:
        """The same for recognition."""
        base = f"s3://{self.bucket}/"
        if self.uri.startswith("file:"):
            base = f"file://{self.bucket.rstrip('/')}/"
        return Place(self.store.identity, self.bucket, base, self.prefix)


@dataclass(frozen=True)
class Found:
    """What a listing turned out to cover."""

    versions: Literal["all", "current", "unversioned"]
    uploads: Literal["listed", "not listed"]
    lower_bound: bool
    gaps: tuple[Gap, ...] = ()
    skipped: tuple[Skip, ...] = ()
    skipped_count: int = 0
    missing_rights: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Source(Protocol):
    """One bucket, tree or listing file. Used once: rows, then found and reader, then close."""

    @property
    def identity(self) -> Identity:
        """Which place this is."""

    def rows(self) -> Iterator[pa.RecordBatch]:
        """Yield batches of `schema.LISTED`.

        Raises:
            GovernanceError: there is nothing to list, or none of it can be.
        """

    def found(self) -> Found:
        """Return what was covered; after the last row only."""

    def reader(self) -> Reader:
        """Return what reads contents, from several threads."""

    def close(self) -> None:
        """Give back connections."""
