"""Readings on disk, written as sources write them, for tests that ask no source."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from governance.evidence.claim import Key, Relation
from governance.evidence.folders import next_attempt, source_folder
from governance.evidence.gather import Gather
from governance.evidence.known import entry_values
from governance.evidence.reading import write_reading
from governance.evidence.schema import CLAIMS, NOTES, Problem, Reading
from governance.workspace.workspace import Workspace

NOW = datetime(2026, 11, 22, 1, 20, tzinfo=UTC)


def add_reading(folder: Path, reading: Reading, targets: Sequence[str] = ()) -> Path:
    """Write a reading with one claim for each target, and a note for each claim."""
    folder.mkdir(parents=True)
    with Gather(folder) as into:
        for number, target in enumerate(targets):
            job = f"job:site/{number}"
            into.claim(Relation.NEEDS, job, target, f"job {number}", root="job.active")
            into.note(job, Key.LABEL, text=f"job {number}")
    counts = {"claims": len(targets), "notes": len(targets)}
    write_reading(folder, reading.model_copy(update=counts))
    return folder


def add_source(
    workspace: Workspace,
    kind: str = "jobs",
    name: str = "slurm",
    *,
    at: datetime = NOW,
    targets: Sequence[str] = ("s3://alpha/a",),
    problems: Sequence[Problem] = (),
    failed: bool = False,
    **more: Any,
) -> Path:
    """Write the next reading of a source; one that failed has no claims and no date."""
    home = source_folder(workspace, kind, name).path
    said: dict[str, Any] = {
        "kind": kind,
        "name": name,
        "place": "jobs.json",
        "writers": "whoever may write jobs.json",
        "trusted": True,
        "asked": at,
        "as_of": None if failed else at,
        "complete": not problems and not failed,
        "problems": tuple(problems) or ((Problem(words="it is down"),) if failed else ()),
        "problem_count": len(problems) or int(failed),
    }
    reading = Reading.model_validate({**said, **more})
    folder = add_reading(home / next_attempt(home, at), reading, () if failed else targets)
    entries = {(one, entry.known_as): entry for one, entry in workspace.config.evidence.entries}
    entry = entries.get((kind, name))
    if failed:
        (folder / CLAIMS).unlink()
        (folder / NOTES).unlink()
    write_reading(
        folder,
        reading.model_copy(update={"claims": 0 if failed else len(targets)}),
        entry_values(entry) if entry else None,
    )
    return folder
