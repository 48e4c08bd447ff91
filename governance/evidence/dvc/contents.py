"""Small objects of the stores that a workspace knows, for evidence that does not lie in Git."""

import os
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from blueprints.formats.git.plain import read_if_there
from governance.errors import GovernanceError
from governance.recognise.reading import MAX_READ, Unreadable
from governance.workspace.workspace import Workspace

if TYPE_CHECKING:
    from governance.store.reading import StoreReader

PATIENCE = 5
"""Reads of one bucket that may fail one after the other before it is asked no more."""
GONE = "it is gone since it was listed"


class StoredContents:
    """Reads `s3://` through the stores of a workspace, and `file://`. Thread-safe; close it."""

    def __init__(self, base: Path) -> None:
        """`base`: the workspace's folder; where there is none, only files can be read."""
        self._base = base
        self._lock = Lock()
        self._readers: dict[str, _Bucket | None] = {}

    def read(self, uri: str, most: int) -> bytes | None:
        """Return an object's bytes; None where it is not there, is larger, or cannot be read."""
        scheme, _, rest = uri.partition("://")
        if scheme == "file":
            try:
                return read_if_there(Path(os.path.normpath(rest)), most)
            except (OSError, ValueError):
                return None
        bucket, _, key = rest.partition("/")
        if scheme != "s3" or not key:
            return None
        with self._lock:
            if bucket not in self._readers:
                self._readers[bucket] = self._open(bucket)
            reader = self._readers[bucket]
        return reader.read(key, most) if reader is not None else None

    def _open(self, bucket: str) -> "_Bucket | None":
        # Only a workspace that has stores to ask needs the library that asks them.
        from governance.catalog.sources.open import store_for
        from governance.store.reading import StoreReader
        from governance.workspace.config import StoreConfig

        try:
            workspace = Workspace.find(self._base, self._base)
            store = store_for(bucket, workspace.config, StoreConfig())
            return _Bucket(StoreReader(store, bucket))
        except GovernanceError:
            return None

    def close(self) -> None:
        """Close the connections."""
        for reader in self._readers.values():
            if reader is not None:
                reader.reader.close()
        self._readers.clear()


class _Bucket:
    def __init__(self, reader: "StoreReader") -> None:
        self.reader = reader
        self._failures = 0

    def read(self, key: str, most: int) -> bytes | None:
        if self._failures >= PATIENCE:
            return None
        pieces: list[bytes] = []
        size = 0
        try:
            while True:
                piece = self.reader.read(key, size, MAX_READ)
                pieces.append(piece)
                size += len(piece)
                if size > most:
                    return None
                if len(piece) < MAX_READ:
                    break
        except Unreadable as reason:
            self._failures = 0 if str(reason) == GONE else self._failures + 1
            return None
        self._failures = 0
        return b"".join(pieces)
