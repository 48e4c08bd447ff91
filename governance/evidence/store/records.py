"""Records of `tutela.track` that lie beside what they describe: read, never believed too much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from governance.evidence.claim import MAX_TEXT
from governance.evidence.record import (
    BESIDE_FILE,
    IN_FOLDER,
    MAX_RECORD,
    BadRecordError,
    Record,
    claims_of,
    read_record,
    subject,
)
from governance.evidence.store.fetch import Found
from governance.evidence.store.scanned import Scanned
from governance.recognise.reading import Unreadable

FILES: Final = (
    f"name = '{IN_FOLDER}' OR ends_with(name, '{BESIDE_FILE}') AND name <> '{BESIDE_FILE}'"
)
QUERY: Final = f"WHERE {FILES}"
LIMIT: Final = MAX_RECORD
CLOCKS: Final = timedelta(days=1)
"""How far the clock of the machine that wrote a record may be ahead."""


def say(found: Sequence[Found], scanned: Scanned) -> None:
    """Say what each record says; one that cannot be understood keeps what it lies beside."""
    for one in found:
        file = one.file
        lies = subject(scanned.uri(file.key))
        if lies is None or len(lies) > MAX_TEXT:
            scanned.problem(f"record {file.key}: its name is too long", file.folder)
            continue
        within = scanned.key(lies)
        if isinstance(one.content, Unreadable):
            # It may need anything anywhere.
            scanned.problem(f"record {file.key}: cannot be read: {one.content}", None)
            continue
        try:
            if not one.whole:
                raise BadRecordError(f"a record of more than {MAX_RECORD} bytes")
            record = read_record(one.content)
        except BadRecordError as error:
            scanned.problem(f"record {file.key}: {error}", within)
            continue
        for words in _odd(record, scanned):
            scanned.problem(f"record {file.key}: {words}", within)
        claims_of(record, lies, scanned.into, at=scanned.uri(file.key))


def _odd(record: Record, scanned: Scanned) -> Iterator[str]:
    """What is no reason to pass over the rest of a record, but to keep what it describes."""
    if record.at > scanned.as_of + CLOCKS:
        yield "is dated in the future"
    said = (record.artifact, record.parent, record.base, *(one.uri for one in record.inputs))
    if any(".." in text.split("/") for text in said if text is not None):
        yield "names a path that leads elsewhere with `..`"
