"""The answer to "what is stored and what may go": one value, made once, written in many forms."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from blueprints.display import visible
from governance.retention.certificate import Certificate
from governance.retention.dangling import Dangling
from governance.retention.duplicates import Duplicates
from governance.retention.growth import Growth
from governance.retention.notice import Notice
from governance.retention.orphans import Orphans
from governance.retention.partial import Partial
from governance.retention.quota import Quota
from governance.retention.reclaim import Reclaim
from governance.retention.rows import Row
from governance.retention.scope import Scope
from governance.retention.sources import Source
from governance.retention.totals import Group, Rule


@dataclass(frozen=True)
class Pinned:
    """One pin on an artifact, lapsed or not. Text is foreign and raw."""

    id: str
    by: str
    reason: str
    until: datetime | None

    def as_json(self) -> dict[str, object]:
        """Every field by name; the time in ISO form."""
        until = self.until.isoformat() if self.until else None
        return {"id": self.id, "by": self.by, "reason": self.reason, "until": until}


@dataclass(frozen=True)
class Report:
    """Everything that a report says. Foreign text in it is raw; writers make it visible.

    Laws: `whole` is the sum of `projects`, of `kinds` and of `rules`; every artifact is in
    `artifacts` once and has one verdict.
    """

    as_of: datetime
    tool: str
    """Version of tutela."""
    scope: Scope
    sources: tuple[Source, ...]
    policies: tuple[str, ...]
    """Policy files as they are named; empty where none is configured."""
    pins_as_of: datetime | None
    evidence: tuple[Certificate, ...]
    dangling: Dangling
    """What somebody needs and is not there."""
    """Every source that was asked who needs what, and every one that a policy misses."""
    cautions: tuple[str, ...]
    """What has to be known before any figure is believed."""
    artifacts: pa.Table
    """Columns of `rows.ROWS`, largest first."""
    whole: Group
    projects: tuple[Group, ...]
    kinds: tuple[Group, ...]
    rules: tuple[Rule, ...]
    reclaim: tuple[Reclaim, ...]
    partial: tuple[Partial, ...]
    duplicates: Duplicates
    orphans: Orphans
    growth: Growth
    quotas: tuple[Quota, ...]
    notices: tuple[Notice, ...] | None = None
    """None where no notice was asked for."""
    option: str = ""
    """How the workspace was named (` -w DIR`), for the commands that are suggested next."""

    @property
    def policy_words(self) -> str:
        """Which policy decided, for a line of text."""
        if not self.policies:
            return "no policy, so everything is kept"
        return f"policy {', '.join(visible(name) for name in self.policies)}"

    @property
    def outside(self) -> str:
        """Where a copy lies that the report must not name."""
        return "outside this project" if self.scope.project else "outside this scope"

    def largest(self, verdict: str) -> Row | None:
        """The largest artifact of a verdict."""
        found = self.artifacts.filter(pc.equal(self.artifacts["verdict"], verdict)).slice(0, 1)
        return cast(Row, found.to_pylist()[0]) if found.num_rows else None

    def __str__(self) -> str:
        from governance.retention.write.text import text

        return text(self)

    def as_json(self) -> dict[str, object]:
        """The form `tutela/report/v1`."""
        from governance.retention.write.json import plain

        return plain(self)
