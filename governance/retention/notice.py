"""Who is told what: the artifacts that may go now or soon, by those who answer for them."""
# ruff: noqa: S608 - statements are made of this package's own text; foreign text is a parameter
# or passes governance.decide.engine.quote.

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import duckdb

from governance.retention.rows import STORED, integer, records

LISTED = 200
"""Artifacts named per owner; the table of the report has them all."""


@dataclass(frozen=True)
class Due:
    """One artifact and when it may go; `at` is None where it may go now."""

    id: str
    uri: str
    project: str
    rule: str
    reason: str
    stored: int
    at: datetime | None

    @property
    def when(self) -> str:
        """`now`, or the date."""
        return "now" if self.at is None else f"from {self.at:%Y-%m-%d}"


@dataclass(frozen=True)
class Notice:
    """What one owner, contact or project is told."""

    owner: str
    projects: tuple[str, ...]
    artifacts: int
    bytes: int
    """Logical bytes of all of them."""
    shown: tuple[Due, ...]
    """The `LISTED` largest."""

    def as_json(self) -> dict[str, object]:
        """Every field by name; times in ISO form."""
        return {
            "owner": self.owner,
            "projects": list(self.projects),
            "artifacts": self.artifacts,
            "bytes": self.bytes,
            "due": [
                {
                    "id": due.id,
                    "uri": due.uri,
                    "project": due.project,
                    "rule": due.rule,
                    "reason": due.reason,
                    "bytes": due.stored,
                    "at": due.at.isoformat() if due.at else None,
                }
                for due in self.shown
            ],
        }


def notice(
    connection: duckdb.DuckDBPyConnection,
    *,
    now: datetime,
    contacts: Mapping[str, str],
) -> tuple[Notice, ...]:
    """One notice per owner of what may go now, or soon by time alone, largest first.

    From the table `rows`; how soon is for each policy to say (its `notice`). Whoever owns a
    project answers for it; a project without owners is told through its contact (`contacts`: by
    project), else it is said that nobody is named.
    """
    found = records(
        connection,
        f"""
        SELECT id, uri, project, rule, reason, {STORED} AS stored, owners,
               CASE WHEN verdict = 'expire' THEN NULL ELSE until END AS at
        FROM rows
        WHERE verdict = 'expire' OR until <= $1::TIMESTAMPTZ + to_seconds(notice_seconds)
        ORDER BY stored DESC, uri
        """,
        [now],
    )
    told: dict[str, list[Due]] = {}
    for row in found:
        project = str(row["project"])
        at = row["at"]
        due = Due(
            id=str(row["id"]),
            uri=str(row["uri"]),
            project=project,
            rule=str(row["rule"]),
            reason=str(row["reason"] or ""),
            stored=integer(row["stored"]),
            at=at if isinstance(at, datetime) else None,
        )
        owners = cast(list[str], row["owners"]) or [
            contacts.get(project, f"nobody is named for {project}")
        ]
        for owner in owners:
            told.setdefault(owner, []).append(due)
    notices = [
        Notice(
            owner=owner,
            projects=tuple(sorted({due.project for due in dues})),
            artifacts=len(dues),
            bytes=sum(due.stored for due in dues),
            shown=tuple(dues[:LISTED]),
        )
        for owner, dues in told.items()
    ]
    return tuple(sorted(notices, key=lambda notice: (-notice.bytes, notice.owner)))
