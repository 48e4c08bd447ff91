"""`tutela evidence forget`: somebody signs that a source that is gone needs nothing any more.

Its readings are moved aside and stay on disk.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from blueprints.display import count, visible
from governance.errors import GovernanceError
from governance.evidence.collect import alone
from governance.evidence.folders import FORGOTTEN, SourceFolder, evidence_dir, source_folders
from governance.evidence.known import Known, known_evidence
from governance.workspace.workspace import Workspace, write_file

RECORD = "forgotten.json"
MAX_REASON = 2_000
"""Characters."""


class UsageError(GovernanceError):
    """What was typed cannot be meant."""

    kind = "usage"
    exit_code = 2


@dataclass(frozen=True)
class Forgotten:
    """A source whose readings were moved aside."""

    kind: str
    name: str
    claims: int
    by: str
    reason: str
    where: Path

    def __str__(self) -> str:
        claims = f"{count(self.claims)} claim{'' if self.claims == 1 else 's'}"
        return (
            f"{visible(self.kind)}/{visible(self.name)} no longer counts; it made {claims}\n"
            f"  signed by {visible(self.by)}: {visible(self.reason)}\n"
            f"  its readings are in {visible(str(self.where))}"
        )

    def as_json(self) -> dict[str, object]:
        """Schema `tutela/evidence-forget/v1`."""
        return {
            "schema": "tutela/evidence-forget/v1",
            "kind": self.kind,
            "name": self.name,
            "claims": self.claims,
            "by": self.by,
            "reason": self.reason,
            "moved_to": str(self.where),
        }


def forget(
    workspace: Workspace, source: str, *, by: str | None, reason: str, now: datetime
) -> Forgotten:
    """Stop counting a source (KIND/NAME) that is no longer in tutela.yaml, and write down who did.

    Raises UsageError where nobody signs, no reason is given, or the source is registered;
    BusyError; GovernanceError where there is no such source.
    """
    by, reason = (by or "").strip(), reason.strip()
    if not by:
        raise UsageError("nobody signs: the environment does not say who you are", "--by NAME")
    if not reason:
        raise UsageError("the reason is empty", '--reason "why it is no longer needed"')
    kind, _, name = source.partition("/")
    for registered, entry in workspace.config.evidence.entries:
        if (registered, entry.known_as) == (kind, name):
            raise UsageError(
                f"{source} is in tutela.yaml: whoever registers a source relies on it",
                f"take it out of {workspace.config_file} first",
            )
    with alone(workspace):
        found = _find(workspace, kind, name)
        known = _known(workspace, found, now)
        stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        record = {
            "schema": "tutela/evidence-forgotten/v1",
            "kind": kind,
            "name": name,
            "place": known.reading.place,
            "claims": known.reading.claims,
            "by": by[:MAX_REASON],
            "reason": reason[:MAX_REASON],
            "at": now.astimezone(UTC).isoformat(),
        }
        aside = _free(evidence_dir(workspace) / FORGOTTEN / kind / f"{name}-{stamp}")
        aside.parent.mkdir(parents=True, exist_ok=True)
        # The record first: whatever happens now, nothing is forgotten without one.
        write_file(found.path / RECORD, json.dumps(record, indent=1) + "\n")
        found.path.rename(aside)
    return Forgotten(kind, name, known.reading.claims, by, reason, aside)


def _find(workspace: Workspace, kind: str, name: str) -> SourceFolder:
    folders = source_folders(workspace)
    for folder in folders:
        # Compared with what is there, so that no text that was typed becomes a path.
        if (folder.kind, folder.name) == (kind, name):
            return folder
    raise GovernanceError(f"no source {kind}/{name} was read here", "tutela evidence list")


def _known(workspace: Workspace, folder: SourceFolder, now: datetime) -> Known:
    return next(
        one
        for one in known_evidence(workspace, (), now)
        if (one.reading.kind, one.reading.name) == (folder.kind, folder.name)
    )


def _free(path: Path) -> Path:
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free
