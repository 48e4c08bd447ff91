"""Lineage of one artifact among a million with three million claims, beside networkx.

python bench/lineage.py [--artifacts 1000000] [--starts 20] [--peer]

Every artifact has its run and a parent, every run a data set of inputs for each of its saves: all
names are texts, in cold Parquet as sources leave them. Walks go three levels each way, as
`tutela lineage show` draws them. Figures go to docs/benchmarks.md.
"""

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
# Its html.py would hide the standard library's.
sys.path.remove(str(Path(__file__).resolve().parent))

import duckdb

from bench.peak import peak_mb
from governance.decide.engine import connect, make_room
from governance.lineage.identity import mark
from governance.lineage.index import prepare
from governance.lineage.subgraph import subgraph
from governance.retention.rows import records

_URI = "printf('s3://lab/p%03d/run-%06d/checkpoint-%d/', ({0}//50)%40, {0}//50, 1000*(1+{0}%50))"
_RUN = "'mlflow:server/run/' || md5(({0}//50)::VARCHAR)"
_FACTS = """
SELECT range::BIGINT AS fact, md5(range::VARCHAR)[:24] AS id, {uri} AS uri,
       substr({uri}, 10) AS root, '' AS slot, 'checkpoint' AS kind, 'hf-trainer' AS layout,
       1000 + range % 7 AS bytes, 3 AS objects, true AS complete,
       printf('p%03d/run-%06d/', (range//50)%40, range//50) AS run, 1000*(1+range%50) AS step,
       'p' AS project, TIMESTAMPTZ '2026-11-22' AS newest, 'store' AS store
FROM range({count})
"""
_CLAIMS = """
SELECT 'made' AS relation, {run} AS holder, {uri} AS target, 'run made it' AS words,
       NULL::TIMESTAMPTZ AS since, NULL::VARCHAR AS "at" FROM range({count})
UNION ALL
SELECT 'needs', {uri}, {parent}, 'parent', NULL, NULL FROM range({count})
UNION ALL
SELECT 'needs', {run}, {input}, 'input', NULL, NULL FROM range({count})
"""


def write(folder: Path, count: int) -> None:
    """Write the claims and the three files of each artifact."""
    connection = duckdb.connect()
    words = {
        "uri": _URI.format("range"),
        "run": _RUN.format("range"),
        "parent": _URI.format("(hash(range)%greatest(range,1))::BIGINT"),
        "input": _URI.format("(hash(range,2)%greatest(range//4,1))::BIGINT"),
        "count": count,
    }
    for name, query in (("facts", _FACTS), ("claims", _CLAIMS)):
        connection.execute(f"COPY ({query.format(**words)}) TO '{folder}/{name}.parquet'")
    connection.execute(
        f"COPY (SELECT fact, root || 'f' || n AS key, 1000 AS size, md5(concat(fact, n)) AS etag,"
        f" newest AS modified FROM '{folder}/facts.parquet', range(3) t(n) ORDER BY fact)"
        f" TO '{folder}/contents.parquet'"
    )


def walk(folder: Path, count: int, starts: int) -> None:
    """Load, and walk from some artifacts."""
    connection = connect(folder)
    make_room(connection, count)
    connection.execute(f"CREATE TEMP TABLE facts AS FROM '{folder}/facts.parquet'")
    connection.execute(f"CREATE TEMP VIEW contents AS FROM '{folder}/contents.parquet'")
    connection.execute(
        "CREATE TEMP VIEW claims AS SELECT file_row_number AS claim, 'lab' AS source,"
        " 'mlflow' AS kind, true AS trusted, * EXCLUDE (file_row_number)"
        f" FROM read_parquet('{folder}/claims.parquet', file_row_number = true)"
    )
    connection.execute(
        "CREATE TEMP TABLE notes (source VARCHAR, kind VARCHAR, trusted BOOLEAN, node VARCHAR,"
        ' key VARCHAR, text VARCHAR, number DOUBLE, step BIGINT, "at" VARCHAR)'
    )
    began = time.perf_counter()
    prepare(connection)
    mark(connection)
    print(f"load: {time.perf_counter() - began:.2f} s")
    times, nodes = [], []
    for fact in random.Random(0).sample(range(count), starts):
        (row,) = records(connection, "SELECT uri FROM facts WHERE fact = $1", [fact])
        began = time.perf_counter()
        graph = subgraph(connection, str(row["uri"]), depth=3, limit=12, most=1000)
        times.append(time.perf_counter() - began)
        nodes.append(len(graph.nodes))
    middle, slowest = statistics.median(times), max(times)
    print(f"walk: median {middle:.2f} s, slowest {slowest:.2f} s, up to {max(nodes)} nodes")
    print(f"peak: {peak_mb():.0f} MB")


def peer(folder: Path, count: int) -> None:
    """The same claims in networkx: load, and the ancestors of one node."""
    import networkx as nx

    began = time.perf_counter()
    rows = duckdb.sql(
        "SELECT CASE relation WHEN 'made' THEN holder ELSE target END,"
        f" CASE relation WHEN 'made' THEN target ELSE holder END FROM '{folder}/claims.parquet'"
    ).fetchall()
    graph = nx.DiGraph()
    graph.add_edges_from(rows)
    print(f"networkx load: {time.perf_counter() - began:.2f} s")
    last = f"SELECT uri FROM '{folder}/facts.parquet' WHERE fact = {count - 1}"
    ((start,),) = duckdb.sql(last).fetchall()
    began = time.perf_counter()
    found = len(nx.ancestors(graph, start))
    print(f"networkx ancestors: {found} in {time.perf_counter() - began:.2f} s")
    print(f"networkx peak: {peak_mb():.0f} MB")


def main() -> int:
    """Measure in a process of its own each, so that peaks are their own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--artifacts", type=int, default=1_000_000)
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--peer", action="store_true", help="networkx too (gigabytes)")
    parser.add_argument("--part", choices=("walk", "peer"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part == "walk":
        walk(asked.folder, asked.artifacts, asked.starts)
        return 0
    if asked.part == "peer":
        peer(asked.folder, asked.artifacts)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), asked.artifacts)
        same = ["--artifacts", str(asked.artifacts), "--starts", str(asked.starts)]
        for part in ("walk", "peer") if asked.peer else ("walk",):
            command = [sys.executable, __file__, "--part", part, "--folder", folder, *same]
            subprocess.run(command, check=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
