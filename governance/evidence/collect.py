"""Reads registered sources, one after the other, each into a folder of its own.

A reading appears under its name when it is whole on disk; killed before that it leaves a partial
folder that the next run removes. A source that fails is a reading that says so: it does not stop
the others, and what was known before still counts.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from governance.evidence.asking import ask
from governance.evidence.errors import EvidenceError
from governance.evidence.folders import (
    PARTIAL,
    SourceFolder,
    attempts,
    evidence_dir,
    next_attempt,
    source_folder,
    source_folders,
)
from governance.evidence.gather import Gather
from governance.evidence.known import Known, entry_values, known_source, was_asked
from governance.evidence.merge import with_older
from governance.evidence.reading import write_reading
from governance.evidence.schema import CLAIMS, NOTES, Reading
from governance.evidence.source import Asked
from governance.snapshot.lock import HeldError, Lock
from governance.snapshot.writer import is_full
from governance.version import version
from governance.workspace.evidence import Entry
from governance.workspace.workspace import Workspace

KEPT = 2
"""Readings of each source that stay, besides those whose files are still used."""
PLACES = ("uri", "repo", "file")
"""Keys of an entry that say what is asked."""

Progress = Callable[[str], None]


class BusyError(EvidenceError):
    """Another process reads evidence into this workspace."""

    kind = "busy"


@dataclass(frozen=True)
class Collected:
    """One source that was asked."""

    known: Known
    """What is known of it now."""
    answered: bool
    """It did this time, if not completely."""


def collect(
    workspace: Workspace,
    sources: Sequence[tuple[str, Entry]],
    asked: Asked,
    progress: Progress,
) -> tuple[Collected, ...]:
    """Read each of these sources and return what is known of them then.

    Raises:
        BusyError: another process does it.
        EvidenceError: the disk is full; the readings before are kept.
        OSError: the workspace cannot be written.
    """
    with alone(workspace):
        for folder in source_folders(workspace):
            for left in folder.path.glob(f"{PARTIAL}*"):
                shutil.rmtree(left, ignore_errors=True)
        return tuple(
            read_source(workspace, kind, entry, asked, progress) for kind, entry in sources
        )


@contextmanager
def alone(workspace: Workspace) -> Iterator[None]:
    """Hold the lock on the readings of a workspace. Raises BusyError."""
    root = evidence_dir(workspace)
    root.mkdir(exist_ok=True)
    try:
        with Lock(root / ".lock"):
            yield
    except HeldError as error:
        raise BusyError(f"evidence is being read by {error}", "wait for it to end") from error


def read_source(
    workspace: Workspace, kind: str, entry: Entry, asked: Asked, progress: Progress
) -> Collected:
    """Read one source into a new reading and drop those that no longer count for anything."""
    home = source_folder(workspace, kind, entry.known_as)
    _set_aside(home, entry)
    before = known_source(workspace, kind, entry, asked.now)
    home.path.mkdir(parents=True, exist_ok=True)
    name = next_attempt(home.path, asked.now)
    partial = home.path / f"{PARTIAL}{name}"
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir()
        reading = _read(partial, workspace.folder, (kind, entry), asked, before, progress)
        partial.rename(home.path / name)
        _sync(home.path)
    except Exception as error:
        if is_full(error):
            raise EvidenceError(
                f"no room left for evidence in {home.path}; what was known before is kept",
                f"df -h {home.path}",
            ) from error
        raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    known = known_source(workspace, kind, entry, asked.now)
    _prune(home.path, known)
    return Collected(known, answered=reading.as_of is not None)


def _read(
    folder: Path,
    base: Path,
    source: tuple[str, Entry],
    asked: Asked,
    before: Known,
    progress: Progress,
) -> Reading:
    kind, entry = source
    shown = f"reading {kind} {entry.known_as}"
    progress(shown)
    with Gather(folder, lambda text: progress(f"{shown}: {text}")) as into:
        outcome = ask(kind, entry, base, into, asked)
    if outcome.failure is not None:
        into.problem(outcome.failure)
        # Facts that were cut short are worse than older ones: nothing expires by either.
        (folder / NOTES).unlink()
    claims = into.claims
    if outcome.failure is not None and not claims:
        (folder / CLAIMS).unlink()
    elif into.problem_count and before.claims is not None:
        progress(f"{shown}: keeping what was known before")
        claims = with_older(folder / CLAIMS, before.claims)
        if claims > into.claims:
            into.remark(f"{claims - into.claims:,} claims are of earlier readings")
    return write_reading(
        folder,
        Reading(
            kind=kind,
            name=entry.known_as,
            place=outcome.place,
            writers=outcome.writers,
            trusted=True,
            asked=asked.now,
            as_of=(into.as_of or asked.now) if outcome.failure is None else None,
            complete=not into.problem_count,
            problems=tuple(into.problems),
            problem_count=into.problem_count,
            remarks=tuple(into.remarks),
            claims=claims,
            notes=into.notes if (folder / NOTES).exists() else 0,
            metrics=tuple(sorted(asked.metrics)) if kind == "mlflow" else (),
            requests=into.requests,
            tool_version=version(),
        ),
        entry_values(entry),
    )


def _set_aside(home: SourceFolder, entry: Entry) -> None:
    """Give the readings of another place that had this name a name of their own.

    They count until somebody forgets them, as those of any source that is no longer registered.
    """
    then = was_asked(home.path)
    now = entry_values(entry)
    if then is None or all(then.get(key) == now.get(key) for key in PLACES):
        return
    place = str(next((then[key] for key in PLACES if key in then), ""))
    wanted = f"{home.name}-was-{sha256(place.encode()).hexdigest()[:6]}"
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, 1_000)))
    home.path.rename(next(new for name in names if not (new := home.path.with_name(name)).exists()))


def _prune(folder: Path, known: Known) -> None:
    used = {path.parent for path in (known.claims, known.notes) if path is not None}
    for old in attempts(folder)[KEPT:]:
        if old not in used:
            # Renamed first: half a reading would be one that is damaged.
            gone = old.with_name(f"{PARTIAL}{old.name}")
            old.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
