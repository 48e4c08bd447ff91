"""What a workspace knows of every source: the newest attempt, and the newest claims there are.

Only what is on disk is looked at; no source is asked. Nothing here raises for what it finds: a
reading that is damaged, of a newer version or missing is a source that did not answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from governance.evidence.asking import UNKNOWN_WRITERS
from governance.evidence.folders import (
    SourceFolder,
    attempts,
    evidence_dir,
    source_folder,
    source_folders,
)
from governance.evidence.kinds import LINKS, STORE
from governance.evidence.own import read_links
from governance.evidence.reading import (
    COLUMNS,
    BadReadingError,
    Rows,
    read_entry,
    read_reading,
    rows_of,
)
from governance.evidence.schema import CLAIMS, NOTES, READING, Problem, Reading
from governance.snapshot.reader import Snapshot
from governance.workspace.evidence import Entry
from governance.workspace.workspace import Workspace

NOT_READ = "not read yet: tutela evidence read"
_OF_NO_CONSEQUENCE = ("name", "reach", "ca_bundle")
"""Keys of an entry that do not change what a reading of it says."""


def entry_values(entry: Entry) -> dict[str, object]:
    """Return what is written down of a source's registration when it is read."""
    return entry.model_dump(mode="json", exclude=set(_OF_NO_CONSEQUENCE), exclude_defaults=True)


@dataclass(frozen=True)
class Known:
    """One source: how its newest reading went, and what it says that still counts."""

    reading: Reading
    """The newest attempt. `as_of`, `claims` and `notes` are of the files below; `problems` hold
    what is wrong with the reading itself too, and are about the source's `reach` only."""
    claims: Path | None
    """Parquet (`schema.CLAIM_COLUMNS`) of the newest reading that has it: one that failed or was
    cut never drops what was known. Given however old it is."""
    notes: Path | None
    """Parquet (`schema.NOTE_COLUMNS`), likewise."""
    registered: bool
    """It is in tutela.yaml; links and stores always are. One that is not still counts, until it
    is forgotten."""
    reach: tuple[str, ...] = ()
    """Places (URIs that end with /) that it can be about; empty: everything."""


def known_evidence(
    workspace: Workspace, snapshots: Sequence[Snapshot], now: datetime
) -> tuple[Known, ...]:
    """Return every source: registered ones in order, forgotten by nobody, links, the stores'.

    `now` is of when the workspace's own links are. Raises nothing for what lies on disk.
    """
    found: list[Known] = []
    seen: set[tuple[str, str]] = set()
    for kind, entry in workspace.config.evidence.entries:
        seen.add((kind, entry.known_as))
        found.append(known_source(workspace, kind, entry, now))
    try:
        folders = source_folders(workspace)
    except OSError as error:
        words = f"{evidence_dir(workspace)} cannot be looked into ({error.strerror})"
        folders = []
        blank = _silent(SourceFolder("evidence", "any", evidence_dir(workspace)), "", now)
        found.append(Known(_doubted(blank, [Problem(words=words)]), None, None, False))
    found += [
        _unregistered(folder, now)
        for folder in folders
        if folder.kind != LINKS and (folder.kind, folder.name) not in seen
    ]
    found.append(_links(workspace, now))
    return (*found, *(_of_store(snapshot) for snapshot in snapshots))


def known_source(workspace: Workspace, kind: str, entry: Entry, now: datetime) -> Known:
    """Return what is known of one registered source."""
    folder = source_folder(workspace, kind, entry.known_as)
    looked = _look(folder, entry.asked, now)
    problems = list(looked.reading.problems)
    if looked.entry is not None and _differs(looked.entry, entry):
        words = f"tutela.yaml was changed since it was read: tutela evidence read {folder.name}"
        problems.append(Problem(words=words))
    reading = _doubted(looked.reading, problems)
    limited = tuple(dict.fromkeys(_within(problems, entry.reach)))
    reading = reading.model_copy(update={"problems": limited})
    return Known(reading, looked.claims, looked.notes, True, entry.reach)


def was_asked(folder: Path) -> Mapping[str, object] | None:
    """Return how a source was registered when it was last read; None where that is not known."""
    for path in attempts(folder):
        try:
            return read_entry(path, read_reading(path))
        except BadReadingError:
            continue
    return None


def _unregistered(folder: SourceFolder, now: datetime) -> Known:
    looked = _look(folder, "", now)
    return Known(looked.reading, looked.claims, looked.notes, False)


def _links(workspace: Workspace, now: datetime) -> Known:
    reading, folder = read_links(workspace, now)
    if folder is None:
        return Known(reading, None, None, True)
    return Known(reading, folder / CLAIMS, folder / NOTES, True)


def _of_store(snapshot: Snapshot) -> Known:
    """What a scan read in its bucket lies in the snapshot, and never gets newer than it."""
    manifest, path = snapshot.manifest, snapshot.folder / "evidence"
    folder = SourceFolder(STORE, manifest.id, path)
    blank = _silent(folder, manifest.source, manifest.finished)
    if not (path / READING).exists():
        words = f"this snapshot was taken by an older version: tutela catalog scan {blank.place}"
        return Known(_doubted(blank, [Problem(words=words)]), None, None, True)
    looked = _look_at([path], folder, blank)
    # Whatever the file says: who may write to the bucket can have written it.
    said = {"trusted": False, "place": manifest.source}
    return Known(looked.reading.model_copy(update=said), looked.claims, looked.notes, True)


@dataclass(frozen=True)
class _Looked:
    """What the readings of one source come to."""

    reading: Reading
    claims: Path | None = None
    notes: Path | None = None
    entry: Mapping[str, object] | None = None


@dataclass(frozen=True)
class _Attempt:
    """One reading, as far as it can be used."""

    reading: Reading | None
    rows: Mapping[str, Rows] = field(default_factory=dict)
    entry: Mapping[str, object] | None = None
    wrong: tuple[Problem, ...] = ()


def _look(folder: SourceFolder, place: str, now: datetime) -> _Looked:
    blank = _silent(folder, place, now)
    try:
        paths = attempts(folder.path)
    except OSError as error:
        words = f"its readings cannot be looked into ({error.strerror})"
        return _Looked(_doubted(blank, [Problem(words=words)]))
    if not paths:
        return _Looked(_doubted(blank, [Problem(words=NOT_READ)]))
    return _look_at(paths, folder, blank)


def _look_at(paths: Sequence[Path], folder: SourceFolder, blank: Reading) -> _Looked:
    """Look at the readings of one source, newest first, as far back as something is missing."""
    looked: list[_Attempt] = []
    rows: dict[str, Rows] = {}
    as_of: datetime | None = None
    for path in paths:
        attempt = _attempt(path, folder)
        looked.append(attempt)
        if attempt.reading is not None and (CLAIMS in attempt.rows or _says_nothing(attempt)):
            as_of = as_of or attempt.reading.as_of
        rows = {**attempt.rows, **rows}
        if len(rows) == len(COLUMNS) or _says_nothing(attempt):
            break
    newest = looked[0]
    said = newest.reading or next((one.reading for one in looked if one.reading), blank)
    reading = said.model_copy(
        update={
            "as_of": as_of,
            "complete": said.complete and as_of is not None,
            "claims": rows[CLAIMS].count if CLAIMS in rows else 0,
            "notes": rows[NOTES].count if NOTES in rows else 0,
        }
    )
    if newest.wrong:
        reading = _doubted(reading, [*said.problems, *newest.wrong])
    elif not reading.complete and not reading.problems:
        reading = _doubted(reading, [Problem(words="it was not read completely")])
    found = {name: one.path for name, one in rows.items()}
    return _Looked(reading, found.get(CLAIMS), found.get(NOTES), newest.entry)


def _says_nothing(attempt: _Attempt) -> bool:
    """A whole reading without files: nothing is needed, whatever older ones say."""
    said = attempt.reading
    return said is not None and said.complete and not attempt.wrong and not said.claims


def _attempt(path: Path, folder: SourceFolder) -> _Attempt:
    try:
        reading = read_reading(path)
        # The name is the folder's: a source is set aside when another place takes its name.
        if reading.kind != folder.kind:
            raise BadReadingError(f"{READING} is the one of a {reading.kind[:40]} source")
        reading = reading.model_copy(update={"name": folder.name})
    except BadReadingError as error:
        return _Attempt(None, wrong=(_bad(path, error, folder),))
    rows: dict[str, Rows] = {}
    wrong: list[Problem] = []
    entry: Mapping[str, object] | None = None
    for name in COLUMNS:
        try:
            found = rows_of(path, name, reading)
        except BadReadingError as error:
            wrong.append(_bad(path, error, folder))
        else:
            rows.update({name: found} if found is not None else {})
    if reading.complete and reading.claims and CLAIMS not in rows and not wrong:
        wrong.append(_bad(path, BadReadingError(f"{CLAIMS} is missing"), folder))
    try:
        entry = read_entry(path, reading)
    except BadReadingError as error:
        wrong.append(_bad(path, error, folder))
    return _Attempt(reading, rows, entry, tuple(wrong))


def _bad(path: Path, error: BadReadingError, folder: SourceFolder) -> Problem:
    hints = [*getattr(error, "__notes__", [])]
    again = "tutela catalog scan" if folder.kind == STORE else f"tutela evidence read {folder.name}"
    where = f"the reading {path.name}" if folder.kind != STORE else "what the scan read"
    return Problem(words=f"{where} cannot be used: {error}: {(hints or [again])[0]}")


def _silent(folder: SourceFolder, place: str, asked: datetime) -> Reading:
    """What is known of a source that has said nothing."""
    return Reading(
        kind=folder.kind,
        name=folder.name,
        place=place,
        writers=UNKNOWN_WRITERS,
        trusted=folder.kind != STORE,
        asked=asked,
        as_of=None,
        complete=False,
    )


def _doubted(reading: Reading, problems: Sequence[Problem]) -> Reading:
    """The same with these problems instead of its own; complete only where there are none."""
    more = max(reading.problem_count - len(reading.problems), 0)
    return reading.model_copy(
        update={
            "complete": reading.complete and not problems,
            "problems": tuple(problems),
            "problem_count": len(problems) + more,
        }
    )


def _within(problems: Sequence[Problem], reach: Sequence[str]) -> Iterator[Problem]:
    """Problems that could be about anything are about what the source can be about."""
    for problem in problems:
        if problem.within is not None or not reach:
            yield problem
        else:
            yield from (Problem(words=problem.words, within=uri) for uri in reach)


def _differs(then: Mapping[str, object], entry: Entry) -> bool:
    return {**then} != entry_values(entry)
