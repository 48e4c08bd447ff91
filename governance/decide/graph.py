"""The graph of who needs what, as numbers: claims, and how places hang together.

`build` makes the table `edges` (h UBIGINT, t UBIGINT, names BOOLEAN, claim BIGINT): whoever needs
`h` needs `t`. `names` is true where `t` is only another word for `h`, or part of it; `claim` is
null for an edge that no claim made.

A node is the hash of a text (`places.node`). The node of a place says "what is claimed of this
place"; a folder that is needed with all that lies in it is another node (`whole`), so that one
checkpoint of a run does not need its neighbours.
"""

import duckdb

from governance.decide.engine import quote
from governance.decide.places import BELOW_TOP, base, node, parent, tail

_WHOLE = 0x5DEECE66D1234567
"""Any number: tells the two nodes of a folder apart."""


def whole(number: str) -> str:
    """Return the node of a folder with all that lies in it."""
    return f"xor({number}, CAST({_WHOLE} AS UBIGINT))"


def build(connection: duckdb.DuckDBPyConnection, servers: list[str]) -> None:
    """Make `edges` from the views `claims` and `notes` and the tables of `places.index`.

    `servers` are the names of the MLflow sources: a manifest with `models:/name@alias` does not
    say which one it means.
    """
    connection.execute(_SAID)
    connection.execute(_texts(servers))
    connection.execute(_ALIKE)
    connection.execute(_EDGES)


# A run that made a place: what lies there needs the run, and what the run was made from.
_SAID = f"""
CREATE OR REPLACE TEMP TABLE said AS
SELECT CASE WHEN relation = 'made' THEN {node("target")} ELSE {node("holder")} END AS h,
       CASE WHEN relation = 'made' THEN {node("holder")} ELSE {node("target")} END AS t,
       relation = 'names' AS names, claim
FROM claims WHERE relation IN ('names', 'needs', 'made');

CREATE OR REPLACE TEMP TABLE missing AS
SELECT DISTINCT node FROM (SELECT h AS node FROM said UNION ALL SELECT t FROM said) AS s
ANTI JOIN placed p ON p.node = s.node ANTI JOIN dirs d ON d.dir = s.node;
"""


def _texts(servers: list[str]) -> str:
    """Make the table `loose`: the texts of all that is no artifact and no folder of any."""
    mlflow = ", ".join(quote(name) for name in servers) or "NULL"
    return f"""
    CREATE OR REPLACE TEMP TABLE loose AS
    SELECT DISTINCT text, {node("text")} AS node FROM (
        SELECT target AS text FROM claims UNION ALL SELECT holder FROM claims
    ) SEMI JOIN missing m ON m.node = {node("text")}
    WHERE EXISTS (SELECT 1 FROM missing);

    CREATE OR REPLACE TEMP TABLE servers AS
    SELECT unnest([{mlflow}]) AS server WHERE {len(servers)} > 0;
    """


# What other texts mean the same thing, or a part of it, as rows of (h, t).
_ALIKE = f"""
CREATE OR REPLACE TEMP TABLE alike AS
WITH RECURSIVE
loose_places AS (SELECT text, node FROM loose WHERE text LIKE '%://%'),
around(node, uri) AS (
    SELECT node, {parent("text")} FROM loose_places
    UNION ALL
    SELECT node, {parent("uri")} FROM around WHERE {BELOW_TOP}
),
near AS (
    SELECT node, text, length({parent("text")}) + 2 AS own FROM loose_places
    SEMI JOIN (
        SELECT dir FROM placed JOIN facts USING (fact) WHERE NOT suffix(uri, '/')
    ) AS files ON files.dir = hash({parent("text")})
),
stems AS (
    SELECT node, hash(left(text, cut - 1)) AS stem
    FROM (SELECT node, text, unnest(range(own, length(text) + 1)) AS cut FROM near)
    WHERE text[cut] IN ('.', '-', '_', '=')
),
inner_places AS (
    SELECT a.node, p.node AS artifact FROM around a JOIN placed p ON p.node = hash(a.uri)
    UNION
    SELECT s.node, p.node FROM stems s JOIN placed p ON p.node = s.stem
),
hubs AS (
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
contents AS (SELECT node, text FROM loose WHERE text LIKE 'md5:%' OR text LIKE 'sha256:%')
SELECT node AS h, artifact AS t FROM inner_places
UNION SELECT artifact, node FROM inner_places
UNION SELECT h.node, n.node FROM hub_names h JOIN named_places n ON n.tail = h.tail
UNION SELECT c.node, b.node FROM contents c JOIN (
        SELECT hash(concat('md5:', uri[-33:-32], uri[-30:])) AS content, placed.node
        FROM placed JOIN facts USING (fact) WHERE kind = 'blob' AND uri NOT LIKE '%.dir'
        UNION ALL
        SELECT hash(concat('md5:', uri[-37:-36], uri[-34:-5])), placed.node
        FROM placed JOIN facts USING (fact) WHERE kind = 'blob' AND uri LIKE '%.dir'
    ) b ON b.content = c.node
UNION SELECT c.node, p.node FROM contents c
    JOIN etags e ON e.etag = c.text[5:] JOIN placed p ON p.fact = e.fact
UNION SELECT c.node, {node("n.node")} FROM contents c
    JOIN notes n ON n.key = 'digest' AND n.text = c.text
UNION SELECT {node("n.node")}, c.node FROM contents c
    JOIN notes n ON n.key = 'digest' AND n.text = c.text
UNION SELECT l.node, hash('mlflow:' || server || '/run/' || l.text[12:])
    FROM loose l, servers WHERE l.text LIKE 'mlflow-run:%'
UNION SELECT l.node, hash('mlflow:' || server || '/alias/' || l.text[9:])
    FROM loose l, servers WHERE l.text LIKE 'models:/%@%'
UNION SELECT l.node, hash('mlflow:' || server || '/version/' || l.text[9:])
    FROM loose l, servers WHERE l.text LIKE 'models:/%/%' AND l.text NOT LIKE '%@%'
UNION SELECT l.node, hash('mlflow:' || server || '/model/' || l.text[9:])
    FROM loose l, servers WHERE l.text LIKE 'models:/m-%'
"""

_EDGES = f"""
CREATE OR REPLACE TEMP TABLE wide AS
WITH RECURSIVE needed(dir) AS (
    SELECT dir FROM dirs SEMI JOIN (
        SELECT t FROM said UNION ALL SELECT t FROM alike
    ) AS targets ON targets.t = dirs.dir
    UNION
    SELECT d.dir FROM needed n JOIN dirs d ON d.parent = n.dir
)
SELECT dir FROM needed;

CREATE OR REPLACE TEMP TABLE speaking AS
WITH RECURSIVE claimed(dir) AS (
    SELECT dir FROM dirs SEMI JOIN (
        SELECT h FROM said UNION ALL SELECT h FROM alike
    ) AS holders ON holders.h = dirs.dir
    UNION
    SELECT d.dir FROM claimed n JOIN dirs d ON d.parent = n.dir
)
SELECT dir FROM claimed;

CREATE OR REPLACE TEMP TABLE edges AS
SELECT s.h, CASE WHEN w.dir IS NULL THEN s.t ELSE {whole("s.t")} END AS t, s.names, s.claim
FROM (
    SELECT h, t, names, claim FROM said
    UNION ALL SELECT h, t, true, CAST(NULL AS BIGINT) FROM alike
) s LEFT JOIN wide w ON w.dir = s.t
UNION ALL SELECT {whole("dir")}, dir, true, NULL FROM wide
UNION ALL SELECT {whole("parent")}, {whole("dir")}, true, NULL FROM dirs
    SEMI JOIN wide ON wide.dir = dirs.dir WHERE parent IN (SELECT dir FROM wide)
UNION ALL SELECT {whole("p.dir")}, p.node, true, NULL FROM placed p SEMI JOIN wide USING (dir)
UNION ALL SELECT d.dir, d.parent, true, NULL FROM dirs d
    SEMI JOIN speaking s ON s.dir = d.parent
UNION ALL SELECT p.node, p.dir, true, NULL FROM placed p SEMI JOIN speaking USING (dir);
"""
