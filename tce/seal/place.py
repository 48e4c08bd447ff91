"""What a place is: files by name, that appear whole or not at all."""

from collections.abc import Iterator
from typing import Any, Protocol

from governance.recognise.reading import Reader
from governance.store.multipart import Journal
from tce.seal.errors import ExistsError, PlaceError

LONGEST = 1024
"""Characters of a name, as S3 has them and a manifest takes them."""


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


def checked(name: str) -> str:
    """Return `name`, if it is one: relative, and going nowhere else.

    Raises:
        PlaceError: it would lead out of its place, or cannot be written down.
    """
    parts = name.split("/")
    if not name or "\0" in name or any(part in ("", ".", "..") for part in parts):
        raise PlaceError(f"not a name of a file: {name!r}")
    if len(name) > LONGEST:
        raise PlaceError(f"a name of {len(name)} characters: {name[:40]!r}..")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise PlaceError(f"a name that is not UTF-8: {name!r}") from None
    return name


def already(path: object) -> ExistsError:
    """The error that says so."""
    return ExistsError(f"there is {path} already", "--replace")
