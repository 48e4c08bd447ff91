"""Where sealed and opened files lie: a folder, or a prefix of a bucket.

What is written appears whole or not at all: plaintext whose last chunk is not authenticated yet has
no name in any folder, and in a bucket it is an upload that is not completed.
"""

import io
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, Self

from governance.catalog.sources.posix import PosixReader
from governance.recognise.reading import Reader
from governance.store.client import Store, location_of
from governance.store.errors import ConflictError, NotFoundError
from governance.store.multipart import Journal, Writer
from governance.store.objects import Objects
from governance.store.reading import StoreReader
from governance.workspace.config import StoreConfig
from tce.seal.errors import ExistsError, MissingError, PlaceError

_OPAQUE = (os.O_RDONLY | os.O_CLOEXEC) | os.O_NONBLOCK
"""Opening a pipe that nobody writes to must not wait."""


class Incoming(Protocol):
    """Something that is read from its begin to its end; a context manager."""

    size: int

    def readinto(self, into: Any, /) -> int | None:
        """Read; 0 at the end."""

    def readline(self, size: int = -1, /) -> bytes:
        """Read up to the end of a line."""

    def close(self) -> None:
        """Close it."""

    def __enter__(self) -> Any:
        """Itself."""

    def __exit__(self, *error: Any) -> None:
        """Close it."""


class Outgoing(Protocol):
    """Something that is written; a context manager that gives up what was not completed."""

    def write(self, data: Any, /) -> int | None:
        """Take all of `data`."""

    def complete(self) -> None:
        """Make it appear under its name."""

    def __enter__(self) -> Any:
        """Itself."""

    def __exit__(self, *error: Any) -> None:
        """Give up what was not completed."""


class Place(Protocol):
    """Files by name, names being relative with slashes. Raises PlaceError or StoreError."""

    resumes: bool
    """Whether what was cut off can go on."""

    @property
    def uri(self) -> str:
        """The place as people name it."""

    def uri_of(self, name: str) -> str:
        """A file as people name it."""

    def stream(self, name: str) -> Incoming:
        """Open a file; MissingError where there is none."""

    def read(self, name: str, most: int) -> bytes:
        """Return a small file; MissingError where there is none."""

    def writer(
        self,
        name: str,
        *,
        expected: int = 0,
        replace: bool = False,
        journal: Journal | None = None,
    ) -> Outgoing:
        """Begin a file of about `expected` bytes; ExistsError unless `replace`."""

    def write(self, name: str, text: bytes, *, replace: bool) -> None:
        """Write a small file; ExistsError unless `replace`."""

    def exists(self, name: str) -> bool:
        """Tell whether there is a file."""

    def remove(self, name: str) -> None:
        """Remove a file; one that is not there is no error."""

    def below(self, name: str) -> Iterator[tuple[str, int]]:
        """Yield names and sizes of all files in the folder `name` (`""`: of all), sorted."""

    def reader(self) -> Reader:
        """Return what recognition reads pieces of files with."""


def place(text: str, config: StoreConfig) -> Place:
    """Return the place that `text` names: ``s3://bucket/prefix`` or a folder.

    Raises:
        StoreError: not an S3 address, no such profile.
    """
    if not text.startswith("s3://"):
        return Folder(Path(text))
    location = location_of(text)
    prefix = location.prefix
    return Bucket(
        Objects(Store(config), location.bucket),
        prefix if not prefix or prefix.endswith("/") else prefix + "/",
    )


def checked(name: str) -> str:
    """Return `name`, if it is one: relative, and going nowhere else.

    Raises:
        PlaceError: it would lead out of its place, or cannot be written down.
    """
    parts = name.split("/")
    if not name or "\0" in name or any(part in ("", ".", "..") for part in parts):
        raise PlaceError(f"not a name of a file: {name!r}")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise PlaceError(f"a name that is not UTF-8: {name!r}") from None
    return name


class Folder:
    """Files of this machine."""

    resumes = False

    def __init__(self, path: Path, *, private: bool = False) -> None:
        self._path = path
        self._mode = 0o600 if private else 0o666

    @property
    def uri(self) -> str:
        """Its path."""
        return str(self._path)

    def uri_of(self, name: str) -> str:
        """A file's path."""
        return str(self._path / name)

    def stream(self, name: str) -> "FileStream":
        """Open a regular file."""
        path = self._path / checked(name)
        try:
            number = os.open(path, _OPAQUE)
        except FileNotFoundError:
            raise MissingError(f"no file {path}") from None
        except OSError as error:
            raise PlaceError(f"{path}: {error.strerror}") from error
        state = os.fstat(number)
        if not stat.S_ISREG(state.st_mode):
            os.close(number)
            raise PlaceError(f"{path} is not a regular file")
        return FileStream(number, state.st_size)

    def read(self, name: str, most: int) -> bytes:
        """Return a small file."""
        with self.stream(name) as stream:
            text = stream.read(most + 1)
        if len(text) > most:
            raise PlaceError(f"{self.uri_of(name)} has more than {most} bytes")
        return text

    def writer(
        self,
        name: str,
        *,
        expected: int = 0,
        replace: bool = False,
        journal: Journal | None = None,
    ) -> "FileWriter":
        """Begin a file, always from its begin: nothing is left of one that was cut off."""
        path = self._path / checked(name)
        if not replace and path.exists():
            raise _exists(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        return FileWriter(path, self._mode, replace)

    def write(self, name: str, text: bytes, *, replace: bool) -> None:
        """Write a small file."""
        with self.writer(name, replace=replace) as writer:
            writer.write(text)
            writer.complete()

    def exists(self, name: str) -> bool:
        """Tell whether there is a file."""
        return (self._path / checked(name)).exists()

    def remove(self, name: str) -> None:
        """Remove a file."""
        (self._path / checked(name)).unlink(missing_ok=True)

    def below(self, name: str) -> Iterator[tuple[str, int]]:
        """Yield the regular files of a folder; links to folders are not followed."""
        top = self._path / name if name else self._path
        for folder, folders, files in os.walk(top, onerror=_raise):
            folders.sort()
            for file in sorted(files):
                path = Path(folder, file)
                yield path.relative_to(self._path).as_posix(), path.stat().st_size

    def reader(self) -> Reader:
        """Read pieces of files."""
        return PosixReader(self._path)


class FileStream(io.FileIO):
    """A file whose size is known."""

    def __init__(self, number: int, size: int) -> None:
        super().__init__(number, "rb")
        self.size = size

    def readline(self, size: int | None = -1, /) -> bytes:
        """As a buffered file: up to the end of a line and not a byte more.

        One system call instead of one for each letter.
        """
        start = self.tell()
        most = 1 << 16 if size is None or size < 0 else size
        line = self.read(most) or b""
        end = line.find(b"\n") + 1
        if end:
            line = line[:end]
            self.seek(start + end)
        return line


class FileWriter(io.RawIOBase):
    """A file without a name, until it is complete."""

    def __init__(self, path: Path, mode: int, replace: bool) -> None:
        self._path, self._replace = path, replace
        self._temporary: Path | None = None
        flags = os.O_WRONLY | os.O_CLOEXEC
        try:
            self._number = os.open(path.parent, flags | os.O_TMPFILE, mode)
        except OSError:
            # Not every file system has files without names (NFS): then one that is hidden.
            self._temporary = path.with_name(f".{path.name[:200]}.{secrets.token_hex(8)}.part")
            self._number = os.open(self._temporary, flags | os.O_CREAT | os.O_EXCL, mode)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any, /) -> int:
        """Take all of `data`."""
        view = memoryview(data).cast("B")
        done = 0
        while done < len(view):
            done += os.write(self._number, view[done:])
        return done

    def complete(self) -> None:
        """Give it its name, once it is on the disk.

        Raises:
            ExistsError: there is one meanwhile.
        """
        os.fsync(self._number)
        target = self._path
        if self._replace:
            # A link never replaces; a rename needs a name.
            target = self._temporary or self._path.with_name(
                f".{self._path.name[:200]}.{secrets.token_hex(8)}.part"
            )
        try:
            if self._temporary is None:
                _name(self._number, target)
            elif target is not self._temporary:
                os.link(self._temporary, target)
        except FileExistsError:
            raise _exists(self._path) from None
        if self._replace:
            target.replace(self._path)
            self._temporary = None
        _sync(self._path.parent)

    def close(self) -> None:
        """Leave nothing of what was not completed."""
        if not self.closed:
            os.close(self._number)
            if self._temporary is not None:
                with suppress(FileNotFoundError):
                    self._temporary.unlink()
        super().close()

    def __enter__(self) -> Self:
        return self


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
            raise _exists(self.uri_of(name)) from None

    def write(self, name: str, text: bytes, *, replace: bool) -> None:
        """Write a small object."""
        try:
            self._objects.write(self._prefix + checked(name), text, replace=replace)
        except ConflictError:
            raise _exists(self.uri_of(name)) from None

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


def _exists(path: object) -> ExistsError:
    return ExistsError(f"there is {path} already", "--replace")


def _name(number: int, target: Path) -> None:
    """Give an open file without a name one: open(2), O_TMPFILE."""
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # Only with a folder's number does Python call linkat(2), which follows the link.
        os.link(f"/proc/self/fd/{number}", target, src_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def _raise(error: OSError) -> None:
    raise PlaceError(f"{error.filename}: {error.strerror}") from error


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    finally:
        os.close(number)
