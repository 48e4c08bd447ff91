"""Everything that takes space in a bucket: versions, delete markers, unfinished uploads.

What may not be listed is asked for in a lesser way, and what cannot be had is written down:

1. all versions; without that right (or call) what a plain listing shows;
2. all at once; without that right folder by folder, and what is refused there is a gap.

Some stores lose names between two pages (`Profile.pages_lose_names`): they are listed folder by
folder, because one page by itself is right.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from governance.snapshot.manifest import Gap
from governance.snapshot.schema import LISTED
from governance.store.client import Versioning
from governance.store.crew import Crew, Emit
from governance.store.errors import (
    AccessDeniedError,
    ClockSkewError,
    CredentialsError,
    NotFoundError,
    StoreError,
    UnreachableError,
    UnsupportedError,
)
from governance.store.join import join
from governance.store.pages import Lister, Method
from governance.store.spread import Spread
from governance.store.uploads import upload_rows

WORKERS = 4
MOST_FILES = 10_000
"""Objects directly in a folder, beyond which its folders are listed one by one."""
HOPELESS = (UnreachableError, CredentialsError, ClockSkewError)
"""Errors after which nothing else in the bucket can be listed either."""
MAX_GAPS = 1000
"""Gaps that are named one by one; more become one gap over all of the listing."""


@dataclass
class Coverage:
    """What a listing covered; complete only after its last row was taken."""

    versions: Literal["all", "current", "unversioned"] = "all"
    uploads: Literal["listed", "not listed"] = "listed"
    sizes_missing: bool = False
    """True where uploads are listed and their parts are not."""
    gaps: list[Gap] = field(default_factory=list)
    missing_rights: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def lower_bound(self) -> bool:
        """True where something that takes space may be missing."""
        partly = self.versions == "current" or self.uploads == "not listed"
        return partly or self.sizes_missing or bool(self.gaps)


class Listing:
    """One listing of one bucket below one prefix; iterate over :meth:`rows` once.

    `excluded` is a prefix whose keys are left out (tutela's own records).
    """

    def __init__(
        self,
        lister: Lister,
        prefix: str,
        *,
        versioning: Versioning = "unknown",
        excluded: str | None = None,
        folder_by_folder: Callable[[], bool] = lambda: False,
        workers: int = WORKERS,
    ) -> None:
        self._lister = lister
        self._prefix = prefix
        self._never_versioned = versioning == "never"
        self._excluded = excluded
        self._folder_by_folder = folder_by_folder
        self._workers = workers
        self._lock = threading.Lock()
        self._something = False
        self._ended = False
        self.coverage = Coverage(versions="unversioned" if self._never_versioned else "all")

    def rows(self) -> Iterator[pa.RecordBatch]:
        """Yield batches of `schema.LISTED`, in any order, each of one page.

        Uploads come first: one that is completed meanwhile is then counted twice, not never.

        Raises:
            StoreError: nothing at all could be listed. What fails later is in `coverage`.
        """
        yield from self._uploads()
        for batch in Crew(self._list, self._workers).run(self._prefix):
            yield self._cleaned(batch)

    def _uploads(self) -> Iterator[pa.RecordBatch]:
        coverage = self.coverage
        try:
            for batch in upload_rows(self._lister, self._prefix, self._no_parts):
                self._something = True
                yield self._cleaned(batch)
        except AccessDeniedError as error:
            coverage.uploads = "not listed"
            self._missing(error.right)
        except (UnsupportedError, NotFoundError) as error:
            if isinstance(error, NotFoundError) and "bucket" in str(error):
                raise
            coverage.uploads = "not listed"
            coverage.notes.append("the store does not list unfinished uploads")
        except StoreError as error:
            if not self._something:
                raise
            coverage.uploads = "not listed"
            self._gap(self._prefix, f"unfinished uploads: {error}")

    def _no_parts(self, right: str) -> None:
        self.coverage.sizes_missing = True
        if right:
            self._missing(right)
        else:
            self._note("the store does not list the parts of unfinished uploads")

    def _list(self, prefix: str, emit: Emit) -> Sequence[str]:
        """List below one prefix in the best way that is allowed; return folders still to do."""
        if self._ended:
            return ()
        refusals: list[StoreError] = []
        for method in (self._lister.versions, self._lister.current):
            try:
                found = self._flat_or_level(method, prefix, emit)
            except (AccessDeniedError, UnsupportedError) as error:
                refusals.append(error)
            except StoreError as error:
                # Before the first row it is the caller's error; later it is a gap.
                if not self._something:
                    raise
                self._cut_short(prefix, error)
                return ()
            else:
                if refusals:
                    self._only_current(refusals[0])
                return found
        if not self._something and prefix == self._prefix:
            raise refusals[-1]
        right = refusals[-1].right if isinstance(refusals[-1], AccessDeniedError) else None
        self._gap(prefix, str(refusals[-1]), right)
        return ()

    def _flat_or_level(self, method: Method, prefix: str, emit: Emit) -> Sequence[str]:
        try:
            return self._flat(method, prefix, emit)
        except AccessDeniedError as error:
            try:
                return self._level(method, prefix, emit)
            except AccessDeniedError:
                raise error from None

    def _flat(self, method: Method, prefix: str, emit: Emit) -> Sequence[str]:
        with self._in_part(prefix, emit) as take:
            for number, page in enumerate(method(prefix)):
                if page.more and not number and self._folder_by_folder():
                    return self._level(method, prefix, emit, page.rows)
                take(page.rows)
        return ()

    def _level(
        self, method: Method, prefix: str, emit: Emit, sample: pa.RecordBatch | None = None
    ) -> Sequence[str]:
        folders: list[str] = []
        files: list[str] = []
        with self._in_part(prefix, emit) as take:
            if self._folder_by_folder():

                def take_and_note(batch: pa.RecordBatch) -> None:
                    take(batch)
                    if len(files) <= MOST_FILES:
                        files.extend(batch.column("key").to_pylist())

                spread = Spread(self._lister, method, prefix, take_and_note, self._left_out)
                folders = spread.folders
                spread.run()
            else:
                for page in method(prefix, one_level=True):
                    take(page.rows)
                    folders += page.folders
        if sample is not None and len(files) <= MOST_FILES:
            folders = self._joined(prefix, folders, files, sample)
        # A store that names a folder outside of this one would send us in circles.
        below = [one for one in folders if one.startswith(prefix) and len(one) > len(prefix)]
        return [one for one in below if one != self._excluded]

    def _joined(
        self, prefix: str, folders: list[str], files: list[str], sample: pa.RecordBatch
    ) -> list[str]:
        """Join folders that the first page, which is thrown away, shows to be small."""
        if any(folder == self._excluded for folder in folders):
            return folders
        keys = sample.column("key").to_pylist()
        seen = {key[: key.find("/", len(prefix)) + 1] for key in keys}
        inside = sum("/" in key[len(prefix) :] for key in keys)
        each = inside / max(1, len(seen - {""}))
        return join(prefix, folders, files, max(1.0, each), len(keys))

    @contextmanager
    def _in_part(self, prefix: str, emit: Emit) -> Iterator[Emit]:
        """Make an error after the first rows a gap; before them another way may be tried."""
        taken = False

        def take(batch: pa.RecordBatch) -> None:
            nonlocal taken
            emit(batch)
            taken = self._something = True

        try:
            yield take
        except StoreError as error:
            if not taken:
                raise
            self._cut_short(prefix, error)

    def _cut_short(self, prefix: str, error: StoreError) -> None:
        if isinstance(error, HOPELESS):
            # Every other prefix would only wait through all retries to say the same.
            with self._lock:
                first, self._ended = not self._ended, True
            if first:
                self._gap(self._prefix, f"given up: {error}")
        else:
            right = error.right if isinstance(error, AccessDeniedError) else None
            self._gap(prefix, f"cut short: {error}", right)

    def _left_out(self, key: str) -> None:
        self._gap(key, "the store's listing leaves it out between two pages")

    def _cleaned(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Leave out tutela's own records, and version ids that are none."""
        if pc.any(pc.match_substring(batch.column("key"), "\ufffd")).as_py():
            # What XML cannot hold, where the store does not URL-encode its listing.
            self._note("characters of some names were replaced by the store; they cannot be read")
        if self._excluded:
            ours = pc.starts_with(batch.column("key"), self._excluded)
            batch = batch.filter(pc.invert(ours))
        if self._never_versioned:
            index = batch.schema.get_field_index("version_id")
            ids = batch.column(index)
            upload = pc.equal(batch.column("entry"), "upload")
            kept = pc.if_else(upload, ids, pa.nulls(batch.num_rows, pa.string()))
            batch = batch.set_column(index, LISTED.field("version_id"), kept)
        return batch

    def _only_current(self, refused: StoreError) -> None:
        if self._never_versioned:
            return  # then what is current is all there is
        self.coverage.versions = "current"
        if isinstance(refused, AccessDeniedError):
            self._missing(refused.right)
        else:
            self._note("the store does not list versions")

    def _missing(self, right: str) -> None:
        with self._lock:
            if right not in self.coverage.missing_rights:
                self.coverage.missing_rights.append(right)

    def _note(self, text: str) -> None:
        with self._lock:
            if text not in self.coverage.notes:
                self.coverage.notes.append(text)

    def _gap(self, prefix: str, reason: str, right: str | None = None) -> None:
        if right is not None:
            self._missing(right)
        with self._lock:
            gaps = self.coverage.gaps
            if len(gaps) < MAX_GAPS:
                gaps.append(Gap(prefix=prefix, reason=reason, right=right))
            elif gaps[-1].prefix != self._prefix or "and more" not in gaps[-1].reason:
                gaps.append(Gap(prefix=self._prefix, reason="and more places, too many to name"))
