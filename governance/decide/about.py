"""What registered sources say of the run that wrote an artifact: status, state, tags, metrics.

Such facts can let something expire, so they count only where a trusted source says both that the
run wrote the artifact and what the run was; where two say different things, nothing is known.

`tell` makes the table `about`

fact BIGINT           artifacts of which some source knows a run, a logged model or a version
run_status, state VARCHAR   null where not known, or where they disagree
tag_N VARCHAR         of the N-th tag asked for, null where there is none
tag_N_known INTEGER   0 where it has several values, so that nobody knows which counts
metric_N DOUBLE       of the N-th metric: its value at the step of the artifact, null where missing,
                      not a number, or logged twice differently
said VARCHAR          statuses and states as they were said, where they differ
"""

from collections.abc import Sequence

import duckdb

from governance.decide.engine import quote
from governance.decide.places import inside, node, within

_MADE = inside(
    f"SELECT {node('target')} AS dir,"
    f" struct_pack(run := {node('holder')}, place := target) AS value"
    " FROM claims WHERE relation = 'made' AND trusted"
)
_HOLDERS = 4
"""Names above a place: alias, version, model, and one to spare."""

_SUBJECTS = f"""
CREATE OR REPLACE TEMP TABLE subjects AS
WITH RECURSIVE naming AS (
    SELECT {node("holder")} AS h, {node("target")} AS t FROM claims
    WHERE relation = 'names' AND trusted AND holder NOT LIKE '%://%'
),
called(fact, node, depth) AS (
    SELECT p.fact, n.h, 1 FROM placed p JOIN naming n ON n.t = p.node
    UNION
    SELECT c.fact, n.h, c.depth + 1 FROM called c JOIN naming n ON n.t = c.node
    WHERE c.depth < {_HOLDERS}
)
SELECT fact, node, MIN(run) AS run FROM (
    SELECT fact, node, 0 AS run FROM called
    UNION ALL SELECT fact, value.run, 1 FROM ({_MADE}) JOIN facts USING (fact)
    WHERE {within("uri", "value.place")}
) GROUP BY fact, node
"""


def tell(
    connection: duckdb.DuckDBPyConnection, tags: Sequence[str], metrics: Sequence[str]
) -> None:
    """Make the tables `subjects` (fact, node, run) and `about`."""
    connection.execute(_SUBJECTS)
    keys = ["status", "state", *(f"tag:{tag}" for tag in tags)]
    wanted = ", ".join(map(quote, [*keys, *(f"metric:{metric}" for metric in metrics)]))
    columns = [
        _same("status", "run_status"),
        _same("state", "state"),
        *(_tag(tag, number) for number, tag in enumerate(tags)),
        *(_metric(metric, number) for number, metric in enumerate(metrics)),
        "STRING_AGG(DISTINCT CASE WHEN s.run = 1 AND key IN ('status', 'state') THEN text END,"
        " ' and ') AS said",
    ]
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE noted AS SELECT {node('node')} AS node, key, text, number,"
        f" step FROM notes WHERE trusted AND key IN ({wanted});"
        "CREATE OR REPLACE TEMP TABLE about AS"
        f" SELECT s.fact, {', '.join(columns)}"
        " FROM subjects s JOIN facts f ON f.fact = s.fact LEFT JOIN noted n ON n.node = s.node"
        " GROUP BY s.fact"
    )


def _one(key: str) -> str:
    """The text of a key where all that say it say the same."""
    said = f"CASE WHEN key = {quote(key)} THEN text END"
    return f"CASE WHEN COUNT(DISTINCT {said}) = 1 THEN MIN({said}) END"


def _tag(tag: str, number: int) -> str:
    key = f"tag:{tag}"
    values = f"COUNT(DISTINCT CASE WHEN key = {quote(key)} THEN text END)"
    return (
        f"{_one(key)} AS tag_{number},"
        f" CASE WHEN {values} <= 1 THEN 1 ELSE 0 END AS tag_{number}_known"
    )


def _same(key: str, name: str) -> str:
    """What every run says, where all that say anything of any of them say the same."""
    runs = "COUNT(DISTINCT CASE WHEN s.run = 1 THEN s.node END)"
    mine = f"s.run = 1 AND key = {quote(key)}"
    telling = f"COUNT(DISTINCT CASE WHEN {mine} AND text IS NOT NULL THEN s.node END)"
    said = f"CASE WHEN {mine} THEN text END"
    return (
        f"CASE WHEN {runs} > 0 AND {runs} = {telling} AND COUNT(DISTINCT {said}) = 1"
        f" THEN MIN({said}) END AS {name}"
    )


def _metric(metric: str, number: int) -> str:
    here = f"key = {quote(f'metric:{metric}')} AND n.step = f.step"
    value = f"CASE WHEN {here} THEN n.number END"
    return (
        f"CASE WHEN COUNT(CASE WHEN {here} THEN 1 END) > 0"
        f" AND COUNT(CASE WHEN {here} AND (n.number IS NULL OR isnan(n.number)) THEN 1 END) = 0"
        f" AND COUNT(DISTINCT {value}) = 1 THEN MAX({value}) END AS metric_{number}"
    )
