"""The shortest way from a root to an artifact that it protects, claim by claim."""

from dataclasses import dataclass
from datetime import datetime

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
    found = connection.sql(
        'SELECT claim, words, relation, holder, target, kind, source, "at", since, trusted'
        " FROM claims WHERE claim IN (SELECT unnest($1))",
        params=[claims],
    )
    # Arrow gives times without another library.
    by_claim = {
        row["claim"]: Step(
            words=row["words"],
            relation=row["relation"],
            holder=row["holder"],
            target=row["target"],
            source=f"{row['kind']} ({row['source']})" if row["source"] else row["kind"],
            at=row["at"],
            since=row["since"],
            trusted=row["trusted"],
        )
        for row in found.to_arrow_table().to_pylist()
    }
    return tuple(by_claim[claim] for claim in claims if claim in by_claim)
