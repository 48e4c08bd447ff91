"""Measures evidence of a real `mlflow server` with 10,000 runs against MLflow's own client.

python bench/tracking.py --mlflow DIR/bin/mlflow --runs 10000

Lets MLflow make a database, fills it (15 parameters, 10 tags and 5 metrics a run, 100 values of
one metric, a logged model for every tenth run, 20 registered versions), and starts the server on
it. Then asks it, each time in a process of its own, in turn: the source of evidence without and
with the history of one metric; a loop over `MlflowClient.search_runs`; the same and
`get_metric_history` for the first 500 runs; and the source reading the database itself. Prints
wall seconds (median of the repeats) and requests. Exit code 3 where a target is missed: fewer
than 60 requests without histories, and at most 1.1 for every 100 runs more for the metric.
"""

import argparse
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from tests.labs.mlflow_lab import TrackingLab, empty  # noqa: E402 - after the path to it

MOST_REQUESTS = 60
MOST_FOR_A_METRIC = 1.1
PARAMS, TAGS, METRICS, VALUES, VERSIONS = 15, 10, 5, 100, 20

OURS = """
import json, sys, tempfile, time
from datetime import UTC, datetime
from pathlib import Path
from governance.evidence.gather import Gather
from governance.evidence.mlflow.source import MlflowSource
from governance.evidence.source import Asked
from governance.workspace.evidence import MlflowEntry
metrics = frozenset(sys.argv[2:])
with tempfile.TemporaryDirectory() as folder:
    began = time.perf_counter()
    source = MlflowSource(MlflowEntry(uri=sys.argv[1], name="bench"), Path("/"))
    with Gather(Path(folder)) as into:
        source.read(into, Asked(datetime.now(UTC), metrics))
    print(json.dumps({"seconds": time.perf_counter() - began, "requests": into.requests,
                      "rows": into.claims + into.notes, "problems": into.problem_count}))
"""

THEIRS = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
began = time.perf_counter()
import requests
from mlflow import MlflowClient
from mlflow.entities import ViewType
sent, send = [], requests.Session.send
def count(self, request, **more):
    sent.append(request.url)
    return send(self, request, **more)
requests.Session.send = count
client = MlflowClient(sys.argv[1])
ids = [one.experiment_id for one in client.search_experiments(view_type=ViewType.ALL)]
runs, token = [], None
while True:
    page = client.search_runs(ids, run_view_type=ViewType.ALL, max_results=1000, page_token=token)
    runs += page
    if not (token := page.token):
        break
for run in runs[:int(sys.argv[2])]:
    client.get_metric_history(run.info.run_id, "loss")
print(json.dumps({"seconds": time.perf_counter() - began, "requests": len(sent),
                  "rows": len(runs), "problems": 0}))
"""


def fill(lab: TrackingLab, runs: int) -> None:
    """Put runs into the database as MLflow would have."""
    ids = [f"{number:032x}" for number in range(runs)]
    models = ids[::10]
    with closing(sqlite3.connect(lab.path)) as database, database:

        def put(table: str, columns: str, rows: Iterator[Sequence[object]]) -> None:
            marks = ", ".join("?" * len(columns.split(",")))
            database.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)

        put(
            "experiments",
            "experiment_id, name, artifact_location, lifecycle_stage, workspace, "
            "creation_time, last_update_time",
            ((1 + n, f"e{n}", f"s3://b/{n}", "active", "default", n, n) for n in range(20)),
        )
        put(
            "runs",
            "run_uuid, name, experiment_id, status, lifecycle_stage, start_time, end_time, "
            "artifact_uri, source_type, user_id",
            (
                (
                    *(
                        one,
                        f"run-{n}",
                        1 + n % 20,
                        "FINISHED",
                        "active",
                        10**12 + n,
                        10**12 + 2 * n,
                    ),
                    *(f"s3://b/{n % 20}/{one}/artifacts", "LOCAL", "bench"),
                )
                for n, one in enumerate(ids)
            ),
        )
        put(
            "params",
            "run_uuid, key, value",
            ((one, f"p{k}", f"value {k}") for one in ids for k in range(PARAMS)),
        )
        put(
            "tags",
            "run_uuid, key, value",
            ((one, f"t{k}", f"value {k}") for one in ids for k in range(TAGS)),
        )
        put(
            "latest_metrics",
            "run_uuid, key, value, timestamp, step, is_nan",
            (
                (one, f"m{k}" if k else "loss", 0.5, 1, VALUES - 1, 0)
                for one in ids
                for k in range(METRICS)
            ),
        )
        put(
            "metrics",
            "run_uuid, key, value, timestamp, step, is_nan",
            ((one, "loss", 0.5 + s, 1, s, 0) for one in ids for s in range(VALUES)),
        )
        put(
            "logged_models",
            "model_id, experiment_id, name, artifact_location, creation_timestamp_ms, "
            "last_updated_timestamp_ms, status, lifecycle_stage, source_run_id",
            (
                (
                    f"m-{one}",
                    1,
                    "model",
                    f"s3://b/1/models/m-{one}/artifacts",
                    n,
                    n,
                    2,
                    "active",
                    one,
                )
                for n, one in enumerate(models)
            ),
        )
        put("registered_models", "name, workspace", iter([("llama", "default")]))
        put(
            "model_versions",
            "name, version, workspace, source, storage_location, run_id, current_stage, "
            "creation_time, last_updated_time, status",
            (
                (
                    *("llama", n + 1, "default", f"models:/m-{one}"),
                    *(f"s3://b/1/models/m-{one}/artifacts", one, "None", n, n, "READY"),
                )
                for n, one in enumerate(models[:VERSIONS])
            ),
        )
        put(
            "registered_model_aliases",
            "name, alias, version, workspace",
            iter([("llama", "production", 1, "default")]),
        )


def asked(program: str, *words: str) -> dict[str, float]:
    """Run one of the programs and return what it measured."""
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if measured["problems"]:
        raise SystemExit("not all of it was read")
    return measured


def main() -> int:
    """Measure and print; return 3 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mlflow", type=Path, required=True, help="`mlflow` of the full MLflow")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    options, _ = parser.parse_known_args()
    histories = min(500, options.runs)
    with tempfile.TemporaryDirectory() as folder:
        lab = empty(Path(folder))
        fill(lab, options.runs)
        with lab.full_server(options.mlflow) as address:
            programs = {
                "evidence, no histories": (OURS, address),
                "evidence, one metric": (OURS, address, "loss"),
                "search_runs loop": (THEIRS, address, "0"),
                f"the same and {histories} get_metric_history": (THEIRS, address, f"{histories}"),
                "evidence, the database, one metric": (OURS, lab.uri, "loss"),
            }
            found: dict[str, list[dict[str, float]]] = {name: [] for name in programs}
            for _ in range(options.repeats):
                for name, words in programs.items():
                    found[name].append(asked(*words))
    for name, measured in found.items():
        seconds = statistics.median(one["seconds"] for one in measured)
        print(f"{name:42} {seconds:7.1f} s {measured[0]['requests']:7,.0f} requests")
    without = found["evidence, no histories"][0]["requests"]
    more = found["evidence, one metric"][0]["requests"] - without
    missed = without >= MOST_REQUESTS or more > MOST_FOR_A_METRIC * options.runs / 100
    print(f"{without:.0f} requests (target < {MOST_REQUESTS}); {more:.0f} more for one metric")
    return 3 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
