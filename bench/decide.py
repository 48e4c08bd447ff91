"""Measures facts and decisions over a synthetic snapshot against one scan of the same columns.

python bench/decide.py --rows 10000000

Prints seconds of both (median of the repeats, warm cache), their ratio, and the peak resident
memory of the process that builds facts and decides. Exit code 3 where a target is missed: at most
5 times the scan, at most 512 MB.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.peak import peak_mb  # noqa: E402 - after the path to it

MOST_TIMES = 5.0
MOST_MB = 512

POLICY = """
version: 1
scope: {buckets: [syn*]}
rules:
  - id: thin
    match: {kind: checkpoint, prefix: "projects/p*/run-*"}
    keep: {last_verified: 2, every_steps: 10000}
    else: {after: 30d, action: delete}
  - id: partial
    match: {kind: checkpoint, complete: false}
    else: {after: 60d, action: delete}
  - id: released
    match: {kind: [checkpoint, model], prefix: "projects/p00?/"}
    keep: {last_verified: 5}
    else: {after: 1y, action: delete}
"""

SCAN = """
SELECT max(artifact), count(*) FILTER (is_latest), max(entry), sum(size), sum(allocated),
       epoch_us(max(modified)), max(role)
FROM read_parquet(?)
"""


def scan(snapshot: Path) -> dict[str, float]:
    """One pass over the columns that facts need, with the same settings."""
    from governance.decide.engine import connect

    connection = connect()
    start = time.perf_counter()
    connection.execute(SCAN, [str(snapshot / "objects.parquet")]).fetchall()
    return {"seconds": time.perf_counter() - start, "mb": peak_mb()}


def decide_all(snapshot: Path) -> dict[str, float]:
    """Facts and decisions of the whole snapshot, as a report makes them."""
    from governance.decide.decide import decide
    from governance.decide.engine import connect
    from governance.decide.facts import build
    from governance.decide.listings import Listing
    from governance.policy.parse import parse
    from governance.snapshot.reader import read_snapshot

    taken = read_snapshot(snapshot)
    policy = parse(POLICY, "bench.yaml")
    with tempfile.TemporaryDirectory() as spill:
        connection = connect(Path(spill))
        start = time.perf_counter()
        build(connection, [Listing.of(taken)])
        built = time.perf_counter()
        decide(connection, [policy], now=taken.manifest.finished)
        end = time.perf_counter()
        artifacts, expired = connection.execute(
            "SELECT count(*), count(*) FILTER (verdict = 'expire') FROM decisions"
        ).fetchone() or (0, 0)
    return {
        "seconds": end - start,
        "facts": built - start,
        "decide": end - built,
        "artifacts": artifacts,
        "expired": expired,
        "mb": peak_mb(),
    }


def _child(part: str, snapshot: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--part", part, "--snapshot", str(snapshot)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return dict(json.loads(said))


def measure(snapshot: Path, repeats: int) -> int:
    """Run both parts in turn, each in its own process; print the figures; return the exit code."""
    runs = [(_child("scan", snapshot), _child("decide", snapshot)) for _ in range(repeats + 1)]
    runs = runs[1:]  # the first one warms the page cache
    scanned = statistics.median(run[0]["seconds"] for run in runs)
    decided = statistics.median(run[1]["seconds"] for run in runs)
    ratio = statistics.median(run[1]["seconds"] / run[0]["seconds"] for run in runs)
    last = runs[-1][1]
    peak = max(run[1]["mb"] for run in runs)
    print(f"artifacts            {last['artifacts']:>10.0f}, of which {last['expired']:.0f} expire")
    print(f"scan of the columns  {scanned:>10.2f} s")
    print(f"facts + decide       {decided:>10.2f} s ({last['facts']:.2f} + {last['decide']:.2f})")
    print(f"ratio                {ratio:>10.2f} (at most {MOST_TIMES:.0f})")
    print(f"peak resident        {peak:>10.0f} MB (at most {MOST_MB})")
    return 0 if ratio <= MOST_TIMES and peak <= MOST_MB else 3


def main() -> int:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--snapshot", type=Path, help="one that was written before")
    parser.add_argument("--part", choices=["scan", "decide"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part:
        part = {"scan": scan, "decide": decide_all}[asked.part]
        print(json.dumps(part(asked.snapshot)))
        return 0
    if asked.snapshot:
        return measure(asked.snapshot, asked.repeats)
    from bench.snapshot import write

    with tempfile.TemporaryDirectory() as folder:
        return measure(write(Path(folder), asked.rows), asked.repeats)


if __name__ == "__main__":
    sys.exit(main())
