"""Which artifacts the texts of claims stand for, and which texts stand for an artifact.

A place means the artifact there and all that lies under it; where there is neither, the artifact
that it lies in, if something of it is really there. A digest means every artifact with a file of
that content. The name of a model on a hub means nothing for sure; see `names`.
"""
# ruff: noqa: S608 - statements are of this package's own words; foreign text is a parameter.

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from governance.lineage.index import base, based, folders, hand, is_place
from governance.retention.rows import integer, records

DIGESTS = ("md5:", "sha256:")
_STEMS = ".-_="
MOST_INNER = 1_000
"""Texts inside of one artifact that are looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """The artifacts that a text stands for: numbers in `facts`."""

    facts: tuple[int, ...] = ()
    more: tuple[tuple[str, int], ...] = ()
    """Kinds and counts of those left out."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A node while it is walked: an artifact with its copies, or a text."""

    id: str
    text: str
    """Of an artifact: its URI."""
    copies: tuple[tuple[int, str], ...] = ()
    """(fact, URI) of the artifact and its copies; empty where it is none."""


def resolve(
    connection: duckdb.DuckDBPyConnection, texts: Iterable[str], limit: int, *, whole: bool = True
) -> dict[str, Found]:
    """Return the artifacts of each text, at most `limit` of each; none for most texts.

    Without `whole` a folder is not all that lies in it.
    """
    every = sorted(set(texts))
    places = [text for text in every if is_place(text)]
    found = _placed(connection, places, limit, whole=whole)
    left = [text for text in places if text not in found]
    found |= {text: Found((fact,)) for text, fact in around(connection, left).items()}
    contents = [text for text in every if text.startswith(DIGESTS)]
    for text, facts in holding(connection, contents).items():
        more = len(facts) - limit
        found[text] = Found(tuple(facts[:limit]), (("thing", more),) if more > 0 else ())
    known = [text for text in every if text.startswith("artifact:")]
    return found | _by_id(connection, known)


def _by_id(connection: duckdb.DuckDBPyConnection, texts: Sequence[str]) -> dict[str, Found]:
    if not texts:
        return {}
    hand(connection, "asked", text=texts)
    rows = records(
        connection,
        "SELECT text, min(fact) AS fact FROM asked JOIN facts ON 'artifact:' || id = text"
        " GROUP BY text",
    )
    return {str(row["text"]): Found((integer(row["fact"]),)) for row in rows}


def _placed(
    connection: duckdb.DuckDBPyConnection, places: Sequence[str], limit: int, *, whole: bool
) -> dict[str, Found]:
    if not places:
        return {}
    hand(connection, "asked", text=places, base=[based(text) for text in places])
    # Few texts are folders: the long look into all URIs is only for them.
    inner = "" if not whole or not records(connection, _FOLDERS) else _INNER
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE hits AS
        SELECT a.text, s.fact, s.rank, true AS direct
        FROM asked a JOIN spots s ON s.node = hash(a.base) {inner};
        CREATE OR REPLACE TEMP TABLE lying AS
        SELECT text, fact, kind, row_number() OVER (
            PARTITION BY text ORDER BY direct DESC, step DESC NULLS LAST, uri, fact
        ) AS rank FROM (
            SELECT h.text, h.fact, h.direct, f.kind, f.step, f.uri
            FROM hits h JOIN (SELECT fact, kind, step, uri FROM facts) f ON f.fact = h.fact
            JOIN asked a ON a.text = h.text
            -- Two texts may have the same hash.
            WHERE NOT h.direct OR {base("f.uri")} = a.base
            QUALIFY NOT h.direct OR h.rank = min(h.rank) OVER (PARTITION BY h.text, h.direct)
        );
        """
    )
    chosen = records(
        connection, "SELECT text, fact FROM lying WHERE rank <= $1 ORDER BY text, rank", [limit]
    )
    rest = records(
        connection,
        "SELECT text, kind, count(*) AS count FROM lying WHERE rank > $1"
        " GROUP BY text, kind ORDER BY text, kind",
        [limit],
    )
    facts: dict[str, list[int]] = {}
    more: dict[str, list[tuple[str, int]]] = {}
    for row in chosen:
        facts.setdefault(str(row["text"]), []).append(integer(row["fact"]))
    for row in rest:
        more.setdefault(str(row["text"]), []).append((str(row["kind"]), integer(row["count"])))
    return {text: Found(tuple(held), tuple(more.get(text, ()))) for text, held in facts.items()}


_FOLDERS = "SELECT 1 FROM asked WHERE hash(base) IN (FROM holders) LIMIT 1"
_INNER = """
UNION ALL
SELECT a.text, f.fact, s.rank, false
FROM (SELECT * FROM asked WHERE hash(base) IN (FROM holders)) a
JOIN facts f ON f.uri > a.base || '/' AND f.uri < a.base || '0' JOIN spots s ON s.fact = f.fact
"""


def around(connection: duckdb.DuckDBPyConnection, places: Sequence[str]) -> dict[str, int]:
    """Return the artifact that each place lies in, where anything is stored there."""
    cuts = [(text, cut) for text in places for cut in _cuts(text)]
    if not cuts:
        return {}
    hand(connection, "cuts", text=[text for text, _ in cuts], cut=[cut for _, cut in cuts])
    rows = records(
        connection,
        """
        WITH candidates AS (
            SELECT c.text, f.fact, left(f.uri, length(f.uri) - length(f.root)) AS top,
                   length(f.uri) AS depth, s.rank
            FROM cuts c JOIN facts f ON f.uri = c.cut JOIN spots s ON s.fact = f.fact
        )
        SELECT c.text, arg_max(c.fact, c.depth * 10 - c.rank) AS fact
        FROM candidates c JOIN contents o ON o.fact = c.fact
            AND starts_with(c.top || o.key || '/', rtrim(c.text, '/') || '/')
        GROUP BY c.text
        """,
    )
    return {str(row["text"]): integer(row["fact"]) for row in rows}


def _cuts(text: str) -> list[str]:
    rest = based(text)
    start = rest.find("://") + 3
    stems = [rest[:at] for at in range(start + 1, len(rest)) if rest[at] in _STEMS]
    return [folder + "/" for folder in folders(text)] + stems


BLOBS = """
SELECT fact, CASE WHEN suffix(uri, '.dir')
    THEN concat('md5:', uri[-37:-36], uri[-34:-5]) ELSE concat('md5:', uri[-33:-32], uri[-30:])
END AS content FROM facts WHERE kind = 'blob'
"""
"""A DVC cache names its files by their MD5: `files/md5/ab/cdef..`, `.dir` for a list of files."""


def holding(connection: duckdb.DuckDBPyConnection, texts: Sequence[str]) -> dict[str, list[int]]:
    """Return the artifacts that hold content, by its digest; those with a file of it too."""
    if not texts:
        return {}
    hand(connection, "asked", text=texts, etag=[text.partition(":")[2] for text in texts])
    rows = records(
        connection,
        f"""
        SELECT a.text, b.fact FROM asked a JOIN ({BLOBS}) b ON b.content = a.text
        UNION
        SELECT a.text, o.fact FROM asked a JOIN contents o ON o.etag = a.etag
        WHERE starts_with(a.text, 'md5:') AND o.size > 0
        UNION
        SELECT a.text, s.fact FROM asked a JOIN digests d ON d.content = a.text
        JOIN spots s ON s.node = d.node
        ORDER BY text, fact
        """,
    )
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(str(row["text"]), []).append(integer(row["fact"]))
    return found


def standing(
    connection: duckdb.DuckDBPyConnection, artifacts: Mapping[int, Sequence[tuple[int, str]]]
) -> list[tuple[int, str, bool]]:
    """Return every text that stands for some artifacts, for `index.near`.

    `artifacts` are keys, and the (fact, uri) of the artifact and of each of its copies.
    """
    front: list[tuple[int, str, bool]] = []
    for key, copies in artifacts.items():
        for _, uri in copies:
            front.append((key, uri, False))
            front += [(key, folder, True) for folder in folders(uri)]
    owner = {fact: key for key, copies in artifacts.items() for fact, _ in copies}
    front += [(owner[fact], text, False) for fact, text in _inner(connection, artifacts)]
    front += [(owner[fact], text, False) for fact, text in _contents(connection, list(owner))]
    return front


def _inner(
    connection: duckdb.DuckDBPyConnection, artifacts: Mapping[int, Sequence[tuple[int, str]]]
) -> list[tuple[int, str]]:
    """Texts of places inside of artifacts: a file, a folder."""
    every = [one for copies in artifacts.values() for one in copies]
    ends = [
        (fact, based(uri) + mark, based(uri) + chr(ord(mark) + 1))
        for fact, uri in every
        for mark in ("/" if uri.endswith("/") else _STEMS)
    ]
    if not ends:
        return []
    hand(
        connection,
        "asked",
        fact=[fact for fact, _, _ in ends],
        low=[low for _, low, _ in ends],
        high=[high for _, _, high in ends],
    )
    rows = records(
        connection,
        f"""
        SELECT a.fact, t.text FROM asked a JOIN texts t ON t.text > a.low AND t.text < a.high
        QUALIFY row_number() OVER (PARTITION BY a.fact ORDER BY t.text) <= {MOST_INNER}
        ORDER BY a.fact, t.text
        """,
    )
    if not rows:
        return []
    # It may be a folder of other artifacts, lie in one of them, or not be there at all.
    texts = sorted({str(row["text"]) for row in rows})
    placed = _placed(connection, texts, 1, whole=True)
    inside = around(connection, [text for text in texts if text not in placed])
    return [
        (integer(row["fact"]), str(row["text"]))
        for row in rows
        if inside.get(str(row["text"])) == row["fact"]
    ]


def _contents(connection: duckdb.DuckDBPyConnection, facts: Sequence[int]) -> list[tuple[int, str]]:
    """Digests that somebody names, of artifacts and of the files in them."""
    named = records(
        connection,
        "SELECT 1 FROM texts WHERE text LIKE 'md5:%' OR text LIKE 'sha256:%' LIMIT 1",
    )
    if not named or not facts:
        return []
    hand(connection, "asked", fact=facts)
    rows = records(
        connection,
        f"""
        WITH said AS (
            SELECT b.fact, b.content FROM ({BLOBS}) b SEMI JOIN asked USING (fact)
            UNION
            SELECT o.fact, 'md5:' || o.etag FROM contents o SEMI JOIN asked USING (fact)
            WHERE o.size > 0 AND length(o.etag) = 32
            UNION
            SELECT s.fact, d.content FROM digests d JOIN spots s ON s.node = d.node
            SEMI JOIN asked a ON a.fact = s.fact
        )
        SELECT s.fact, t.text FROM said s JOIN texts t ON t.node = hash(s.content)
            AND t.text = s.content
        ORDER BY s.fact, t.text
        """,
    )
    return [(integer(row["fact"]), str(row["text"])) for row in rows]
