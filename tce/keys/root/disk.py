"""Folders that hold roots and escrows: outside of repositories, their owner's alone, whole."""

import os
from collections.abc import Mapping
from pathlib import Path

from tce.keys.errors import CustodyError, RefusedError


def outside(place: Path) -> None:
    """Refuse a folder that belongs to a repository.

    Raises:
        RefusedError: it does.
    """
    for one in (place.absolute(), *place.absolute().parents):
        if (one / ".git").exists() or (one / "tutela.lock").exists():
            raise RefusedError(
                f"{place} lies in the repository {one}: a root belongs into none",
                "--root /srv/custody/ENVIRONMENT",
            )


def write(place: Path, name: str, written: Mapping[str, bytes]) -> None:
    """Write a folder of files that only their owner reads: whole, or not at all.

    Raises:
        CustodyError: it cannot be written.
    """
    beside = place / f".{name}"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.mkdir(mode=0o700)
        for file, content in written.items():
            number = os.open(beside / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        _sync(beside)
        beside.rename(place / name)
        _sync(place)
    except OSError as error:
        raise CustodyError(f"{place}: {error.strerror}") from error


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
