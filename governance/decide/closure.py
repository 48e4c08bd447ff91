"""What is reached from roots: the closure of the graph, level by level, with the way there.

`reach` fills one table with the columns

node UBIGINT    as in `graph`
level INTEGER   number of steps from the claim that is a root; 0 is what that claim names
root BIGINT     that claim; of several, one with a shortest way
edge BIGINT     rowid in `edges` of the last step; null at level 0
"""

import duckdb

DEEPEST = 100_000
"""Levels; a chain of more than that is cut, and what lies beyond it counts as reached from no
root. Nobody trains so many generations; see `reach` for what is said then."""


def reach(
    connection: duckdb.DuckDBPyConnection, table: str, roots: str, *, ancestors: bool
) -> bool:
    """Make `table` (see above) and tell whether the closure is whole.

    `roots` is a SELECT of (claim). With `ancestors` what is needed by what is needed is reached
    as well, else only what the root's name stands for. Cycles end where they began.
    """
    only = "" if ancestors else " AND e.names"
    connection.execute(f"""
    CREATE OR REPLACE TEMP TABLE {table} AS
    SELECT e.t AS node, 0 AS level, MIN(e.claim) AS root, CAST(NULL AS BIGINT) AS edge
    FROM edges e SEMI JOIN ({roots}) AS roots ON roots.claim = e.claim GROUP BY e.t;
    CREATE OR REPLACE TEMP TABLE frontier AS SELECT node, root FROM {table};
    """)
    step = f"""
    CREATE OR REPLACE TEMP TABLE found AS
    SELECT e.t AS node, MIN(f.root) AS root, ARG_MIN(e.rowid, f.root) AS edge
    FROM edges e JOIN frontier f ON f.node = e.h{only}
    ANTI JOIN {table} r ON r.node = e.t
    GROUP BY e.t
    """
    for level in range(1, DEEPEST + 1):
        connection.execute(step)
        added = connection.execute(
            f"INSERT INTO {table} SELECT node, {level}, root, edge FROM found"
        ).fetchone()
        if not added or not added[0]:
            return True
        connection.execute("CREATE OR REPLACE TEMP TABLE frontier AS SELECT node, root FROM found")
    return False
