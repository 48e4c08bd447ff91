"""Writes a snapshot so that there is a whole one or none: staged, synced, renamed.

    with Writer(workspace.snapshots_dir, id) as writer:
        for batch in listing:
            writer.append(batch)
        recognise(writer.listed(), writer.folder, ...)
        snapshot = writer.commit(facts)

Memory is bounded by one row group, whatever the number of rows. Whatever ends the block early
(an error, Ctrl-C, a full disk) removes the staging folder; after `kill -9` the next scan does.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from governance.errors import GovernanceError
from governance.snapshot.errors import DiskFullError, SnapshotExistsError
from governance.snapshot.lock import HeldError, Lock
from governance.snapshot.manifest import (
    ARTIFACTS,
    EVIDENCE,
    EVIDENCE_FILES,
    MANIFEST,
    OBJECTS,
    Manifest,
    digest_of,
)
from governance.snapshot.reader import Snapshot
from governance.snapshot.schema import LISTED
from governance.snapshot.tally import Tally

ROW_GROUP = 122_880
"""Rows. What DuckDB reads as one piece; about 20 MB of keys while it is put together."""
LISTED_FILE = "listed.parquet"
PARTIAL = ".partial-"
_LOCK = ".lock"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class RowFile:
    """A Parquet file of `schema.LISTED` that is written batch by batch; a context manager.

    Raises:
        OSError: from any method, where it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._parquet = pq.ParquetWriter(path, LISTED, compression="zstd")
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        self._open = True

    def append(self, batch: pa.RecordBatch) -> None:
        """Take rows, in any order. Not thread-safe."""
        self.rows += batch.num_rows
        self._waiting.append(batch)
        self._waiting_rows += batch.num_rows
        if self._waiting_rows >= ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            table = pa.Table.from_batches(self._waiting, LISTED)
            self._parquet.write_table(table, row_group_size=table.num_rows)
        self._waiting, self._waiting_rows = [], 0

    def close(self) -> None:
        """Write what waits and the end of the file; once is enough."""
        if self._open:
            self._open = False
            self._flush()
            self._parquet.close()

    def abandon(self) -> None:
        """Close the file without caring whether it is whole."""
        self._waiting.clear()
        if self._open:
            self._open = False
            with suppress(OSError):
                self._parquet.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            self.abandon()


class Writer:
    """One snapshot while it is written; a context manager.

    Raises:
        SnapshotExistsError: this source was scanned in this very second, or is just now.
        DiskFullError: no room is left (from any method); nothing stays behind.
    """

    def __init__(self, snapshots_dir: Path, snapshot: str) -> None:
        self._root = snapshots_dir
        self.id = snapshot
        self.folder = snapshots_dir / f"{PARTIAL}{snapshot}"
        """The staging folder; recognition writes its two files here."""
        self.tally = Tally()
        self._stack = ExitStack()
        self._rows: RowFile | None = None

    def __enter__(self) -> Self:
        with _room(self._root), ExitStack() as stack:
            self._root.mkdir(parents=True, exist_ok=True)
            self._refuse_existing()
            try:
                stack.enter_context(Lock(_lock_of(self.folder)))
            except HeldError as error:
                raise SnapshotExistsError(
                    f"snapshot {self.id} is being written by {error}"
                ) from error
            self._refuse_existing()
            shutil.rmtree(self.folder, ignore_errors=True)
            stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self.folder.mkdir()
            self._rows = RowFile(self.folder / LISTED_FILE)
            stack.callback(self._rows.abandon)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
        # Recognition and DuckDB report a full disk in their own words.
        if isinstance(error, Exception) and _is_their_full_disk(error):
            raise _disk_full(self._root) from error

    def append(self, batch: pa.RecordBatch) -> None:
        """Take rows of `schema.LISTED`, in any order. Not thread-safe."""
        if batch.num_rows:
            self.tally.add(batch)
            with _room(self._root):
                self._file().append(batch)

    def listed(self) -> Path:
        """End the rows and return the Parquet file that holds them."""
        with _room(self._root):
            self._file().close()
        return self._file().path

    def _file(self) -> RowFile:
        if self._rows is None:
            raise RuntimeError("a snapshot is written inside of its with block")
        return self._rows

    def commit(self, manifest: Manifest) -> Snapshot:
        """Complete the manifest (counts, bytes, files, digest) and make the snapshot appear.

        `objects.parquet` and `artifacts.parquet` must lie in `folder`, and `evidence/` may. After
        this returns, the snapshot is on disk under its own name, whatever happens next.
        """
        with _room(self._root):
            self.listed().unlink()
            evidence = [name for name in EVIDENCE_FILES if (self.folder / name).exists()]
            names = (OBJECTS, ARTIFACTS, *evidence)
            files = {name: digest_of(self.folder / name) for name in names}
            artifacts = pq.read_metadata(self.folder / ARTIFACTS).num_rows
            whole = manifest.model_copy(
                update={
                    "counts": self.tally.counts(artifacts),
                    "bytes": self.tally.bytes(),
                    "files": files,
                }
            ).sealed()
            (self.folder / MANIFEST).write_text(whole.to_text(), encoding="utf-8")
            for name in (*names, *([EVIDENCE] if evidence else []), MANIFEST):
                _sync(self.folder / name)
            _sync(self.folder)
            final = self._root / self.id
            self._refuse_existing()
            self.folder.rename(final)
            _sync(self._root)
        return Snapshot(final, whole)

    def _refuse_existing(self) -> None:
        if (self._root / self.id).exists():
            raise SnapshotExistsError(
                f"snapshot {self.id} of this source and this second is there already",
                "tutela catalog list",
            )


def remove_leftovers(snapshots_dir: Path) -> list[str]:
    """Remove what runs that were killed left behind and return the names; live runs stay."""
    removed = []
    found = snapshots_dir.glob(f"{PARTIAL}*") if snapshots_dir.is_dir() else iter(())
    for path in sorted(found):
        folder = path.with_name(path.name.removesuffix(_LOCK))
        try:
            with Lock(_lock_of(folder)):
                if folder.exists():
                    shutil.rmtree(folder, ignore_errors=True)
                    removed.append(folder.name)
        except HeldError:
            continue
    return removed


def _lock_of(folder: Path) -> Path:
    # Beside the folder and made before it, so that no folder is ever without its lock.
    return folder.with_name(folder.name + _LOCK)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_their_full_disk(error: Exception) -> bool:
    return not isinstance(error, GovernanceError) and is_full(error)


def is_full(error: Exception) -> bool:
    """Tell whether an error, in whoever's words, means that the disk or quota is full."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    text = str(error).lower()
    return any(os.strerror(number).lower() in text for number in _FULL)


@contextmanager
def _room(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise _disk_full(root) from error
        raise


def _disk_full(root: Path) -> DiskFullError:
    return DiskFullError(
        f"no room left for a snapshot in {root}; nothing of it was kept",
        f"df -h {root}",
        "or use a workspace on another disk: -w DIR",
    )
