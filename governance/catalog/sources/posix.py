"""A POSIX tree (scratch, project space) as a listing: every regular file once, nothing followed."""

from __future__ import annotations

import errno
import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from governance.artifact import Entry
from governance.errors import GovernanceError
from governance.recognise.reading import MAX_READ, Unreadable
from governance.snapshot.manifest import Gap, Skip
from governance.snapshot.schema import LISTED, TIME

ROWS = 10_000
"""Files in one batch."""
BLOCK = 512
"""Bytes in one of `st_blocks`, whatever the file system's own block size (POSIX stat.h)."""
SNAPSHOTS = frozenset({".snapshot", ".snapshots", ".zfs"})
"""Folders in which file servers show old states: the same files again."""
MAX_NAMED = 1000
"""Gaps, and places left out, that are named one by one."""


class NoFolderError(GovernanceError):
    """What was to be scanned is no folder that can be opened."""

    kind = "no folder"


@dataclass
class _Batch:
    keys: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    allocated: list[int] = field(default_factory=list)
    modified: list[int] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    linked: list[int | None] = field(default_factory=list)

    def take(self) -> pa.RecordBatch:
        count = len(self.keys)
        batch = pa.record_batch(
            [
                pa.array(self.keys, pa.string()),
                pa.nulls(count, pa.string()),
                pa.array([True] * count, pa.bool_()),
                pa.array([str(Entry.VERSION)] * count, pa.string()),
                pa.array(self.sizes, pa.int64()),
                pa.array(self.allocated, pa.int64()),
                pa.array(self.modified, pa.int64()).cast(TIME),
                pa.nulls(count, pa.string()),
                pa.nulls(count, pa.string()),
                pa.array(self.owners, pa.string()),
                pa.array(self.linked, pa.int64()),
            ],
            schema=LISTED,
        )
        self.__init__()  # type: ignore[misc]
        return batch


class PosixTree:
    """One walk of one tree; iterate over :meth:`rows` once, then look at gaps and notes.

    Symbolic links are not followed, hard links are counted once, other mounts and snapshot
    folders are left out. What cannot be read is a gap: the tree is then not known completely.
    """

    def __init__(self, root: Path, excluded: Path | None = None) -> None:
        self._root = root
        self._excluded = excluded
        self._seen: set[tuple[int, int]] = set()
        self._left_out: Counter[str] = Counter()
        self.gaps: list[Gap] = []
        self.skipped: list[Skip] = []
        """Other mounts and snapshot folders, the first of them."""
        self.skipped_count = 0

    @property
    def notes(self) -> list[str]:
        """What else was left out on purpose, in words."""
        return [f"{count:,} {what}" for what, count in sorted(self._left_out.items())]

    def rows(self) -> Iterator[pa.RecordBatch]:
        """Yield batches of `schema.LISTED`, folder by folder in the order of names.

        Raises:
            NoFolderError: the root itself cannot be opened as a folder.
        """
        try:
            home = os.stat(self._root)
            if not stat.S_ISDIR(home.st_mode):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            os.close(os.open(self._root, os.O_RDONLY | os.O_DIRECTORY))
        except OSError as error:
            reason = (error.strerror or "unknown error").lower()
            raise NoFolderError(f"{self._root} cannot be scanned: {reason}") from error
        batch = _Batch()
        folders = [b""]
        while folders:
            folder = folders.pop()
            inner = []
            for entry, info in self._entries(folder):
                name = folder + entry
                if stat.S_ISDIR(info.st_mode):
                    if self._enters(name, entry, info, home.st_dev):
                        inner.append(name + b"/")
                elif stat.S_ISREG(info.st_mode):
                    self._add(batch, name, info)
                    if len(batch.keys) >= ROWS:
                        yield batch.take()
                else:
                    self._left_out[_other(info.st_mode)] += 1
            folders.extend(reversed(inner))
        if batch.keys:
            yield batch.take()

    def _entries(self, folder: bytes) -> Iterator[tuple[bytes, os.stat_result]]:
        path = os.path.join(os.fsencode(self._root), folder)
        flags = os.O_RDONLY | os.O_DIRECTORY | (os.O_NOFOLLOW if folder else 0)
        try:
            handle = os.open(path, flags)
        except OSError as error:
            self._gap(folder, error)
            return
        try:
            names = sorted(os.fsencode(name) for name in os.listdir(handle))
            for name in names:
                try:
                    yield name, os.stat(name, dir_fd=handle, follow_symlinks=False)
                except FileNotFoundError:
                    continue  # removed while we walked: it is not there
                except OSError as error:
                    self._gap(folder + name, error)
        except OSError as error:
            self._gap(folder, error)
        finally:
            os.close(handle)

    def _enters(self, path: bytes, name: bytes, info: os.stat_result, device: int) -> bool:
        if os.fsdecode(name) in SNAPSHOTS:
            return self._skip(path, "a file server's snapshots")
        if info.st_dev != device:
            return self._skip(path, "another mount")
        full = os.path.join(os.fsencode(self._root), path)
        return self._excluded is None or full != os.fsencode(self._excluded)

    def _skip(self, path: bytes, reason: str) -> bool:
        self.skipped_count += 1
        if len(self.skipped) < MAX_NAMED:
            self.skipped.append(Skip(prefix=key_of(path) + "/", reason=reason))
        return False

    def _add(self, batch: _Batch, path: bytes, info: os.stat_result) -> None:
        again = False
        if info.st_nlink > 1:
            inode = (info.st_dev, info.st_ino)
            again = inode in self._seen
            self._seen.add(inode)
            self._left_out["further names of hard-linked files counted once"] += again
        batch.keys.append(key_of(path))
        batch.sizes.append(0 if again else info.st_size)
        batch.allocated.append(0 if again else info.st_blocks * BLOCK)
        batch.modified.append(info.st_mtime_ns // 1000)
        batch.owners.append(str(info.st_uid))
        batch.linked.append(info.st_size if again else None)

    def _gap(self, path: bytes, error: OSError) -> None:
        if len(self.gaps) < MAX_NAMED:
            reason = (error.strerror or "cannot be read").lower()
            right = "read" if error.errno in (errno.EACCES, errno.EPERM) else None
            self.gaps.append(Gap(prefix=key_of(path), reason=reason, right=right))


def _other(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "symbolic links not followed"
    return "devices, pipes and sockets left out"


def key_of(path: bytes) -> str:
    r"""Return the key of a path: UTF-8, with `\\xNN` for each byte that is not."""
    return path.decode("utf-8", "backslashreplace")


class PosixReader:
    """Reads ranges of regular files below a root; never through a symbolic link. Thread-safe."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, key: str, start: int, length: int) -> bytes:
        """Return `length` bytes from `start`, fewer only where the file ends.

        Raises:
            Unreadable: it is gone, not a regular file, or may not be read.
        """
        if length > MAX_READ:
            raise Unreadable(f"a read of {length} bytes is more than is ever needed")
        parts = key.split("/")
        if any(part in ("", ".", "..") for part in parts):
            raise Unreadable("its name is not a path below the scanned folder")
        try:
            with os.fdopen(self._open(parts), "rb") as file:
                file.seek(start)
                return file.read(max(0, length))
        except OSError as error:
            raise Unreadable((error.strerror or "cannot be read").lower()) from error

    def _open(self, parts: list[str]) -> int:
        """Open step by step, so that no folder on the way is a symbolic link."""
        at = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for part in parts[:-1]:
                inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
                os.close(at)
                at = inner
            # O_NONBLOCK: opening a pipe that somebody put here must not wait for a writer.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            file = os.open(parts[-1], flags, dir_fd=at)
        finally:
            os.close(at)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise OSError(errno.EINVAL, "not a regular file")
        return file
