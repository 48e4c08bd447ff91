"""Where readings lie: `.tutela/evidence/<kind>/<name>/<UTC stamp>-<number>/`.

The number grows with every reading, so that a clock that was wrong once misleads nobody.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from governance.workspace.workspace import Workspace

PARTIAL = ".partial-"
FORGOTTEN = ".forgotten"
_ATTEMPT = re.compile(r"(\d{8}T\d{6}Z)(?:-(\d{1,9}))?")


@dataclass(frozen=True)
class SourceFolder:
    """The readings of one source, also of one that is no longer registered."""

    kind: str
    name: str
    path: Path


def evidence_dir(workspace: Workspace) -> Path:
    """Return the folder of all readings; it need not exist."""
    return workspace.folder / "evidence"


def source_folder(workspace: Workspace, kind: str, name: str) -> SourceFolder:
    """Return where the readings of a source lie; it need not exist."""
    return SourceFolder(kind, name, evidence_dir(workspace) / kind / name)


def source_folders(workspace: Workspace) -> list[SourceFolder]:
    """Return every source that has a folder, by kind and name. Hidden folders are none.

    Raises OSError where the folder of readings cannot be looked into.
    """
    found = []
    for kind in _inside(evidence_dir(workspace)):
        found += [SourceFolder(kind.name, path.name, path) for path in _inside(kind)]
    return found


def attempts(folder: Path) -> list[Path]:
    """Return the readings of a source, newest first. Raises OSError."""
    found = [path for path in _inside(folder) if _ATTEMPT.fullmatch(path.name)]
    return sorted(found, key=_order, reverse=True)


def next_attempt(folder: Path, now: datetime) -> str:
    """Return the name of the reading that is made now."""
    newest = attempts(folder)
    number = _order(newest[0])[0] + 1 if newest else 1
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{number}"


def _order(path: Path) -> tuple[int, str]:
    found = _ATTEMPT.fullmatch(path.name)
    stamp, number = found.groups() if found else ("", None)
    return int(number or 0), stamp


def _inside(folder: Path) -> list[Path]:
    try:
        found = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(path for path in found if path.is_dir())
