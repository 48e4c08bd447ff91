"""Header stores in folders, as far as the catalog reads them: ``tutela/headers/v1``.

Written by `tutela tce seal --detached FOLDER`; a header itself is not looked at.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SCHEMA = "tutela/headers/v1"
LARGEST = 8 << 20
"""Bytes of a record that is read."""
_MARK = "tutela-headers.json"


class HeaderFolderError(ValueError):
    """It is no such folder, or cannot be read."""


@dataclass(frozen=True)
class Kept:
    """The record of one object."""

    file: Path
    manifest: bytes | None
    """The envelope; None where the record cannot be understood."""


def kept(folder: Path) -> Iterator[Kept]:
    """Give the records of a header store; those of shredded objects are left out.

    Raises:
        HeaderFolderError: it is no header store.
    """
    try:
        mark = json.loads((folder / _MARK).read_bytes())
        if not isinstance(mark, dict) or mark.get("schema") != SCHEMA:
            raise HeaderFolderError(f"{folder}: not a header store of {SCHEMA}")
        files = sorted((folder / "objects").glob("*.json"))
    except OSError as error:
        raise HeaderFolderError(f"{folder}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, HeaderFolderError):
            raise
        raise HeaderFolderError(f"{folder}: not a header store") from error
    for file in files:
        yield from _record(file)


def _record(file: Path) -> Iterator[Kept]:
    try:
        with file.open("rb") as opened:
            record = json.loads(opened.read(LARGEST))
        if "destroyed" not in record:
            yield Kept(file, base64.b64decode(record["manifest"], validate=True))
    except (OSError, ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        yield Kept(file, None)
