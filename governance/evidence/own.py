"""What people signed in the workspace itself: read whenever it is needed, so never out of date."""

import os
import shutil
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from governance.evidence.asking import ask
from governance.evidence.gather import Gather
from governance.evidence.kinds import LINKS
from governance.evidence.schema import CLAIMS, NOTES, Problem, Reading
from governance.evidence.source import Asked
from governance.workspace.workspace import FOLDER, Workspace

NAME = "workspace"
WRITERS = "whoever may write to this workspace"
_KEPT = 4
"""Copies of the links' claims that stay: another process may still read an older one."""


def read_links(workspace: Workspace, now: datetime) -> tuple[Reading, Path | None]:
    """Return the reading of the links and the folder of its Parquet files (in the cache).

    Without a folder nothing could be written, which the reading says. Raises nothing.
    """
    cache = workspace.cache_dir / "links"
    partial = cache / f".partial-{os.getpid()}"
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        with Gather(partial) as into:
            outcome = ask(LINKS, None, workspace.folder, into, Asked(now))
        if outcome.failure is not None:
            into.problem(outcome.failure)
        return _reading(now, into), _settled(partial)
    except Exception as error:  # noqa: BLE001 - a disk that is full is told as what it means
        why = getattr(error, "strerror", None) or type(error).__name__
        problem = Problem(words=f"the links cannot be read into {cache}: {why}")
        said = {"complete": False, "as_of": None, "problems": (problem,), "problem_count": 1}
        return _reading(now, None).model_copy(update=said), None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _reading(now: datetime, into: Gather | None) -> Reading:
    return Reading(
        kind=LINKS,
        name=NAME,
        # No path: reports are sent on, and it is nobody's business where this workspace lies.
        place=FOLDER,
        writers=WRITERS,
        trusted=True,
        asked=now,
        as_of=now,
        complete=into is None or not into.problem_count,
        problems=tuple(into.problems) if into else (),
        problem_count=into.problem_count if into else 0,
        remarks=tuple(into.remarks) if into else (),
        claims=into.claims if into else 0,
        notes=into.notes if into else 0,
    )


def _settled(partial: Path) -> Path:
    """Give the files the name of their content; the same links are written once."""
    both = b"".join((partial / name).read_bytes() for name in (CLAIMS, NOTES))
    final = partial.with_name(sha256(both).hexdigest()[:16])
    try:
        partial.rename(final)
    except OSError:
        if not final.is_dir():
            raise
    os.utime(final)
    found = [path for path in partial.parent.iterdir() if not path.name.startswith(".")]
    for old in sorted(found, key=lambda path: path.stat().st_mtime_ns)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return final
