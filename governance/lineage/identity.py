"""Which artifacts are copies of each other: content identity from several kinds of digests.

An artifact's content is known by

- the MD5 in the name of a DVC cache's file,
- a registered source's note of its digest,
- the S3 ETag of its one file, where that is a plain MD5,
- a digest of our own: SHA-256 over the sorted list of (relative path, size, MD5) of its files,
  where all of them have one.

An ETag is an MD5 only where the store is of a type that is known to make them so (with SSE-KMS even
there it is none, but then equal ones still come from copying). Of other stores they are compared
within the store only; there multipart ETags count too. Digests that belong to the same artifact are
taken for the same content, but never of artifacts that differ in bytes or in number of files.
"""
# ruff: noqa: S608 - statements are of this package's own words; foreign text is a parameter.

from collections.abc import Collection, Sequence

import duckdb

from governance.lineage.index import hand
from governance.lineage.resolve import BLOBS
from governance.retention.duplicates import DIGEST
from governance.retention.rows import integer, records

MD5_TYPES = frozenset({"aws", "ceph", "seaweedfs"})
"""Types of stores whose ETag of an object uploaded in one piece is its MD5."""
MD5 = "^[0-9a-f]{32}$"


def mark(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `marks (fact, mark)`, by which artifacts that may be copies are found.

    Reads all of `contents` once.
    """
    connection.execute(_MARKS)


def identify(
    connection: duckdb.DuckDBPyConnection,
    facts: Collection[int] | None = None,
    *,
    md5_stores: Collection[str] = (),
) -> None:
    """Make the table `identity (fact BIGINT, content VARCHAR)`.

    It has those of the artifacts numbered `facts` (None: all) that may have a copy, and what may be
    one, as far as content is known; those with the same `content` are copies. `md5_stores` are the
    identities of stores whose plain ETags are MD5s. Needs `mark` and
    `index.prepare`.
    """
    if facts is None:
        wanted = "SELECT fact FROM facts"
    else:
        hand(connection, "wanted", fact=[*facts] or [-1])
        wanted = "SELECT fact FROM wanted"
    hand(connection, "believed", store=[*md5_stores] or [""])
    connection.execute(_CANDIDATES.format(wanted=wanted))
    if not records(connection, "SELECT fact FROM candidates LIMIT 1"):
        connection.execute("CREATE OR REPLACE TEMP TABLE identity (fact BIGINT, content VARCHAR)")
        return
    connection.execute(_KNOWN)
    connection.execute(_LABELS)
    # Each round every artifact takes the least name that it shares with any other: at most as
    # many rounds as there are kinds of digests.
    while True:
        connection.execute(_SPREAD)
        changed = records(
            connection,
            "SELECT count(*) AS changed FROM spread JOIN labels USING (fact)"
            " WHERE spread.content <> labels.content",
        )
        connection.execute("CREATE OR REPLACE TEMP TABLE labels AS FROM spread")
        if not integer(changed[0]["changed"]):
            break
    connection.execute("CREATE OR REPLACE TEMP TABLE identity AS SELECT fact, content FROM labels")


def copies(
    connection: duckdb.DuckDBPyConnection,
    facts: Sequence[int],
    *,
    md5_stores: Collection[str] = (),
) -> dict[int, tuple[int, ...]]:
    """Return all copies of each artifact, itself among them, by the order of their URIs."""
    if not facts:
        return {}
    identify(connection, facts, md5_stores=md5_stores)
    rows = records(
        connection,
        "SELECT w.fact, list(i.fact ORDER BY f.uri, f.id) AS copies FROM wanted w"
        " JOIN identity own ON own.fact = w.fact JOIN identity i ON i.content = own.content"
        " JOIN facts f ON f.fact = i.fact GROUP BY w.fact",
    )
    found: dict[int, tuple[int, ...]] = {fact: (fact,) for fact in facts}
    for row in rows:
        held = row["copies"]
        if isinstance(held, list):
            found[integer(row["fact"])] = tuple(integer(one) for one in held)
    return found


# Copies share the greatest mark of their files; hardly anything else does.
_MARKS = f"""
CREATE OR REPLACE TEMP TABLE marks AS
SELECT fact, max(hash(size, etag)) AS mark FROM contents
WHERE size > 0 AND etag IS NOT NULL GROUP BY fact
UNION
SELECT fact, hash(bytes, substr(content, 5)) FROM ({BLOBS}) JOIN facts USING (fact);
"""

_CANDIDATES = """
CREATE OR REPLACE TEMP TABLE candidates AS
WITH wanted_ones AS ({wanted}),
alike AS (
    SELECT m.fact FROM marks m SEMI JOIN (
        SELECT mark FROM marks SEMI JOIN wanted_ones USING (fact)
    ) AS own USING (mark) QUALIFY count(*) OVER (PARTITION BY mark) > 1
    UNION
    SELECT s.fact FROM spots s JOIN digests d USING (node) SEMI JOIN (
        SELECT d.content FROM digests d JOIN spots s USING (node)
        SEMI JOIN wanted_ones w ON w.fact = s.fact WHERE d.trusted
    ) AS own USING (content) QUALIFY count(*) OVER (PARTITION BY content) > 1
)
SELECT fact, bytes, objects FROM facts SEMI JOIN alike USING (fact) SEMI JOIN spots USING (fact)
WHERE bytes > 0
QUALIFY count(*) OVER (PARTITION BY bytes, objects) > 1;
"""

# The path is preceded by its length, so that no name can be taken for two.
_KNOWN = f"""
CREATE OR REPLACE TEMP TABLE files AS
SELECT c.fact, substr(o.key, length(f.root) + 1) AS path, o.size, o.etag, f.store,
       b.store IS NOT NULL AS believed
FROM contents o JOIN candidates c ON c.fact = o.fact JOIN facts f ON f.fact = c.fact
LEFT JOIN believed b ON b.store = f.store;

CREATE OR REPLACE TEMP TABLE known AS
WITH listed AS (
    SELECT fact, any_value(store) AS store, bool_and(believed) AS believed, count(*) AS files,
           min(etag) AS etag, count(*) FILTER (WHERE regexp_full_match(etag, '{MD5}')) AS plain,
           sha256(string_agg(concat(strlen(path), ':', path, ' ', size, ' ', etag), chr(10)
                             ORDER BY path, size, etag)) AS tree
    FROM files GROUP BY fact
    HAVING count(*) = count(*) FILTER (WHERE regexp_full_match(etag, '{DIGEST}'))
)
SELECT fact, 'md5:' || etag AS content FROM listed WHERE files = 1 AND plain = 1 AND believed
UNION
SELECT fact, 'files:' || tree FROM listed WHERE files > 1 AND plain = files AND believed
UNION
SELECT fact, concat(CASE WHEN files = 1 THEN etag ELSE tree END, ' of ', store) FROM listed
UNION
SELECT b.fact, b.content || CASE WHEN suffix(f.uri, '.dir') THEN '.dir' ELSE '' END
FROM ({BLOBS}) b SEMI JOIN candidates c ON c.fact = b.fact JOIN facts f ON f.fact = b.fact
UNION
SELECT s.fact, d.content FROM digests d JOIN spots s ON s.node = d.node
SEMI JOIN candidates c ON c.fact = s.fact WHERE d.trusted;
"""

_LABELS = """
CREATE OR REPLACE TEMP TABLE known_sized AS
SELECT k.fact, concat(k.content, ' ', c.bytes, ' ', c.objects) AS mark, k.content
FROM known k JOIN candidates c USING (fact);
CREATE OR REPLACE TEMP TABLE labels AS
SELECT fact, min(content) AS content FROM known_sized GROUP BY fact;
"""

_SPREAD = """
CREATE OR REPLACE TEMP TABLE spread AS
SELECT k.fact, min(m.content) AS content FROM known_sized k JOIN (
    SELECT k.mark, min(l.content) AS content FROM known_sized k JOIN labels l USING (fact)
    GROUP BY k.mark
) m USING (mark) GROUP BY k.fact
"""
