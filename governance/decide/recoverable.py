"""Whether an artifact could be made again: its code, its container and all of its data exist.

`judge` makes the table `recoverable` (fact BIGINT, ok BOOLEAN, why VARCHAR) for the artifacts that
a registered source knows a run of; an artifact that is not in it is not recoverable.

Data exists when it is stored here, complete, and stays whatever else is recoverable: the table
`staying` (fact) says which artifacts do. All other facts come from trusted sources only.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import duckdb

from governance.decide.engine import quote
from governance.decide.evidence import Evidence
from governance.decide.places import node

_JUDGE = f"""
CREATE OR REPLACE TEMP TABLE recoverable AS
WITH runs AS (SELECT DISTINCT node FROM subjects WHERE run = 1),
present AS (SELECT DISTINCT {node("node")} AS node FROM notes
    WHERE key = 'exists' AND trusted AND kind || '/' || source IN ({{fresh}})),
parts AS (
    SELECT {node("node")} AS run, key, {node("key || ':' || text")} AS part
    FROM notes WHERE trusted AND key = 'commit'
    UNION ALL
    SELECT {node("node")}, key, {node("key || ':' || text")}
    FROM notes WHERE trusted AND key = 'image'
),
checked AS (
    SELECT r.node,
           COUNT(CASE WHEN key = 'commit' THEN 1 END) AS commits,
           COUNT(CASE WHEN key = 'commit' AND e.node IS NULL THEN 1 END) AS lost_commits,
           COUNT(CASE WHEN key = 'image' THEN 1 END) AS images,
           COUNT(CASE WHEN key = 'image' AND e.node IS NULL THEN 1 END) AS lost_images
    FROM runs r LEFT JOIN parts p ON p.run = r.node LEFT JOIN present e ON e.node = p.part
    GROUP BY r.node
),
inputs AS (
    SELECT {node("holder")} AS run, {node("target")} AS input FROM claims
    WHERE relation = 'needs' AND trusted
      AND target NOT LIKE 'commit:%' AND target NOT LIKE 'image:%'
),
found AS (
    SELECT i.run, i.input, p.fact FROM inputs i JOIN placed p ON p.node = i.input
    UNION
    SELECT i.run, i.input, p.fact FROM inputs i
    JOIN inputs n ON n.run = i.input JOIN placed p ON p.node = n.input
    UNION
    SELECT i.run, i.input, p.fact FROM inputs i
    JOIN edges e ON e.h = i.input AND e.names JOIN placed p ON p.node = e.t
),
data AS (
    SELECT i.run, COUNT(DISTINCT i.input) AS inputs,
           COUNT(DISTINCT CASE WHEN s.fact IS NOT NULL THEN i.input END) AS staying
    FROM inputs i SEMI JOIN runs r ON r.node = i.run
    LEFT JOIN found d ON d.run = i.run AND d.input = i.input
    LEFT JOIN (
        SELECT fact FROM staying JOIN facts USING (fact) WHERE live AND complete
    ) AS s ON s.fact = d.fact
    GROUP BY i.run
),
told AS (
    SELECT s.fact,
           MIN(CASE WHEN c.commits > 0 AND c.lost_commits = 0 THEN 1 ELSE 0 END) AS code,
           MIN(CASE WHEN c.images > 0 AND c.lost_images = 0 THEN 1 ELSE 0 END) AS image,
           MIN(CASE WHEN COALESCE(d.inputs, 0) > 0 AND d.inputs = d.staying THEN 1 ELSE 0 END)
               AS data
    FROM subjects s JOIN checked c ON c.node = s.node LEFT JOIN data d ON d.run = s.node
    WHERE s.run = 1 GROUP BY s.fact
)
SELECT fact, code = 1 AND image = 1 AND data = 1 AS ok,
       CONCAT_WS(', ',
           CASE WHEN code = 0 THEN 'its commit is in no registered repository' END,
           CASE WHEN image = 0 THEN 'its container image is not among the registered ones' END,
           CASE WHEN data = 0 THEN 'not all of its data is stored here to stay' END) AS why
FROM told
"""


def judge(
    connection: duckdb.DuckDBPyConnection, evidence: Evidence, max_age: timedelta, now: datetime
) -> None:
    """Make the table; `max_age` is how old a source may be to say that something exists."""
    fresh: Sequence[str] = [
        f"{reading.kind}/{reading.name}"
        for reading in evidence.readings
        if reading.trusted and reading.lacks(max_age, now) is None
    ]
    connection.execute(_JUDGE.format(fresh=", ".join(map(quote, fresh)) or "NULL"))


def none_is(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table as where no rule asks."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE recoverable AS"
        " SELECT CAST(0 AS BIGINT) AS fact, false AS ok, '' AS why WHERE 1 = 0"
    )


def all_are(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table as if everything were, to find out what stays in any case."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE recoverable AS SELECT fact, true AS ok, '' AS why FROM facts"
    )
