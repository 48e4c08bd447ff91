"""The live objects behind the facts, for questions that sums cannot answer."""
# ruff: noqa: S608 - statements are made of this package's own text; foreign text is a parameter
# or passes governance.decide.engine.quote.

from collections.abc import Sequence

import duckdb

from governance.decide.engine import parquet, quote
from governance.snapshot.reader import Snapshot


def read_contents(connection: duckdb.DuckDBPyConnection, snapshots: Sequence[Snapshot]) -> None:
    """Make the view `contents` (fact, key, size, etag, modified): a row per live object.

    `snapshots` are those that `facts.build` was given, in the same order: that is what makes `fact`
    the same number. Nothing is read before the view is.
    """
    selects = [
        f"""
        SELECT {number << 32} + artifact AS fact, key, size, etag, modified
        FROM read_parquet({quote(parquet(snapshot.objects))})
        WHERE entry = 'version' AND is_latest
        """
        for number, snapshot in enumerate(snapshots)
    ]
    connection.execute("CREATE OR REPLACE TEMP VIEW contents AS " + " UNION ALL ".join(selects))
