"""Writes and reads one reading on disk: `reading.json`, the Parquet files, what was registered.

A reading is written once and never changed. `reading.json` comes last and holds the digests of
the rest: what does not match them is not used.
"""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from governance.evidence.errors import EvidenceError
from governance.evidence.schema import (
    CLAIM_COLUMNS,
    CLAIMS,
    NOTE_COLUMNS,
    NOTES,
    READING,
    FileRecord,
    Reading,
)

ENTRY = "entry.json"
"""The source as it was registered when it was read."""
ENTRY_SCHEMA = "tutela/evidence-entry/v1"
MAX_JSON = 16 * 1024 * 1024
"""Bytes of reading.json and of entry.json; both are far smaller."""
COLUMNS = {CLAIMS: CLAIM_COLUMNS, NOTES: NOTE_COLUMNS}

_SCHEMA = re.compile(r"tutela/evidence/v(\d+)")


class BadReadingError(EvidenceError):
    """A reading, or a file of it, cannot be used. The message says what is wrong with it."""

    kind = "bad reading"


@dataclass(frozen=True)
class Rows:
    """A Parquet file of a reading that was checked."""

    path: Path
    count: int


def write_reading(
    folder: Path, reading: Reading, entry: dict[str, object] | None = None
) -> Reading:
    """Complete the reading with the digests of the files in `folder` and write `reading.json`.

    `entry` is the source as registered (JSON values, no secrets). All is on disk when this
    returns; making the folder appear under its name is the caller's. Raises OSError.
    """
    if entry is not None:
        text = json.dumps({"schema": ENTRY_SCHEMA, "entry": entry}, sort_keys=True)
        (folder / ENTRY).write_text(text + "\n", encoding="utf-8")
    names = [name for name in (CLAIMS, NOTES, ENTRY) if (folder / name).exists()]
    whole = reading.model_copy(update={"files": {name: _record(folder / name) for name in names}})
    said = whole.model_dump(mode="json", by_alias=True)
    text = json.dumps(said, indent=1, ensure_ascii=False) + "\n"
    (folder / READING).write_bytes(text.encode("utf-8", "replace"))
    for name in (*names, READING, "."):
        handle = os.open(folder / name, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return whole


def read_reading(folder: Path) -> Reading:
    """Return `reading.json` of a folder. Raises BadReadingError, whatever the file holds."""
    values = _json(folder / READING)
    schema = values.get("schema")
    found = _SCHEMA.fullmatch(schema) if isinstance(schema, str) else None
    if found is None:
        raise BadReadingError(f"{READING} does not say tutela/evidence/v1")
    if found[1] != "1":
        raise BadReadingError(
            f"it has schema {found[0]}, newer than tutela/evidence/v1",
            "pip install --upgrade tutela",
        )
    try:
        return Reading.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadReadingError(f"{READING}: {field}: {first['msg'].lower()}") from None


def read_entry(folder: Path, reading: Reading) -> dict[str, object] | None:
    """Return the source as it was registered then; None where that was not written down."""
    if ENTRY not in reading.files and not (folder / ENTRY).exists():
        return None
    _check_record(folder / ENTRY, reading)
    values = _json(folder / ENTRY)
    entry = values.get("entry")
    if values.get("schema") != ENTRY_SCHEMA or not isinstance(entry, dict):
        raise BadReadingError(f"{ENTRY} is not as it was written")
    return entry


def rows_of(folder: Path, name: str, reading: Reading) -> Rows | None:
    """Return `claims.parquet` or `notes.parquet` of a reading; None where it has none.

    The whole file is held against its digest. Raises BadReadingError for one that is damaged.
    """
    path = folder / name
    if name not in reading.files and not path.exists():
        return None
    recorded = _check_record(path, reading)
    try:
        with pq.ParquetFile(path) as file:
            if not file.schema_arrow.equals(COLUMNS[name], check_metadata=False):
                raise BadReadingError(f"{name} does not have the columns of this version")
            if not recorded:
                # Nobody noted what it was: only reading it through shows whether it can be read.
                for batch in file.iter_batches():
                    batch.validate(full=True)
            return Rows(path, file.metadata.num_rows)
    except (OSError, ValueError, KeyError, pa.ArrowException, MemoryError) as error:
        raise BadReadingError(f"{name} cannot be read ({type(error).__name__})") from error


def _json(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as stream:
            text = stream.read(MAX_JSON + 1)
    except OSError as error:
        raise BadReadingError(f"{path.name} cannot be read ({error.strerror})") from error
    if len(text) > MAX_JSON:
        raise BadReadingError(f"{path.name} has more than {MAX_JSON} bytes")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadReadingError(f"{path.name} is not JSON") from error
    if not isinstance(values, dict):
        raise BadReadingError(f"{path.name} is not a JSON object")
    return values


def _check_record(path: Path, reading: Reading) -> bool:
    """Hold a file against what the reading says of it; False where it says nothing."""
    said = reading.files.get(path.name)
    if said is None:
        return False
    try:
        if path.stat().st_size != said.bytes or _record(path) != said:
            raise BadReadingError(f"{path.name} was changed since it was written")
    except OSError as error:
        raise BadReadingError(f"{path.name} cannot be read ({error.strerror})") from error
    return True


def _record(path: Path) -> FileRecord:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return FileRecord(sha256=digest.hexdigest(), bytes=file.tell())
