"""Measures what roots need among 1,000,000 artifacts and 3,000,000 claims, against networkx.

python bench/closure.py --artifacts 1000000 --claims 3000000

Writes both as Parquet, with the names that training gives (20 saves a run), every claim from one
save to another, one in 300 a root, and drops the files from the page cache before each part. Prints
seconds from the files to what is reached (median of the repeats), the slowest of 20 ways from a
root to an artifact, the seconds of a chain of 100,000 claims among the others, and the peak
resident memory; then networkx's `descendants` from the same files. Exit code 3 where a target is
missed: 1.5 s, 0.5 s a way, 1 GB, and both have to reach the same artifacts.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.peak import peak_mb  # noqa: E402 - after the path to it

MOST_SECONDS = 1.5
MOST_WAY_SECONDS = 0.5
MOST_MB = 1000
MEMORY = "800MB"
SAVES = 20
ONE_ROOT_IN = 300
CHAIN = 100_000
WAYS = 20
NOW = datetime(2026, 11, 22, tzinfo=UTC)
_NAME = "concat('s3://bucket/project-', ({n} // 20) % 50, '/run-', {n} // 20, '/checkpoint-', {n})"
_CLAIM = (
    "'needs' AS relation, {holder} AS holder, {target} AS target, {root} AS root,"
    " CAST(NULL AS VARCHAR) AS root_name, CAST(NULL AS BIGINT) AS step,"
    " CAST(NULL AS TIMESTAMPTZ) AS since, CAST(NULL AS VARCHAR) AS at,"
    " concat('save ', i, ' of a run') AS words"
)


def write(folder: Path, artifacts: int, claims: int) -> None:
    """Write `artifacts.parquet`, `claims.parquet` and `chain.parquet`; the same each time."""
    import duckdb

    def pick(number: int) -> str:
        return _NAME.format(n=f"CAST(hash(i + {number}) % {artifacts} AS BIGINT)")

    root = f"CASE WHEN i % {ONE_ROOT_IN} = 0 THEN 'dvc.ref' END"
    claim = _CLAIM.format(holder=f"{pick(0)} || '/'", target=pick(77_777_777), root=root)
    link = _CLAIM.format(
        holder="concat('link ', i)",
        target="concat('link ', i + 1)",
        root="CASE WHEN i = 0 THEN 'mlflow.alias' END",
    )
    with duckdb.connect() as connection:
        for name, query in (
            (
                "artifacts",
                f"SELECT i AS fact, {_NAME.format(n='i')} || '/' AS uri FROM range({artifacts})",
            ),
            ("claims", f"SELECT {claim} FROM range({claims})"),
            ("chain", f"SELECT {link} FROM range({CHAIN})"),
        ):
            file = f"'{folder / name}.parquet' (FORMAT parquet, COMPRESSION zstd)"
            connection.execute(f"COPY ({query} t(i)) TO {file}")


def closure(folder: Path) -> dict[str, float]:
    """From the files to what the roots need, as a decision does it; then some ways."""
    from governance.decide import claims, graph, places
    from governance.decide.closure import reach
    from governance.decide.engine import connect
    from governance.decide.evidence import Evidence, Reading
    from governance.decide.path import path
    from governance.decide.protection import protect
    from governance.policy.parse import parse

    start = time.perf_counter()
    connection = connect(memory=MEMORY)
    connection.execute(
        "CREATE TEMP TABLE facts AS SELECT fact, uri, 'checkpoint' AS kind, fact AS step"
        f" FROM '{folder / 'artifacts.parquet'}'"
    )
    connection.execute("CREATE TEMP VIEW etags AS SELECT fact, uri AS etag FROM facts WHERE 1 = 0")
    connection.execute("CREATE TEMP VIEW scoped AS SELECT fact, 0 AS policy FROM facts")
    read = time.perf_counter()
    claims.load(connection, Evidence((Reading("dvc", NOW, claims=folder / "claims.parquet"),)))
    places.index(connection)
    graph.build(connection, [])
    roots = "SELECT claim FROM claims WHERE root = 'dvc.ref'"
    reach(connection, "reached", roots, ancestors=True)
    end = time.perf_counter()
    count = "SELECT COUNT(*) FROM placed SEMI JOIN reached USING (node)"
    ((reached,),) = connection.execute(count).fetchall()
    ((levels,),) = connection.execute("SELECT MAX(level) FROM reached").fetchall()
    connection.execute("DROP TABLE reached")
    text = "{version: 1, rules: [{id: all, match: {kind: run}, keep: {all: true}}]}"
    protect(connection, [parse(text, "bench.yaml")], NOW)
    slowest, steps = 0.0, 0
    for (fact,) in connection.execute(f"SELECT fact FROM shielded USING SAMPLE {WAYS}").fetchall():
        begin = time.perf_counter()
        steps = max(steps, len(path(connection, fact)))
        slowest = max(slowest, time.perf_counter() - begin)
    return {
        "seconds": end - start,
        "read": read - start,
        "reached": reached,
        "levels": levels,
        "way": slowest,
        "steps": steps,
        "mb": peak_mb(),
    }


def chain(folder: Path) -> dict[str, float]:
    """The closure of one chain of claims among all the others."""
    from governance.decide import claims, graph, places
    from governance.decide.closure import reach
    from governance.decide.engine import connect
    from governance.decide.evidence import Evidence, Reading

    connection = connect(memory=MEMORY)
    connection.execute(
        "CREATE TEMP TABLE facts AS SELECT fact, uri, 'checkpoint' AS kind"
        f" FROM '{folder / 'artifacts.parquet'}'"
    )
    connection.execute("CREATE TEMP VIEW etags AS SELECT fact, uri AS etag FROM facts WHERE 1 = 0")
    said = [Reading(name, NOW, claims=folder / f"{name}.parquet") for name in ("claims", "chain")]
    claims.load(connection, Evidence(tuple(said)))
    places.index(connection)
    graph.build(connection, [])
    start = time.perf_counter()
    roots = "SELECT claim FROM claims WHERE root = 'mlflow.alias'"
    reach(connection, "reached", roots, ancestors=True)
    end = time.perf_counter()
    ((levels,),) = connection.execute("SELECT COUNT(*) FROM reached WHERE level > 0").fetchall()
    return {"seconds": end - start, "levels": levels, "mb": peak_mb()}


def networkx(folder: Path) -> dict[str, float]:
    """The same with networkx: its graph of the claims, and what a node before all roots reaches."""
    import networkx as nx
    import pyarrow.parquet as pq

    start = time.perf_counter()
    table = pq.read_table(folder / "claims.parquet", columns=["holder", "target", "root"])
    holders, targets = table["holder"].to_pylist(), table["target"].to_pylist()
    roots = table["root"].to_pylist()
    graph: nx.DiGraph[str] = nx.DiGraph()
    uris = pq.read_table(folder / "artifacts.parquet")["uri"].to_pylist()
    graph.add_nodes_from(uri.removesuffix("/") for uri in uris)
    graph.add_edges_from(
        (holder.removesuffix("/"), target) for holder, target in zip(holders, targets, strict=True)
    )
    named = [target for root, target in zip(roots, targets, strict=True) if root]
    graph.add_edges_from(("roots", target) for target in named)
    reached = nx.descendants(graph, "roots")
    end = time.perf_counter()
    return {"seconds": end - start, "reached": len(reached), "mb": peak_mb()}


def _child(part: str, folder: Path) -> dict[str, float]:
    for file in folder.iterdir():
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    # As a module: beside this file lies an html.py, which is not the one that others import.
    command = [sys.executable, "-m", "bench.closure", "--part", part, "--folder", str(folder)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout
    return dict(json.loads(said))


def measure(folder: Path, repeats: int) -> int:
    """Run every part in a process of its own; print the figures; return the exit code."""
    runs = [_child("closure", folder) for _ in range(repeats)]
    seconds = statistics.median(run["seconds"] for run in runs)
    read = statistics.median(run["read"] for run in runs)
    way = max(run["way"] for run in runs)
    peak = max(run["mb"] for run in runs)
    reached, levels, steps = (runs[0][key] for key in ("reached", "levels", "steps"))
    long = _child("chain", folder)
    peer = _child("networkx", folder)
    print(f"reached              {reached:>10.0f} artifacts, at most {levels:.0f} levels away")
    print(f"files to closure     {seconds:>10.2f} s (at most {MOST_SECONDS}; artifacts {read:.2f})")
    print(f"slowest way          {way:>10.3f} s (at most {MOST_WAY_SECONDS}; {steps:.0f} claims)")
    print(f"peak resident        {peak:>10.0f} MB (at most {MOST_MB})")
    print(f"chain                {long['seconds']:>10.2f} s ({long['levels']:.0f} claims)")
    print(f"networkx             {peer['seconds']:>10.2f} s, {peer['mb']:.0f} MB")
    if peer["reached"] != reached:
        print(f"networkx reaches {peer['reached']:.0f} artifacts")
        return 3
    met = seconds <= MOST_SECONDS and way <= MOST_WAY_SECONDS and peak <= MOST_MB
    return 0 if met else 3


def main() -> int:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--artifacts", type=int, default=1_000_000)
    parser.add_argument("--claims", type=int, default=3_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--part", choices=["closure", "chain", "networkx"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part:
        part = {"closure": closure, "chain": chain, "networkx": networkx}[asked.part]
        print(json.dumps(part(asked.folder)))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, asked.artifacts, asked.claims)
        return measure(folder, asked.repeats)


if __name__ == "__main__":
    sys.exit(main())
