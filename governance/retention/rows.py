"""The one table that every part of a report is computed from: an artifact and its decision."""
# ruff: noqa: S608 - statements are made of this package's own text; foreign text is a parameter
# or passes governance.decide.engine.quote.

from collections.abc import Mapping, Sequence
from typing import cast

import duckdb
import pyarrow as pa

from governance.snapshot.schema import TIME

ROWS = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("uri", pa.string()),
        pa.field("project", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("layout", pa.string()),
        pa.field("parts", pa.list_(pa.string())),
        pa.field("run", pa.string()),
        pa.field("step", pa.int64()),
        pa.field("bytes", pa.int64()),  # live logical bytes; = weights + optimizer + other
        pa.field("bytes_weights", pa.int64()),
        pa.field("bytes_optimizer", pa.int64()),
        pa.field("bytes_other", pa.int64()),
        pa.field("bytes_noncurrent", pa.int64()),
        pa.field("bytes_upload", pa.int64()),
        pa.field("allocated", pa.int64()),  # POSIX only
        pa.field("objects", pa.int64()),
        pa.field("versions", pa.int64()),
        pa.field("delete_markers", pa.int64()),
        pa.field("complete", pa.bool_()),
        pa.field("missing", pa.list_(pa.string())),
        pa.field("why", pa.string()),
        pa.field("base_model", pa.string()),
        pa.field("live", pa.bool_()),
        pa.field("newest", TIME),
        pa.field("oldest", TIME),
        pa.field("verdict", pa.string()),
        pa.field("level", pa.string()),  # pin, none, protect, grace, keep, rule, expire, default
        pa.field("rule", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("until", TIME),
        pa.field("expires_after", TIME),
        pa.field("policy_line", pa.string()),  # "file:line", null where no policy decided
        pa.field("notice_seconds", pa.int64()),  # before `until`, null out of any policy's scope
        pa.field("owners", pa.list_(pa.string())),
        pa.field("pins", pa.list_(pa.string())),
        pa.field("store", pa.string()),
        pa.field("source", pa.string()),
        pa.field("snapshot", pa.string()),
        pa.field("listing_complete", pa.bool_()),
        pa.field("lower_bound", pa.bool_()),
    ]
)
"""Columns of a report's artifacts; in the database also `fact`, the number of the row in `facts`.
`uri`, `why`, `missing`, `reason` and other text from buckets are raw."""

MOST = 9_223_372_036_854_775_807
"""Sums stop here, so that no hostile size in a listing can stop a report."""

STORED = f"least(bytes::HUGEINT + bytes_noncurrent + bytes_upload, {MOST})::BIGINT"
"""Everything that an artifact takes up, in logical bytes: what a quota counts."""

_DECIDED = frozenset(
    {
        "verdict",
        "level",
        "rule",
        "reason",
        "until",
        "expires_after",
        "policy_line",
        "notice_seconds",
    }
)

Row = Mapping[str, object]


def select(connection: duckdb.DuckDBPyConnection, condition: str) -> None:
    """Make the table `rows` from `facts` and `decisions`, for the facts that `condition` selects.

    `condition` is SQL of ours on the columns of `facts`.
    """
    names = ", ".join(f"d.{name}" if name in _DECIDED else f"f.{name}" for name in ROWS.names)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE rows AS
        SELECT f.fact, {names} FROM (SELECT * FROM facts WHERE {condition}) f
        JOIN decisions d USING (fact)
        """
    )


def table(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The table `rows` in Arrow, with the columns of `ROWS`, largest first."""
    names = ", ".join(ROWS.names)
    found = connection.sql(
        f"SELECT {names} FROM rows ORDER BY {STORED} DESC, uri, id"
    ).to_arrow_table()
    return found.cast(ROWS)


def records(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] = ()
) -> list[Row]:
    """The rows of a query with few results; times come back as UTC datetimes.

    Through Arrow, because DuckDB's own conversion of times needs a package we do not depend on.
    """
    # An Arrow row is a dict of plain Python values; `object` makes the caller say which.
    table = connection.sql(query, params=list(parameters)).to_arrow_table()
    return cast(list[Row], table.to_pylist())


def total(amount: str) -> str:
    """SQL for the sum of a column or expression of whole numbers, at most `MOST`; 0 for none."""
    return f"least(coalesce(sum({amount}), 0), {MOST})::BIGINT"


def integer(value: object) -> int:
    """A sum as an int; the sum of no rows is 0."""
    return int(cast(int, value)) if value is not None else 0
