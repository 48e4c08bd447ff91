"""Writes a file whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from governance.errors import GovernanceError


class WriteError(GovernanceError):
    """A file that was asked for could not be written."""

    kind = "write"


def write_whole(path: Path, write: Callable[[BinaryIO], None]) -> int:
    """Let `write` fill a file beside `path`, then put it in its place; returns its bytes.

    Whoever reads `path` meanwhile sees the old file or the new one. Nothing is left behind when
    `write` fails. Raises WriteError for a folder that is not there, a path that is one, a full
    disk and the like.
    """
    if not path.parent.is_dir():
        raise WriteError(f"no folder {path.parent} to write {path.name} in")
    if path.is_dir():
        raise WriteError(f"{path} is a folder, name a file in it")
    partial = path.with_name(f".{path.name[:200]}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
            length = file.tell()
        partial.replace(path)
    except OSError as error:
        raise WriteError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return length
