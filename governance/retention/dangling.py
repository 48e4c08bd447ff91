"""What somebody needs and is not there: roots that lead to no artifact, though they name a place
that was scanned. They are told and stop nothing: a pointer to what is gone keeps nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from governance.decide.engine import quote
from governance.retention.rows import integer, records

SHOWN = 5
_DEEPEST = 64
"""Names between a root and a place."""


@dataclass(frozen=True)
class Dangling:
    """Roots that lead to nothing. Text is foreign and raw."""

    count: int
    examples: tuple[tuple[str, str], ...]
    """Words of a root and the place that it means, the first SHOWN."""

    def as_json(self) -> dict[str, object]:
        """How many there are, and examples."""
        named = [{"needed_by": words, "place": place} for words, place in self.examples]
        return {"count": self.count, "examples": named}


def dangling(connection: duckdb.DuckDBPyConnection, scanned: Sequence[str]) -> Dangling:
    """Return the roots of this workspace's policies that lead to nothing in what was scanned.

    `scanned` are the URIs of the snapshots. Needs the tables that `decide` leaves.
    """
    inside = " OR ".join(
        f"text = {quote(uri.rstrip('/'))} OR starts_with(text, {quote(uri.rstrip('/') + '/')})"
        for uri in scanned
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE gone AS SELECT text, node FROM loose"  # noqa: S608 - quoted
        f" ANTI JOIN contained c ON c.node = loose.node WHERE {inside or '1 = 0'}"
    )
    if not records(connection, "SELECT 1 AS one FROM gone LIMIT 1"):
        return Dangling(0, ())
    _lead(connection, "to_nothing", "SELECT node, text AS place FROM gone")
    _lead(
        connection,
        "to_something",
        "SELECT p.node, '' AS place FROM placed p SEMI JOIN edges e ON e.t = p.node",
    )
    rows = records(connection, _DANGLING, [SHOWN])
    return Dangling(
        integer(rows[0]["roots"]) if rows else 0,
        tuple((str(row["words"]), str(row["place"])) for row in rows),
    )


def _lead(connection: duckdb.DuckDBPyConnection, table: str, start: str) -> None:
    """Make a table (node, place) of all from where names alone lead to the places of `start`."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {start}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE nearer AS FROM {table}")
    for _ in range(_DEEPEST):
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE farther AS"  # noqa: S608 - this module's own names
            " SELECT e.h AS node, min(n.place) AS place FROM edges e"
            " JOIN nearer n ON n.node = e.t AND e.names"
            f" ANTI JOIN {table} t ON t.node = e.h GROUP BY e.h"
        )
        if not records(connection, "SELECT 1 AS one FROM farther LIMIT 1"):
            return
        connection.execute(f"INSERT INTO {table} FROM farther")
        connection.execute("CREATE OR REPLACE TEMP TABLE nearer AS FROM farther")


_DANGLING = """
WITH roots_of AS (
    SELECT DISTINCT c.claim FROM chosen c
),
nowhere AS (
    SELECT r.claim, min(n.place) AS place FROM roots_of r JOIN edges e ON e.claim = r.claim
    JOIN to_nothing n ON n.node = e.t ANTI JOIN to_something s ON s.node = e.t GROUP BY r.claim
)
SELECT c.words, n.place, count(*) OVER () AS roots
FROM nowhere n JOIN claims c ON c.claim = n.claim ORDER BY c.words, n.place LIMIT $1
"""
