"""`tutela evidence list`: what every source said last, without asking any."""

from dataclasses import dataclass
from datetime import datetime

from governance.evidence.known import Known, known_evidence
from governance.evidence.words import as_json, page
from governance.snapshot.reader import latest
from governance.workspace.workspace import Workspace


@dataclass(frozen=True)
class Listed:
    """Every source that counts."""

    known: tuple[Known, ...]
    now: datetime

    def __str__(self) -> str:
        return page(self.known, self.now)

    def as_json(self) -> dict[str, object]:
        """Schema `tutela/evidence-list/v1`."""
        return {
            "schema": "tutela/evidence-list/v1",
            "as_of": self.now.isoformat(),
            "sources": [as_json(one, self.now) for one in self.known],
        }


def list_evidence(workspace: Workspace, now: datetime) -> Listed:
    """Look at what was read. Raises SnapshotError for a snapshot that is damaged."""
    return Listed(known_evidence(workspace, latest(workspace), now), now)
