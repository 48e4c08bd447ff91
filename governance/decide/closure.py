"""What is reached from roots: the closure of the graph, level by level, with the way there.

`reach` fills one table with the columns

node UBIGINT    as in `graph`
level INTEGER   number of steps from the claim that is a root; 0 is what that claim names
root BIGINT     that claim; of several, one with a shortest way
edge BIGINT     rowid in `edges` of the last step; null at level 0
last BIGINT     the last claim on the way: later steps only say where things lie

A step reads all edges, which is right where it reaches many nodes and wrong for a long chain. Where
a level is narrow, many levels are one recursive query, whose table of edges is made once.
"""

import duckdb

DEEPEST = 100_000
"""Levels; a chain of more than that is cut, and what lies beyond it counts as reached from no
root. Nobody trains so many generations; see `reach` for what is said then."""
NEAR = 30
"""Levels that are taken one by one first: few graphs are deeper."""
NARROW = 100
"""Nodes of a level from which many levels are taken at once, as long as they stay so narrow."""
FAR = 20_000
"""Levels that are taken at once. A cycle is gone around as often within these, and then no more."""


def reach(
    connection: duckdb.DuckDBPyConnection, table: str, roots: str, *, ancestors: bool
) -> bool:
    """Make `table` (see above) and tell whether the closure is whole.

    `roots` is a SELECT of (claim). With `ancestors` what is needed by what is needed is reached
    as well, else only what the root's name stands for. Cycles end where they began.
    """
    connection.execute(f"""
    CREATE OR REPLACE TEMP TABLE {table} AS
    SELECT e.t AS node, 0 AS level, MIN(e.claim) AS root, CAST(NULL AS BIGINT) AS edge,
           MIN(e.claim) AS last
    FROM edges e SEMI JOIN ({roots}) AS roots ON roots.claim = e.claim GROUP BY e.t
    """)
    only = "" if ancestors else " AND e.names"
    level, added = 0, _count(connection, table, 0)
    while added and level < DEEPEST:
        if level < NEAR or added > NARROW:
            connection.execute(_STEP.format(table=table, only=only, level=level))
            level += 1
        else:
            end = min(level + FAR, DEEPEST)
            connection.execute(
                _LEAP.format(table=table, only=only, level=level, end=end, narrow=NARROW)
            )
            ((deepest,),) = connection.execute("SELECT MAX(level) FROM leap").fetchall()
            level = end if deepest is None else deepest
        added = _count(connection, table, level)
    return not added


def _count(connection: duckdb.DuckDBPyConnection, table: str, level: int) -> int:
    query = f"SELECT COUNT(*) FROM {table} WHERE level = {level}"
    ((count,),) = connection.execute(query).fetchall()
    return int(count)


_STEP = """
INSERT INTO {table}
SELECT e.t AS node, {level} + 1, MIN(f.root), ARG_MIN(e.rowid, f.root),
       ARG_MIN(COALESCE(e.claim, f.last), f.root)
FROM edges e
JOIN (SELECT node, root, last FROM {table} WHERE level = {level}) f ON f.node = e.h{only}
ANTI JOIN {table} r ON r.node = e.t
GROUP BY e.t
"""

# Whatever is met again, within a cycle, counts at its first level.
_LEAP = """
CREATE OR REPLACE TEMP TABLE leap AS
WITH RECURSIVE far(node, level, root, edge, last) AS (
    SELECT node, level, root, edge, last FROM {table} WHERE level = {level}
    UNION ALL
    SELECT e.t, MIN(f.level) + 1, MIN(f.root), ARG_MIN(e.rowid, f.root),
           ARG_MIN(COALESCE(e.claim, f.last), f.root)
    FROM edges e JOIN far f ON f.node = e.h{only}
    ANTI JOIN {table} r ON r.node = e.t
    WHERE f.level < {end} AND (SELECT COUNT(*) FROM far) <= {narrow}
    GROUP BY e.t
)
SELECT node, MIN(level) AS level, ARG_MIN(root, level) AS root, ARG_MIN(edge, level) AS edge,
       ARG_MIN(last, level) AS last
FROM far WHERE level > {level} GROUP BY node;
INSERT INTO {table} FROM leap;
"""
