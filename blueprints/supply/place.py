"""Where the files of a model lie: a folder here, a prefix of a store through a seam."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias

from blueprints.errors import ExpectedError

PIECE = 8 << 20
"""Bytes that are read at once."""
MAX_PATH = 900
"""Characters; keys of a store have 1024 bytes, and a prefix comes before."""


Checksum: TypeAlias = Literal["when_required", "when_supported"]


class PlaceError(ExpectedError):
    """A place does not hold or take what it should."""

    kind = "place"


@dataclass(frozen=True)
class Options:
    """How to reach a store; nothing of it is a secret."""

    endpoint: str | None = None
    profile: str | None = None
    """Of the AWS configuration: names credentials."""
    region: str | None = None
    ca_bundle: str | None = None
    checksum: Checksum = "when_required"
    """Which checksums are sent with writes."""
    state: Path | None = None
    """A folder by which a later run goes on within a large file."""

    def other(self, endpoint: str | None, profile: str | None) -> "Options":
        """Of another store, where one is named; its credentials are then its own."""
        if endpoint is None:
            return replace(self, profile=profile or self.profile)
        return replace(self, endpoint=endpoint, profile=profile)


def checksum_of(text: str) -> Checksum:
    """A setting from the command line. Raises PlaceError."""
    known: tuple[Checksum, ...] = ("when_required", "when_supported")
    for one in known:
        if text == one:
            return one
    raise PlaceError(f"--checksum {text} is neither when_required nor when_supported")


PLAIN: Final = Options()


class Source(Protocol):
    """Files that are read. Methods raise ExpectedError."""

    @property
    def uri(self) -> str:
        """The folder's path, or ``s3://bucket/prefix/``."""

    def files(self) -> Iterable[tuple[str, int]]:
        """Relative path and bytes of every file, in any order. Nothing where there is no place."""

    def read(self, path: str) -> Iterator[bytes]:
        """The contents of one file, some bytes at a time."""

    def close(self) -> None:
        """Let go of connections."""


class Sink(Source, Protocol):
    """A source that takes files."""

    def write(self, path: str, size: int, pieces: Iterable[bytes], *, replace: bool) -> None:
        """Make a file of `size` bytes, whole or not at all; over one that is there if `replace`."""


OpenStore = Callable[[str, Options], Sink]
"""Called with ``s3://bucket/prefix``; filled in by the front door with governance's store."""


def no_store(uri: str, _options: Options) -> Sink:
    """Raise: the :data:`OpenStore` of places where no store can be reached."""
    raise PlaceError(f"nothing here reads {uri}")


def opened(text: str, options: Options, store: OpenStore) -> Sink:
    """The place that a word of the command line names."""
    if text.startswith("s3://"):
        return store(text, options)
    if "://" in text:
        raise PlaceError(f"cannot mirror {text}: not a folder, not s3://BUCKET/PREFIX")
    return Folder(Path(text))


def checked(path: str, where: str) -> str:
    """A relative path that stays below its place, on every system.

    Raises PlaceError: it is empty or absolute, has an empty part, ``.`` or ``..``, a backslash or
    a control character, or is too long.
    """
    parts = path.split("/")
    odd = any(ord(one) < 32 or ord(one) == 127 or one == "\\" for one in path)
    if odd or len(path) > MAX_PATH or any(part in ("", ".", "..") for part in parts):
        raise PlaceError(f"{where} holds a file of a name that no mirror takes: {path!r}")
    try:
        path.encode()
    except UnicodeEncodeError:
        raise PlaceError(f"{where} holds a file whose name is not UTF-8: {path!r}") from None
    return path


class Folder:
    """A folder of this machine. Links to files are followed, as the hub's cache has them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def uri(self) -> str:
        """Its path."""
        return str(self.path)

    def files(self) -> Iterator[tuple[str, int]]:
        """Every regular file; links to folders are refused, links that lead nowhere too."""
        if not self.path.exists():
            return
        if not self.path.is_dir():
            raise PlaceError(f"{self.path} is not a folder")
        for folder, folders, names in os.walk(self.path, onerror=_refuse):
            folders.sort()
            for name in folders:
                if Path(folder, name).is_symlink():
                    raise PlaceError(f"{Path(folder, name)} is a link to a folder")
            for name in sorted(names):
                path = Path(folder, name)
                try:
                    size = path.stat().st_size
                except OSError as error:
                    raise PlaceError(f"cannot read {path}: {error.strerror}") from error
                if not path.is_file():
                    raise PlaceError(f"{path} is not a regular file")
                yield path.relative_to(self.path).as_posix(), size

    def read(self, path: str) -> Iterator[bytes]:
        """The contents of one file."""
        file = self.path / path
        try:
            with file.open("rb") as stream:
                while piece := stream.read(PIECE):
                    yield piece
        except OSError as error:
            raise PlaceError(f"cannot read {file}: {error.strerror}") from error

    def write(self, path: str, size: int, pieces: Iterable[bytes], *, replace: bool) -> None:
        """Make a file beside where it goes, then give it its name."""
        # Not at the top: the front door knows this module, and `tutela --help` is to be quick.
        import tempfile

        file = self.path / checked(path, self.uri)
        if not replace and os.path.lexists(file):
            raise PlaceError(f"there is {file} already")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.parent.resolve().is_relative_to(self.path.resolve()):
                raise PlaceError(f"{file.parent} leads out of {self.path}")
            if shutil.disk_usage(file.parent).free < size:
                raise PlaceError(f"{file.parent} has no room for {size} bytes")
            number, name = tempfile.mkstemp(prefix=".mirror-", dir=file.parent)
            partial = Path(name)
            try:
                with os.fdopen(number, "wb") as stream:
                    stream.writelines(pieces)
                    stream.flush()
                    os.fsync(stream.fileno())
                if partial.stat().st_size != size:
                    raise PlaceError(f"{file} would not have {size} bytes")
                partial.chmod(0o644)
                partial.replace(file)
            finally:
                partial.unlink(missing_ok=True)
        except OSError as error:
            raise PlaceError(f"cannot write {file}: {error.strerror}") from error

    def close(self) -> None:
        """Nothing to let go of."""


def _refuse(error: OSError) -> None:
    raise PlaceError(f"cannot read {error.filename}: {error.strerror}") from error
