"""The shortest way from a root to an artifact that it protects, claim by claim."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import duckdb


@dataclass(frozen=True)
class Step:
    """One claim of the way. Text is foreign and raw."""

    words: str
    relation: str
    holder: str
    target: str
    source: str
    """Kind and name of the source that says so."""
    at: str | None
    """Where it is said: ref and path, table, file:line."""
    since: datetime | None
    trusted: bool

    def as_json(self) -> dict[str, object]:
        """Every field by name; the time in ISO form."""
        since = self.since.isoformat() if self.since else None
        return {**vars(self), "since": since}


def path(connection: duckdb.DuckDBPyConnection, fact: int) -> tuple[Step, ...]:
    """Return the claims from the root to the artifact, root first; none where no root needs it.

    Needs the tables that `decide` leaves; a shield of the policy that decided is taken.
    """
    found = connection.execute(_SHIELD, [fact]).fetchone()
    if found is None:
        return ()
    reach, node, root = found
    claims: list[int] = []
    while True:
        step = connection.execute(
            f"SELECT e.h, e.claim FROM reached_{reach} r JOIN edges e ON e.rowid = r.edge"
            " WHERE r.node = $1",
            [node],
        ).fetchone()
        if step is None:
            break
        node, claim = step
        if claim is not None:
            claims.append(claim)
    claims.append(root)
    return _steps(connection, claims[::-1])


_SHIELD = """
SELECT s.reach, p.node, i.root
FROM shielded i JOIN shields h ON h.shield = i.shield JOIN reaches s ON s.shield = i.shield
JOIN scoped c ON c.fact = i.fact AND c.policy = h.policy JOIN placed p ON p.fact = i.fact
WHERE i.fact = $1 ORDER BY i.shield LIMIT 1
"""


def _steps(connection: duckdb.DuckDBPyConnection, claims: list[int]) -> tuple[Step, ...]:
    rows = connection.execute(
        'SELECT claim, words, relation, holder, target, kind, source, "at", since, trusted'
        " FROM claims WHERE claim IN (SELECT unnest($1))",
        [claims],
    ).fetchall()
    by_claim = {
        row[0]: Step(
            words=row[1],
            relation=row[2],
            holder=row[3],
            target=row[4],
            source=f"{row[5]} ({row[6]})" if row[6] else row[5],
            at=row[7],
            since=cast("datetime | None", row[8]),
            trusted=row[9],
        )
        for row in rows
    }
    return tuple(by_claim[claim] for claim in claims if claim in by_claim)
