"""What a source could not say about single places: everything there is kept.

`mark` makes the tables `doubts` (doubt, policy INTEGER, words VARCHAR) and `doubted` (fact, doubt):
as with a pin, a place is what is called so, what lies in it and what contains it.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from governance.decide.pins import containers

_DOUBTS = pa.schema([("doubt", pa.int32()), ("policy", pa.int32()), ("words", pa.string())])
_NAMES = pa.schema([("doubt", pa.int32()), ("name", pa.string())])
_RANGES = pa.schema([("doubt", pa.int32()), ("low", pa.string()), ("high", pa.string())])

_DOUBTED = """
CREATE OR REPLACE TEMP TABLE doubted AS
SELECT f.fact, n.doubt FROM facts f JOIN doubt_names n ON n.name = f.uri
UNION
SELECT f.fact, r.doubt FROM facts f JOIN doubt_ranges r ON f.uri >= r.low AND f.uri < r.high
"""


def mark(connection: duckdb.DuckDBPyConnection, doubts: Sequence[tuple[int, str, str]]) -> None:
    """Make the tables; `doubts` are (policy, words, place)."""
    names, ranges = [], []
    for number, (_, _, place) in enumerate(doubts):
        base = place.rstrip("/")
        names += [{"doubt": number, "name": name} for name in containers(place)]
        ranges.append({"doubt": number, "low": base + "/", "high": base + "0"})
    rows = [
        {"doubt": number, "policy": policy, "words": words}
        for number, (policy, words, _) in enumerate(doubts)
    ]
    for table, schema, values in (
        ("doubts", _DOUBTS, rows),
        ("doubt_names", _NAMES, names),
        ("doubt_ranges", _RANGES, ranges),
    ):
        connection.register("incoming", pa.Table.from_pylist(values, schema=schema))
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM incoming")
        connection.unregister("incoming")
    connection.execute(_DOUBTED)
