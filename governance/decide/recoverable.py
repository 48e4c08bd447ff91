"""Whether an artifact could be made again: its code, its container and all of its data exist.

`judge` makes the table `recoverable` (fact BIGINT, ok BOOLEAN, why VARCHAR) for the artifacts that
a registered source knows a run of; an artifact that is not in it is not recoverable.

Data exists when it is stored here, whole, and no rule of any policy could ever let it go (the table
`staying`). That a pin or a root keeps it today does not count: a pin more, a claim more or a source
less must never be what lets another artifact go. All other facts come from trusted sources only,
and a name on a hub is no proof that what is called so here is the same.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import duckdb

from governance.artifact import Kind
from governance.decide.engine import quote
from governance.decide.evidence import Evidence
from governance.decide.places import base, inside, node, within

_DATA = (Kind.DATASET, Kind.CHECKPOINT, Kind.MODEL, Kind.ADAPTER)
_HOLDERS = 4
"""Names between a run's input and its place: data set, version, alias, and one to spare."""

_STAYING = f"""
CREATE OR REPLACE TEMP TABLE staying AS
SELECT f.fact FROM facts f
ANTI JOIN (
    SELECT m.fact FROM matched m JOIN rules r ON r.rule = m.rule
    WHERE r.delete_after_us IS NOT NULL
) AS going ON going.fact = f.fact
WHERE f.live AND f.complete AND f.kind IN ({", ".join(map(quote, _DATA))})
"""

# What an input of a run is: itself, or what it stands for. Where nothing is stored at a place or
# under it, it is a part of the artifact around it.
_INPUTS = f"""
CREATE OR REPLACE TEMP TABLE inputs AS
SELECT DISTINCT {node("holder")} AS run, {node("target")} AS input, target AS text FROM claims
WHERE relation = 'needs' AND trusted AND target NOT LIKE 'commit:%' AND target NOT LIKE 'image:%';

CREATE OR REPLACE TEMP TABLE meant AS
WITH RECURSIVE naming AS (
    SELECT {node("holder")} AS h, target FROM claims WHERE relation = 'names' AND trusted
),
meant(input, text, depth) AS (
    SELECT i.input, i.text, 0 FROM inputs i SEMI JOIN subjects s ON s.node = i.run AND s.run = 1
    UNION
    SELECT m.input, n.target, m.depth + 1 FROM meant m JOIN naming n ON n.h = {node("m.text")}
    WHERE m.depth < {_HOLDERS}
)
SELECT DISTINCT input, text, {node("text")} AS node FROM meant;

CREATE OR REPLACE TEMP TABLE stored AS
SELECT s.value AS text, s.fact
FROM ({inside("SELECT DISTINCT node AS dir, text AS value FROM meant")}) s
JOIN facts f ON f.fact = s.fact WHERE {within("f.uri", "s.value")}
UNION
SELECT m.text, p.fact FROM meant m JOIN contained c ON c.node = m.node AND c.own
JOIN placed p ON p.node = c.artifact JOIN facts f ON f.fact = p.fact
WHERE starts_with(m.text, {base("f.uri")}) AND c.node NOT IN (SELECT dir FROM dirs);
"""

_JUDGE = f"""
CREATE OR REPLACE TEMP TABLE recoverable AS
WITH runs AS (SELECT DISTINCT node FROM subjects WHERE run = 1),
present AS (SELECT DISTINCT {node("node")} AS node FROM notes
    WHERE key = 'exists' AND trusted AND kind || '/' || source IN ({{fresh}})),
parts AS (
    SELECT {node("node")} AS run, key, {node("key || ':' || text")} AS part
    FROM notes WHERE trusted AND key IN ('commit', 'image')
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
held AS (
    SELECT s.text, COUNT(*) AS stored, COUNT(g.fact) AS staying
    FROM stored s LEFT JOIN staying g ON g.fact = s.fact GROUP BY s.text
),
data AS (
    SELECT i.run, COUNT(DISTINCT i.input) AS inputs,
           COUNT(DISTINCT CASE WHEN h.staying = h.stored THEN i.input END) AS staying
    FROM inputs i SEMI JOIN runs r ON r.node = i.run
    LEFT JOIN meant m ON m.input = i.input LEFT JOIN held h ON h.text = m.text
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
    connection.execute(_STAYING)
    connection.execute(_INPUTS)
    connection.execute(_JUDGE.format(fresh=", ".join(map(quote, fresh)) or "NULL"))


def none_is(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table as where no rule asks."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE recoverable AS"
        " SELECT CAST(0 AS BIGINT) AS fact, false AS ok, '' AS why WHERE 1 = 0"
    )
