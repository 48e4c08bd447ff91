"""Who needs an artifact, as the evidence says; and of what goes, which roots were looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from blueprints.display import count, when
from governance.decide.evidence import Reading
from governance.decide.path import Step, path
from governance.evidence.kinds import STORE
from governance.retention.rows import integer, records

SHOWN = 10
"""Roots that are named."""
_DEEPEST = 64
"""Claims between a root and the artifact, when all roots are looked for."""


@dataclass(frozen=True)
class Needed:
    """Who needs an artifact. Text is foreign and raw."""

    path: tuple[Step, ...]
    """The shortest way from a root, root first; empty where no root needs it."""
    roots: tuple[str, ...]
    """The roots that need it, in their own words; the first SHOWN."""
    more: int
    """Roots that are not named."""


def needed(connection: duckdb.DuckDBPyConnection, fact: int) -> Needed:
    """Return who needs an artifact; empty where it is kept for another reason."""
    way = path(connection, fact)
    if not way:
        return Needed((), (), 0)
    found = _roots(connection, fact)
    first = [way[0].words]
    names = list(dict.fromkeys([*first, *found]))
    return Needed(way, tuple(names[:SHOWN]), max(0, len(names) - SHOWN))


def _roots(connection: duckdb.DuckDBPyConnection, fact: int) -> list[str]:
    """Every root that counts for its policies and from which the artifact is reached."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE above AS SELECT node FROM placed WHERE fact = $1", [fact]
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE edge_of_above AS SELECT node FROM above")
    for _ in range(_DEEPEST):
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE higher AS"
            " SELECT DISTINCT e.h AS node FROM edges e"
            " SEMI JOIN edge_of_above a ON a.node = e.t ANTI JOIN above b ON b.node = e.h"
        )
        added = connection.execute("INSERT INTO above SELECT node FROM higher").fetchone()
        if not added or not added[0]:
            break
        connection.execute("CREATE OR REPLACE TEMP TABLE edge_of_above AS SELECT node FROM higher")
    found = records(
        connection,
        "SELECT DISTINCT words FROM claims SEMI JOIN ("
        "  SELECT r.claim FROM chosen r JOIN edges e ON e.claim = r.claim"
        "  JOIN reaches s ON s.reach = r.reach JOIN shields h ON h.shield = s.shield"
        "  JOIN scoped c ON c.policy = h.policy AND c.fact = $1"
        "  SEMI JOIN above a ON a.node = e.t) AS reaching ON reaching.claim = claims.claim"
        " ORDER BY words LIMIT 1000",
        [fact],
    )
    return [str(row["words"]) for row in found]


def looked_at(
    connection: duckdb.DuckDBPyConnection, readings: Sequence[Reading], fact: int
) -> tuple[str, ...]:
    """Say which roots were looked at for an artifact, by source, with how many there are."""
    asked = {
        str(row["root"])
        for row in records(
            connection,
            "SELECT DISTINCT unnest(h.roots) AS root FROM shields h"
            " JOIN scoped s ON s.policy = h.policy WHERE s.fact = $1",
            [fact],
        )
    }
    rows = records(
        connection,
        "SELECT CAST(FLOOR(claim / 1099511627776) AS BIGINT) AS reading, root, count(*) AS claims"
        " FROM roots GROUP BY ALL",
    )
    counts = {(integer(row["reading"]), str(row["root"])): integer(row["claims"]) for row in rows}
    said = []
    for number, reading in enumerate(readings):
        found = [
            f"{root}: {count(claims)}"
            for (source, root), claims in sorted(counts.items())
            if source == number and root in asked
        ]
        as_of = f" as of {when(reading.as_of)}" if reading.as_of else ""
        name = f"what scan {reading.name} found" if reading.kind == STORE else reading.called
        said.append(f"{name}{as_of}: {', '.join(found) or 'it names none'}")
    return tuple(said)
