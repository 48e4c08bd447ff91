"""Reads what a source that is being scanned says of itself: `<snapshot>/evidence/`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Protocol

from governance.evidence.gather import Gather
from governance.evidence.reading import write_reading
from governance.evidence.schema import Reading, default_name
from governance.evidence.store import (
    adapters,
    cards,
    croissant,
    derived,
    mirrors,
    newest,
    pointers,
    quantized,
    records,
    resume,
    sealed,
    trainer_state,
)
from governance.evidence.store.fetch import Found, fetch
from governance.evidence.store.listing import Listing
from governance.evidence.store.scanned import Scanned
from governance.recognise.engine import Place
from governance.recognise.reading import Reader
from governance.sealed.look import Looked
from governance.snapshot.manifest import EVIDENCE, Gap
from governance.version import version


class Part(Protocol):
    """A module of this package. `FILES` and `QUERY` are SQL of ours on the columns of `files`."""

    @property
    def FILES(self) -> str:  # noqa: N802 - a module's constant
        """Condition on a file's `name` and on `kind`, `root` .. of the artifact that owns it."""

    @property
    def QUERY(self) -> str:  # noqa: N802
        """Clause (`WHERE ..`) on all the files that any part may read."""

    @property
    def LIMIT(self) -> int:  # noqa: N802
        """Bytes that are read of each at most."""

    def say(self, found: Sequence[Found], scanned: Scanned) -> None:
        """Say what some of these files say."""


KIND = "store"
PARTS: Sequence[Part] = (
    pointers,
    trainer_state,
    adapters,
    derived,
    quantized,
    cards,
    croissant,
    resume,
    records,
    mirrors,
)
_SPILL = ".spill-evidence"


def read_store(
    folder: Path,
    *,
    place: Place,
    source: str,
    gaps: Sequence[Gap],
    as_of: datetime,
    now: datetime,
    reader: Reader,
    progress: Callable[[str], None],
    looked: Looked = Looked(),  # noqa: B008 - a value
) -> Reading:
    """Write `evidence/` into the folder of a snapshot that holds its two Parquet files.

    `source` is the scanned URI, `as_of` when its rows were true, `looked` what is known of sealed
    objects. Nothing in a bucket makes it
    fail: what cannot be understood is a problem of the reading.
    """
    out, spill = folder / EVIDENCE, folder / _SPILL
    out.mkdir()
    try:
        with closing(Listing(folder, spill)) as listing, Gather(out) as into:
            scanned = Scanned(place, source, as_of, listing, into)
            for gap in gaps:
                words = f"{gap.prefix or source} was not listed: {gap.reason}"
                scanned.problem(words, place.prefix)
            _read(scanned, reader, progress)
            sealed.say_all(looked, scanned)
            scanned.finish()
    finally:
        shutil.rmtree(spill, ignore_errors=True)
    reading = Reading(
        kind=KIND,
        name=default_name(source),
        place=source,
        writers=f"whoever may write to {source}",
        trusted=False,
        asked=now,
        as_of=as_of,
        complete=not into.problem_count,
        problems=tuple(into.problems),
        problem_count=into.problem_count,
        remarks=tuple(into.remarks),
        claims=into.claims,
        notes=into.notes,
        requests=into.requests,
        tool_version=version(),
    )
    return write_reading(out, reading)


def _read(scanned: Scanned, reader: Reader, progress: Callable[[str], None]) -> None:
    listing = scanned.listing
    progress("looking for pointers, cards and records")
    listing.take_files(" OR ".join(f"({part.FILES})" for part in PARTS))
    newest.say(scanned)
    adapters.say_all(scanned)
    for part in PARTS:
        for found in fetch(listing.files(part.QUERY), reader, part.LIMIT):
            scanned.into.requests += len(found)
            progress(f"reading pointers, cards and records: {scanned.into.requests:,}")
            part.say(found, scanned)
