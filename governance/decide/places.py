"""Which artifacts lie where: folders of the stored artifacts, as numbers that joins are fast on.

A place in a claim may be an artifact, a folder of artifacts, or something inside of one. Texts are
compared by a hash of 64 bits and never by a pattern: two that collide are taken for the same
place, which can only keep more.

`index` makes two tables:

`placed`  fact BIGINT, node UBIGINT (of its URI without a last `/`), dir UBIGINT (of the folder
          that it lies in)
`dirs`    dir UBIGINT, parent UBIGINT, uri VARCHAR: every folder that an artifact lies in, and
          every folder around those
"""

import duckdb


def hashed(text: str) -> str:
    """Return the SQL expression for the 64 bits that stand for a text.

    DuckDB's own hash reads eight bytes at a time, and texts that differ in the last of several
    eights are often alike to it (`s3://w12-other/runs/a/1a`, `s3://w14-other/runs/a/1c`). Moved by
    one they are not.
    """
    return f"hash({text}, concat('.', {text}))"


def base(uri: str) -> str:
    """Return the SQL expression for a text without its last `/`."""
    cut = f"substring({uri}, 1, length({uri}) - 1)"
    return f"CASE WHEN suffix({uri}, '/') THEN {cut} ELSE {uri} END"


def node(text: str) -> str:
    """Return the SQL expression for the node of a text as somebody wrote it."""
    return hashed(base(text))


def within(uri: str, place: str) -> str:
    """Return the SQL condition that a URI is a place or lies in it, letter by letter.

    For facts that let something go: there two texts with one hash must not be taken for one.
    """
    return f"({base(uri)} = {base(place)} OR starts_with({uri}, {base(place)} || '/'))"


def parent(uri: str) -> str:
    """Return the SQL expression for the folder that a URI without a last `/` lies in."""
    return f"left({uri}, length({uri}) - strpos(reverse({uri}), '/'))"


def tail(uri: str) -> str:
    """Return the SQL expression for the own name, in lower case, of a URI without a last `/`."""
    return f"lower(right({uri}, strpos(reverse({uri}), '/') - 1))"


BELOW_TOP = "strpos(uri, '://') BETWEEN 1 AND length(uri) - 3"
"""The URI of a folder that is not the top of everything (`s3:/`, `file://`)."""

_INDEX = f"""
CREATE OR REPLACE TEMP TABLE placed AS
SELECT fact, {hashed("base")} AS node, {hashed("dir")} AS dir
FROM (
    SELECT fact, base, {parent("base")} AS dir FROM (SELECT fact, {base("uri")} AS base FROM facts)
);

CREATE OR REPLACE TEMP TABLE direct AS
SELECT {parent("base")} AS uri FROM (
    SELECT {base("uri")} AS base FROM facts
    SEMI JOIN (SELECT MIN(fact) AS fact FROM placed GROUP BY dir) AS one USING (fact)
) AS f;

CREATE OR REPLACE TEMP TABLE dirs AS
WITH RECURSIVE folders(uri) AS (
    SELECT uri FROM direct
    UNION
    SELECT {parent("uri")} FROM folders WHERE {BELOW_TOP}
)
SELECT {hashed("uri")} AS dir, {hashed(parent("uri"))} AS parent, uri FROM folders
WHERE {BELOW_TOP};
"""


_NO_INDEX = """
CREATE OR REPLACE TEMP TABLE placed (fact BIGINT, node UBIGINT, dir UBIGINT);
CREATE OR REPLACE TEMP TABLE dirs (dir UBIGINT, parent UBIGINT, uri VARCHAR);
"""


def index(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables `placed` and `dirs` from `facts`; empty ones where nobody claims anything."""
    claimed = connection.execute("SELECT 1 FROM claims LIMIT 1").fetchall()
    connection.execute(_INDEX if claimed else _NO_INDEX)


def inside(seeds: str) -> str:
    """Return the SELECT of (fact, value) for all that is or lies in the places of `seeds`.

    `seeds` is a SELECT of (dir UBIGINT, value).
    """
    return f"""
    WITH RECURSIVE seeds AS ({seeds}),
    below(dir, value) AS (
        SELECT s.dir, s.value FROM seeds s SEMI JOIN dirs d ON d.dir = s.dir
        UNION
        SELECT d.dir, b.value FROM below b JOIN dirs d ON d.parent = b.dir
    )
    SELECT p.fact, b.value FROM below b JOIN placed p ON p.dir = b.dir
    UNION
    SELECT p.fact, s.value FROM seeds s JOIN placed p ON p.node = s.dir
    """
