"""Pins that lie in the workspace: of POSIX trees, and of listings whose store cannot be written."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from governance.errors import GovernanceError
from governance.pin.record import FOLDER, Found, Record

MAX_RECORD = 64 * 1024
"""Bytes, as for records in a store."""


def read_records(pins_dir: Path) -> Iterator[Found]:
    """Yield every record of a workspace's `pins/` folder.

    Raises GovernanceError where the folder cannot be listed: then nobody knows what is pinned.
    """
    try:
        folders = sorted(path for path in pins_dir.iterdir() if len(path.name) == 24)
        for folder in folders:
            for file in sorted(folder.iterdir()):
                yield _found(f"{FOLDER}{folder.name}/{file.name}", file)
    except FileNotFoundError:
        return
    except OSError as error:
        raise GovernanceError(f"cannot read the pins in {pins_dir}: {error.strerror}") from error


def _found(path: str, file: Path) -> Found:
    try:
        with file.open("rb") as stream:
            text = stream.read(MAX_RECORD + 1)
        if len(text) > MAX_RECORD:
            return Found(path, None, "it is too large")
        record = json.loads(text)
    except OSError as error:
        return Found(path, None, f"it cannot be read ({error.strerror})")
    except (ValueError, RecursionError):
        return Found(path, None, "it is not JSON")
    return Found(path, record) if isinstance(record, dict) else Found(path, None, "it is no record")


def write_record(pins_dir: Path, path: str, record: Record) -> None:
    """Write a new record; it is on disk when this returns.

    Raises GovernanceError where there is one already or it cannot be written.
    """
    file = pins_dir.parent / path
    text = json.dumps(record, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError as error:
        raise GovernanceError(f"there is a record {file} already") from error
    except OSError as error:
        raise GovernanceError(f"cannot write {file}: {error.strerror}") from error
