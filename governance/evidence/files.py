"""Files that other programs write for tutela: opened with care, and of what time they are."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from blueprints.formats.git.plain import open_plain
from governance.evidence.errors import EvidenceError
from governance.evidence.gather import Gather
from governance.evidence.schema import moment_of

CLOCKS_DIFFER = timedelta(minutes=10)
"""How far ahead the clock of whoever wrote a file may be."""


def path_of(base: Path, file: str) -> Path:
    """Return the path of a registered file; a relative one starts from `base`.

    `../` at its beginning leads out of the folder that `base` really is.
    """
    parts = Path(file).parts
    while parts[:1] == ("..",):
        base, parts = base.resolve().parent, parts[1:]
    return base.joinpath(*parts)


def writers_of(path: Path) -> str:
    """Return who could have written it, in words."""
    return f"whoever may write {path}"


def open_file(path: Path) -> BinaryIO:
    """Return a regular file, open for reading; a pipe or a device is never waited for.

    Raises EvidenceError.
    """
    try:
        return os.fdopen(open_plain(path), "rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EvidenceError(
            f"{path} cannot be opened: {reason.lower()}", f"ls -l {path}"
        ) from error


def read_json(stream: BinaryIO, name: str, most: int) -> object:
    """Return what a JSON file of at most `most` bytes says.

    Raises EvidenceError, also for one that was cut short: nothing in it counts then.
    """
    data = stream.read(most + 1)
    if len(data) > most:
        raise EvidenceError(f"{name} is larger than {most // 1_000_000:,} MB")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        at = f" at line {line}" if line else ""
        raise EvidenceError(
            f"{name} is not JSON{at}; it may have been cut short",
            f"python3 -m json.tool {name}",
        ) from error


def date(stream: BinaryIO, into: Gather, now: datetime, said: float | None = None) -> None:
    """Say of what time the claims are: when the file was written, or earlier if it says so.

    Args:
        stream: the file, open.
        into: gets `as_of`.
        now: when it is read.
        said: seconds since 1970 that the file itself gives.
    """
    written = datetime.fromtimestamp(os.fstat(stream.fileno()).st_mtime, UTC)
    itself = moment_of(said) if said else None
    set_as_of(into, min(written, itself) if itself else written, now)


def set_as_of(into: Gather, moment: datetime, now: datetime) -> None:
    """Say of what time the claims are; a time that lies ahead is a problem, for it never ages."""
    if moment > now + CLOCKS_DIFFER:
        into.problem(f"it is dated {moment:%Y-%m-%d %H:%M} UTC, which is still to come")
    into.as_of = min(moment, now)
