"""Small reads from inside an artifact: the only contents that recognition ever asks for."""

from dataclasses import dataclass
from typing import Protocol

MAX_READ = 64 * 1024 * 1024
"""Bytes. A model's index is about 100 KB, a torch DCP `.metadata` of 1,000 ranks some 10 MB."""

READS_PER_ARTIFACT = 2


class Unreadable(Exception):  # noqa: N818 - a reason that becomes part of a result, not a failure
    """The contents cannot be had; the message says why in words a report can show."""


@dataclass(frozen=True)
class Read:
    """A range of one object: `length` bytes from `start`; both within the object's size."""

    key: str
    start: int
    length: int


class Reader(Protocol):
    """Reads ranges of objects of one bucket or tree. Called from several threads at once."""

    def read(self, key: str, start: int, length: int) -> bytes:
        """Return exactly `length` bytes, fewer only where the object ends; raise Unreadable."""


class NoReader:
    """For sources that have names but no contents, such as an inventory file."""

    def read(self, key: str, start: int, length: int) -> bytes:
        """Raise Unreadable always."""
        raise Unreadable("a listing file has no contents to read")
