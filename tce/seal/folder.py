"""A folder as a place: plaintext whose last chunk is not authentic yet has no name in it."""

import errno
import io
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from governance.catalog.sources.posix import PosixReader
from governance.recognise.reading import Reader
from governance.store.multipart import Journal
from tce.seal.errors import MissingError, PlaceError
from tce.seal.place import already, checked

_OPENED = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
"""Opening a pipe that nobody writes to must not wait."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_Same = tuple[int, int]
"""Device and number of a file."""


class Folder:
    """Files of this machine.

    A private one takes plaintext under names that somebody else chose: its files and folders are
    their owner's alone, nothing is written through a link, and no file over another of the same
    run.
    """

    resumes = False

    def __init__(self, path: Path, *, private: bool = False) -> None:
        self._path, self._private = path, private
        self._mode = 0o600 if private else 0o666
        self._written: set[_Same] | None = set() if private else None

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
            number = os.open(path, _OPENED)
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
        if not replace and os.path.lexists(path):
            raise already(path)
        try:
            if self._private:
                folder = _enter(self._path, name.split("/")[:-1])
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                folder = os.open(path.parent, _FOLDER)
        except OSError as error:
            raise PlaceError(f"{path.parent}: {error.strerror}") from error
        try:
            return FileWriter(path, folder, self._mode, replace, self._written)
        except OSError as error:
            os.close(folder)
            raise PlaceError(f"{path}: {error.strerror}") from error

    def write(self, name: str, text: bytes, *, replace: bool) -> None:
        """Write a small file."""
        with self.writer(name, replace=replace) as writer:
            writer.write(text)
            writer.complete()

    def exists(self, name: str) -> bool:
        """Tell whether there is a file."""
        return os.path.exists(self._path / checked(name))

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
                try:
                    size = path.stat().st_size
                except OSError as error:
                    raise PlaceError(f"{path}: {error.strerror}") from error
                yield path.relative_to(self._path).as_posix(), size

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
    """A file without a name, until it is complete.

    `folder` is where it gets one: a number that is closed with it, so that nobody exchanges what
    lies on the way there meanwhile.
    """

    def __init__(
        self, path: Path, folder: int, mode: int, replace: bool, written: set[_Same] | None
    ) -> None:
        self._path, self._folder, self._replace, self._written = path, folder, replace, written
        self._temporary: str | None = None
        flags = os.O_WRONLY | os.O_CLOEXEC
        try:
            self._number = os.open(".", flags | os.O_TMPFILE, mode, dir_fd=folder)
        except OSError:
            # Not every file system has files without names (NFS): then one that is hidden.
            self._temporary = _hidden(path.name)
            made = flags | os.O_CREAT | os.O_EXCL
            self._number = os.open(self._temporary, made, mode, dir_fd=folder)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any, /) -> int:
        """Take all of `data`.

        Raises:
            OSError: the disk is full.
            PlaceError: it cannot be written.
        """
        view = memoryview(data).cast("B")
        done = 0
        try:
            while done < len(view):
                done += os.write(self._number, view[done:])
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                # The front door knows what to say of a full disk, if it is told which.
                raise OSError(error.errno, error.strerror, str(self._path)) from None
            raise PlaceError(f"{self._path}: {error.strerror}") from error
        return done

    def complete(self) -> None:
        """Give it its name, once it is on the disk.

        Raises:
            ExistsError: there is one meanwhile.
            PlaceError: it cannot have that name; what has it was written a moment ago.
        """
        try:
            os.fsync(self._number)
            self._link()
            os.fsync(self._folder)
        except FileExistsError:
            raise already(self._path) from None
        except OSError as error:
            raise PlaceError(f"{self._path}: {error.strerror}") from error

    def _link(self) -> None:
        name = self._path.name
        if self._replace:
            self._keep()
            # A link never replaces; a rename needs a name.
            target = self._temporary or _hidden(name)
        else:
            target = name
        if self._temporary is None:
            # Only with a folder's number does Python call linkat(2), which follows the link:
            # open(2), O_TMPFILE.
            source = f"/proc/self/fd/{self._number}"
            os.link(source, target, dst_dir_fd=self._folder, follow_symlinks=True)
        elif target != self._temporary:
            os.link(self._temporary, target, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        if self._replace:
            self._temporary = target
            os.replace(target, name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            self._temporary = None
        if self._written is not None:
            self._written.add(_same(os.fstat(self._number)))

    def _keep(self) -> None:
        """Where letters' case or their form makes no difference, two names are one file."""
        try:
            there = os.stat(self._path.name, dir_fd=self._folder, follow_symlinks=False)
        except FileNotFoundError:
            return
        if self._written is not None and _same(there) in self._written:
            raise PlaceError(f"{self._path}: another file of this run is called so here")

    def close(self) -> None:
        """Leave nothing of what was not completed."""
        if not self.closed:
            os.close(self._number)
            if self._temporary is not None:
                with suppress(FileNotFoundError):
                    os.unlink(self._temporary, dir_fd=self._folder)
            os.close(self._folder)
        super().close()

    def __enter__(self) -> Self:
        return self


def _same(state: os.stat_result) -> _Same:
    return state.st_dev, state.st_ino


def _hidden(name: str) -> str:
    return f".{name[:100]}.{secrets.token_hex(8)}.part"


def _enter(top: Path, parts: Sequence[str]) -> int:
    """Open a folder below `top`, whose parts are made where they are missing, and are no links.

    Raises:
        PlaceError: a part is a link: what a stranger laid there leads elsewhere.
        OSError: it cannot be made.
    """
    top.mkdir(parents=True, exist_ok=True)
    folder = os.open(top, _FOLDER)
    for number, part in enumerate(parts, 1):
        try:
            with suppress(FileExistsError):
                os.mkdir(part, 0o700, dir_fd=folder)
            below = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
        except OSError as error:
            path = top.joinpath(*parts[:number])
            if path.is_symlink():
                raise PlaceError(
                    f"{path} is a link: no plaintext goes through it", f"--out {path.resolve()}"
                ) from None
            raise PlaceError(f"{path}: {error.strerror}") from error
        finally:
            os.close(folder)
        folder = below
    return folder


def _raise(error: OSError) -> None:
    raise PlaceError(f"{error.filename}: {error.strerror}") from error
