"""Claims and artifacts so that the neighbours of a few nodes are found at once.

`prepare` makes, from `claims`, `notes` and `facts`:

`spots`    fact BIGINT, node UBIGINT: artifacts by where they are; unfinished uploads left out
`ends`     claim BIGINT, h, t UBIGINT, relation VARCHAR: both ends of every claim
`texts`    node UBIGINT, text VARCHAR: ends that are no artifact's own URI
`holders`  node UBIGINT: every folder that an artifact lies in, however deep
`digests`  node UBIGINT, content VARCHAR, trusted BOOLEAN: notes of a place's content

A node here is the 64-bit hash of a text without its last `/`. Texts that collide are told apart
where they are shown, not where they are followed.
"""
# ruff: noqa: S608 - statements are of this package's own words; foreign text is a parameter.

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from governance.lineage.graph import Direction
from governance.retention.rows import Row, integer, records


def base(column: str) -> str:
    """Return the SQL expression for a text without its last `/`."""
    return f"CASE WHEN suffix({column}, '/') THEN left({column}, -1) ELSE {column} END"


def based(text: str) -> str:
    """Return a text without its last `/`."""
    return text.removesuffix("/")


def is_place(text: str) -> bool:
    """Tell whether a text names a place in a store."""
    return text.startswith(("s3://", "file://"))


def folders(text: str) -> list[str]:
    """Return the URIs, without their last `/`, of the folders that a place lies in."""
    rest = based(text)
    start = rest.find("://") + 3
    return [rest[:at] for at in range(start + 1, len(rest)) if rest[at] == "/"]


_ABOVE = "left({0}, length({0}) - strpos(reverse({0}), '/'))"
"""The folder that a URI without its last `/` lies in, likewise without."""

_PREPARE = f"""
CREATE OR REPLACE TEMP TABLE spots AS
SELECT fact, hash({base("uri")}) AS node,
       CASE slot WHEN '' THEN 0 WHEN 'run' THEN 1 ELSE 2 END AS rank
FROM facts WHERE NOT starts_with(slot, 'upload:');
CREATE OR REPLACE TEMP TABLE ends AS
SELECT claim, hash({base("holder")}) AS h, hash({base("target")}) AS t, relation
FROM claims WHERE relation IN ('names', 'needs', 'made');
CREATE OR REPLACE TEMP TABLE texts AS
SELECT node, min(text) AS text FROM (
    SELECT hash(text) AS node, text FROM (
        SELECT {base("holder")} AS text FROM claims WHERE relation IN ('names', 'needs', 'made')
        UNION ALL
        SELECT {base("target")} FROM claims WHERE relation IN ('names', 'needs', 'made')
    )
) AS said ANTI JOIN spots USING (node) GROUP BY node;
CREATE OR REPLACE TEMP TABLE holders AS
WITH RECURSIVE above(uri) AS (
    SELECT DISTINCT {_ABOVE.format("uri")} FROM (SELECT {base("uri")} AS uri FROM facts)
    UNION
    SELECT {_ABOVE.format("uri")} FROM above WHERE strlen(uri) > strpos(uri, '://') + 2
)
SELECT hash(uri) AS node FROM above;
CREATE OR REPLACE TEMP TABLE digests AS
SELECT DISTINCT hash({base("node")}) AS node, lower(text) AS content, trusted
FROM notes WHERE key = 'digest' AND text IS NOT NULL;
"""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables; needs `facts`, `claims` and `notes`."""
    connection.execute(_PREPARE)


def hand(connection: duckdb.DuckDBPyConnection, name: str, **columns: Iterable[object]) -> None:
    """Make a small table `name` of these columns: text, numbers or truth, by their first value."""
    arrays = {key: list(values) for key, values in columns.items()}
    kinds = {key: _kind(values) for key, values in arrays.items()}
    table = pa.table({key: pa.array(values, kinds[key]) for key, values in arrays.items()})
    connection.register("incoming", table)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM incoming")
    connection.unregister("incoming")


def _kind(values: Sequence[object]) -> pa.DataType:
    first = values[0] if values else ""
    if isinstance(first, bool):
        return pa.bool_()
    return pa.int64() if isinstance(first, int) else pa.string()


@dataclass(frozen=True, slots=True)
class Near:
    """A neighbour, by its text, and the first claims that say so."""

    key: int
    relation: str
    text: str
    claims: tuple[int, ...]
    count: int
    outward: bool
    """The node asked about is the holder."""


_NEAR = {
    "up": """
        SELECT f.key, e.relation, e.t AS other, e.claim, true AS outward
        FROM ends e JOIN front f ON e.h = f.node
        WHERE e.relation = 'needs' OR e.relation = 'names' AND NOT f.part
        UNION ALL
        SELECT f.key, e.relation, e.h, e.claim, false FROM ends e JOIN front f ON e.t = f.node
        WHERE e.relation = 'made'
    """,
    "down": """
        SELECT f.key, e.relation, e.h AS other, e.claim, false AS outward
        FROM ends e JOIN front f ON e.t = f.node WHERE e.relation IN ('names', 'needs')
        UNION ALL
        SELECT f.key, e.relation, e.t, e.claim, true FROM ends e JOIN front f ON e.h = f.node
        WHERE e.relation = 'made' AND NOT f.part
    """,
}
MOST_CLAIMS = 4
"""Claims that are shown of one edge."""


def near(
    connection: duckdb.DuckDBPyConnection,
    front: Sequence[tuple[int, str, bool]],
    direction: Direction,
    limit: int,
) -> tuple[list[Near], list[tuple[int, str, int]]]:
    """Return the neighbours of some nodes, at most `limit` of each, and what is left over.

    `front` is (key, text, part): every text that stands for the node `key`. A `part` is a folder
    around it: what is claimed of a folder holds for all in it, but what a folder stands for does
    not. What is left over is (key, kind, count).
    """
    hand(
        connection,
        "fronts",
        key=[key for key, _, _ in front],
        text=[based(text) for _, text, _ in front],
        part=[part for _, _, part in front],
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE front AS
        SELECT key, hash(text) AS node, bool_and(part) AS part FROM fronts GROUP BY ALL;
        CREATE OR REPLACE TEMP TABLE near AS
        SELECT *, row_number() OVER (PARTITION BY key ORDER BY first, other, relation) AS rank
        FROM (
            SELECT key, relation, other, outward,
                   min(claim) AS first, count(DISTINCT claim) AS count,
                   list_sort(list(DISTINCT claim))[1:{MOST_CLAIMS}] AS claims
            FROM ({_NEAR[direction]}) GROUP BY key, relation, other, outward
        );
        """
    )
    found = records(
        connection,
        """
        WITH chosen AS (SELECT * FROM near WHERE rank <= $1),
        named AS (
            SELECT node, text FROM texts
            UNION ALL
            SELECT s.node, min(f.uri) FROM spots s JOIN facts f USING (fact)
            SEMI JOIN chosen c ON c.other = s.node GROUP BY s.node
        )
        SELECT c.key, c.relation, n.text, c.claims, c.count, c.outward
        FROM chosen c JOIN named n ON n.node = c.other ORDER BY c.key, c.rank
        """,
        [limit],
    )
    rest = records(
        connection,
        """
        SELECT n.key, coalesce(k.kind, 'thing') AS kind, count(*) AS count
        FROM near n LEFT JOIN (
            SELECT s.node, min(f.kind) AS kind FROM spots s
            SEMI JOIN near n ON n.other = s.node AND n.rank > $1
            JOIN facts f USING (fact) GROUP BY s.node
        ) k ON k.node = n.other
        WHERE n.rank > $1 GROUP BY ALL ORDER BY ALL
        """,
        [limit],
    )
    return (
        [_near(row) for row in found],
        [(integer(row["key"]), str(row["kind"]), integer(row["count"])) for row in rest],
    )


def _near(row: Row) -> Near:
    claims = row["claims"]
    return Near(
        key=integer(row["key"]),
        relation=str(row["relation"]),
        text=str(row["text"]),
        claims=tuple(integer(one) for one in claims) if isinstance(claims, list) else (),
        count=integer(row["count"]),
        outward=bool(row["outward"]),
    )
