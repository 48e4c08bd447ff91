"""A prefix of a bucket as a place: what is not complete is an upload that is not completed."""

import io
from collections.abc import Iterator
from typing import Any

from governance.recognise.reading import Reader
from governance.store.errors import ConflictError, NotFoundError
from governance.store.multipart import Journal, Writer
from governance.store.objects import Objects
from governance.store.reading import StoreReader
from tce.seal.errors import MissingError
from tce.seal.place import Incoming, already, checked


class Bucket:
    """Objects below a prefix."""

    resumes = True

    def __init__(self, objects: Objects, prefix: str) -> None:
        self._objects, self._prefix = objects, prefix

    @property
    def uri(self) -> str:
        """``s3://bucket/prefix/``."""
        return self._objects.uri(self._prefix)

    def uri_of(self, name: str) -> str:
        """``s3://bucket/prefix/name``."""
        return self._objects.uri(self._prefix + name)

    def stream(self, name: str) -> Incoming:
        """Open an object."""
        try:
            return _Lines(self._objects.stream(self._prefix + name))
        except NotFoundError as error:
            raise self._missing(name, error) from error

    def read(self, name: str, most: int) -> bytes:
        """Return a small object."""
        try:
            return self._objects.read(self._prefix + name, most)
        except NotFoundError as error:
            raise self._missing(name, error) from error

    def _missing(self, name: str, error: NotFoundError) -> Exception:
        """A missing bucket is told as it is."""
        return error if "bucket" in str(error) else MissingError(f"no object {self.uri_of(name)}")

    def writer(
        self,
        name: str,
        *,
        expected: int = 0,
        replace: bool = False,
        journal: Journal | None = None,
    ) -> Writer:
        """Begin an object."""
        try:
            return Writer(
                self._objects,
                self._prefix + checked(name),
                expected=expected,
                replace=replace,
                journal=journal,
            )
        except ConflictError:
            raise already(self.uri_of(name)) from None

    def write(self, name: str, text: bytes, *, replace: bool) -> None:
        """Write a small object."""
        try:
            self._objects.write(self._prefix + checked(name), text, replace=replace)
        except ConflictError:
            raise already(self.uri_of(name)) from None

    def exists(self, name: str) -> bool:
        """Tell whether there is an object."""
        return self._objects.exists(self._prefix + name)

    def remove(self, name: str) -> None:
        """Remove an object."""
        self._objects.remove(self._prefix + name)

    def below(self, name: str) -> Iterator[tuple[str, int]]:
        """Yield the objects of a folder; keys that end in a slash hold nothing."""
        prefix = f"{self._prefix}{name}/" if name else self._prefix
        for key, size in sorted(self._objects.below(prefix)):
            if not key.endswith("/"):
                yield key.removeprefix(self._prefix), size

    def reader(self) -> Reader:
        """Read pieces of objects."""
        return _Below(StoreReader(self._objects.store, self._objects.bucket), self._prefix)


class _Below:
    """Pieces of objects by their names below a prefix."""

    def __init__(self, reader: StoreReader, prefix: str) -> None:
        self._reader, self._prefix = reader, prefix

    def read(self, key: str, start: int, length: int) -> bytes:
        """See `governance.recognise.reading.Reader`."""
        return self._reader.read(self._prefix + key, start, length)


class _Lines(io.BufferedReader):
    """A stream of the network with lines: what is read ahead is not lost."""

    def __init__(self, raw: Any) -> None:
        super().__init__(raw, 1 << 17)
        self.size: int = raw.size
