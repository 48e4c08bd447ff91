"""The graph of who needs what, as numbers: claims, and how places hang together.

`build` makes two tables:

`edges`      h, t UBIGINT, names BOOLEAN, claim BIGINT: whoever needs `h` needs `t`. `names` is true
             where `t` is only another word for `h`, or part of it; `claim` is null for an edge that
             no claim made
`contained`  node, artifact UBIGINT, own BOOLEAN: places that lie in an artifact, and are neither
             one nor the folder of one; `own` is true of the innermost artifact

A node is the hash of a text (`places.node`). The node of a place says "what is claimed of this
place, and of what contains it"; a folder that is needed with all that lies in it is another node
(`whole`), so that one checkpoint of a run does not need its neighbours.
"""

import duckdb

from governance.decide.engine import quote
from governance.decide.places import BELOW_TOP, base, hashed, node, parent, tail

_WHOLE = 0x5DEECE66D1234567
"""Any number: tells the two nodes of a folder apart."""


def whole(number: str) -> str:
    """Return the node of a folder with all that lies in it."""
    return f"xor({number}, CAST({_WHOLE} AS UBIGINT))"


def build(connection: duckdb.DuckDBPyConnection, servers: list[str]) -> None:
    """Make `edges` from the views `claims` and `notes` and the tables of `places.index`.

    `servers` are the names of the MLflow sources: a manifest with `models:/name@alias` (or with
    `models:/name/Production`, which may be any version, or `runs:/ID/model`) does not
    say which one it means.
    """
    connection.execute(_SAID)
    connection.execute(_LOOSE)
    connection.execute(_CONTAINED)
    connection.execute(_alike(servers))
    connection.execute(_EDGES)


# A run that made a place: what lies there needs the run, and what the run was made from. A root
# that made a place is a reason for the place itself; nobody else needs `root:..`.
_SAID = f"""
CREATE OR REPLACE TEMP TABLE said AS
SELECT CASE WHEN made THEN target ELSE holder END AS h,
       CASE WHEN made THEN holder ELSE target END AS t, names, claim
FROM (
    SELECT relation = 'made' AS made, relation = 'names' AS names, claim,
           {node("holder")} AS holder, {node("target")} AS target
    FROM claims WHERE relation IN ('names', 'needs', 'made')
)
UNION ALL
SELECT {hashed("concat('root:', claim)")}, {node("target")}, true, claim
FROM claims WHERE relation = 'made' AND root IS NOT NULL;

CREATE OR REPLACE TEMP TABLE digests AS
SELECT DISTINCT {base("node")} AS place, {node("node")} AS node, text, {hashed("text")} AS content
FROM notes WHERE key = 'digest';

CREATE OR REPLACE TEMP TABLE missing AS
SELECT DISTINCT node FROM (
    SELECT h AS node FROM said UNION ALL SELECT t FROM said UNION ALL SELECT node FROM digests
) AS s
ANTI JOIN placed p ON p.node = s.node ANTI JOIN dirs d ON d.dir = s.node;
"""

# The texts of all that is no artifact and no folder of any.
_LOOSE = f"""
CREATE OR REPLACE TEMP TABLE loose AS
SELECT DISTINCT {base("text")} AS text, {node("text")} AS node FROM (
    SELECT target AS text FROM claims UNION ALL SELECT holder FROM claims
    UNION ALL SELECT place FROM digests
) SEMI JOIN missing m ON m.node = {node("text")}
WHERE EXISTS (SELECT 1 FROM missing);
"""

# Folders that are no artifacts and hold claims speak for the artifact around them as well. A file
# `tokens.bin` may be one of several that are the artifact `tokens`.
_CONTAINED = f"""
CREATE OR REPLACE TEMP TABLE contained AS
WITH RECURSIVE
inner_places AS (
    SELECT text, node FROM loose WHERE text LIKE '%://%'
    UNION ALL
    SELECT uri, dir FROM dirs SEMI JOIN said ON said.h = dirs.dir
    ANTI JOIN placed ON placed.node = dirs.dir
),
around(node, uri) AS (
    SELECT node, {parent("text")} FROM inner_places
    UNION ALL
    SELECT node, {parent("uri")} FROM around WHERE {BELOW_TOP}
),
files AS (SELECT node, dir FROM placed SEMI JOIN (
    SELECT fact FROM facts WHERE NOT suffix(uri, '/') AND EXISTS (SELECT 1 FROM loose)
) AS bare USING (fact)),
near AS (
    SELECT node, text, length({parent("text")}) + 2 AS own FROM inner_places
    SEMI JOIN files ON files.dir = {hashed(parent("text"))}
),
cuts AS (
    SELECT node, text, unnest(range(own, length(text) + 1)) AS cut FROM near
),
found AS (
    SELECT a.node, p.node AS artifact, length(a.uri) AS depth
    FROM around a JOIN placed p ON p.node = {hashed("a.uri")}
    UNION
    SELECT s.node, f.node, s.cut - 1
    FROM cuts s JOIN files f ON f.node = {hashed("left(s.text, s.cut - 1)")}
    WHERE s.text[s.cut] IN ('.', '-', '_', '=')
)
SELECT node, artifact, depth = MAX(depth) OVER (PARTITION BY node) AS own FROM found
"""


def _alike(servers: list[str]) -> str:
    """Make the table `alike`: what else a text means, as (h, t, whole).

    `whole`: of a folder it means all that lies there.
    """

    def meant(what: str, start: int) -> str:
        return hashed(f"concat('mlflow:', server, '/{what}/', l.text[{start}:])")

    mlflow = ", ".join(quote(name) for name in servers) or "NULL"
    return f"""
    CREATE OR REPLACE TEMP TABLE servers AS
    SELECT unnest([{mlflow}]) AS server WHERE {len(servers)} > 0;

    CREATE OR REPLACE TEMP TABLE alike AS
    WITH hubs AS (
        SELECT node, lower(text[5:]) AS name, lower(split_part(text[5:], '/', -1)) AS tail
        FROM loose WHERE text LIKE 'hub:%'
    ),
    hub_names AS (
        SELECT node, tail FROM hubs
        UNION SELECT node, 'models--' || replace(name, '/', '--') FROM hubs
        UNION SELECT node, 'datasets--' || replace(name, '/', '--') FROM hubs
    ),
    named_places AS (
        SELECT p.node, {tail(base("f.uri"))} AS tail
        FROM placed p JOIN facts f USING (fact) WHERE EXISTS (SELECT 1 FROM hubs)
        UNION ALL
        SELECT dir, {tail("uri")} FROM dirs WHERE EXISTS (SELECT 1 FROM hubs)
    ),
    contents AS (SELECT node, text FROM loose WHERE text LIKE 'md5:%' OR text LIKE 'sha256:%'),
    blobs AS (
        SELECT node, concat('md5:', uri[-33:-32], uri[-30:]) AS text FROM (
            SELECT p.node, CASE WHEN suffix(uri, '.dir') THEN left(uri, -4) ELSE uri END AS uri
            FROM placed p JOIN facts f USING (fact)
            WHERE f.kind = 'blob' AND EXISTS (SELECT 1 FROM contents)
        )
    )
    SELECT h.node AS h, n.node AS t, true AS whole
    FROM hub_names h JOIN named_places n ON n.tail = h.tail
    UNION SELECT c.node, d.node, true FROM contents c JOIN digests d ON d.content = c.node
    UNION SELECT d.node, c.node, true FROM contents c JOIN digests d ON d.content = c.node
    UNION SELECT c.node, b.node, false FROM contents c
        JOIN blobs b ON b.text = c.text
    UNION SELECT c.node, p.node, false FROM contents c
        JOIN etags e ON e.etag = c.text[5:] JOIN placed p ON p.fact = e.fact
    UNION SELECT l.node, {meant("run", 12)}, true
        FROM loose l, servers WHERE l.text LIKE 'mlflow-run:%'
    UNION SELECT l.node, {meant("alias", 9)}, true
        FROM loose l, servers WHERE l.text LIKE 'models:/%@%'
    UNION SELECT l.node, {meant("version", 9)}, true
        FROM loose l, servers WHERE l.text LIKE 'models:/%/%' AND l.text NOT LIKE '%@%'
    UNION SELECT l.node, v.node, true FROM loose l, servers, loose v
        WHERE regexp_matches(l.text, '^models:/[^/]+/[^/]*[^/0-9][^/]*$') AND l.text NOT LIKE '%@%'
          AND v.text LIKE 'mlflow:%' AND starts_with(
            v.text, 'mlflow:' || server || '/version/' || split_part(l.text[9:], '/', 1) || '/')
    UNION SELECT l.node, {node("c.target")}, true FROM loose l, servers, claims c
        WHERE l.text LIKE 'runs:/%' AND c.relation = 'made'
          AND c.holder = 'mlflow:' || server || '/run/' || split_part(l.text[7:], '/', 1)
    UNION SELECT l.node, {meant("model", 9)}, true
        FROM loose l, servers WHERE l.text LIKE 'models:/m-%'
    UNION SELECT node, artifact, false FROM contained
    UNION SELECT artifact, node, false FROM contained WHERE own
    """


_EDGES = f"""
CREATE OR REPLACE TEMP TABLE wide AS
WITH RECURSIVE needed(dir) AS (
    SELECT dir FROM dirs SEMI JOIN (
        SELECT t FROM said UNION ALL SELECT t FROM alike WHERE whole
    ) AS targets ON targets.t = dirs.dir
    UNION
    SELECT d.dir FROM needed n JOIN dirs d ON d.parent = n.dir
)
SELECT dir FROM needed;

CREATE OR REPLACE TEMP TABLE speaking AS
WITH RECURSIVE claimed(dir) AS (
    SELECT dir FROM dirs SEMI JOIN (
        SELECT h FROM said UNION ALL SELECT h FROM alike UNION ALL SELECT node FROM placed
    ) AS holders ON holders.h = dirs.dir
    UNION
    SELECT d.dir FROM claimed n JOIN dirs d ON d.parent = n.dir
)
SELECT dir FROM claimed;

CREATE OR REPLACE TEMP TABLE edges AS
SELECT s.h, CASE WHEN w.dir IS NULL THEN s.t ELSE {whole("s.t")} END AS t, s.names, s.claim
FROM (
    SELECT h, t, names, claim FROM said
    UNION ALL SELECT h, t, true, CAST(NULL AS BIGINT) FROM alike WHERE whole
) s LEFT JOIN wide w ON w.dir = s.t
UNION ALL SELECT h, t, true, NULL FROM alike WHERE NOT whole
UNION ALL SELECT {whole("dir")}, dir, true, NULL FROM wide
UNION ALL SELECT {whole("parent")}, {whole("dir")}, true, NULL FROM dirs
    SEMI JOIN wide ON wide.dir = dirs.dir WHERE parent IN (SELECT dir FROM wide)
UNION ALL SELECT {whole("p.dir")}, p.node, true, NULL FROM placed p SEMI JOIN wide USING (dir)
UNION ALL SELECT d.dir, d.parent, true, NULL FROM dirs d
    SEMI JOIN speaking s ON s.dir = d.parent
UNION ALL SELECT p.node, p.dir, true, NULL FROM placed p SEMI JOIN speaking USING (dir);
"""
