"""Reads histories of metrics from a server in bulk, and sees to it that none is cut short.

One request is for 100 runs. The server answers with at most 2,500 values of each run, picked evenly
where there are more (`get-history-bulk-interval`; MLflow 2.11 and later). A run that comes with
that many, or without its own latest value, was cut: it is asked for by itself, page by page.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from governance.evidence.mlflow import parsed
from governance.evidence.mlflow.answers import NO_SUCH, AnswerError
from governance.evidence.mlflow.entities import Point
from governance.evidence.mlflow.http import Client, Params
from governance.evidence.mlflow.rows import text_of

RUNS = 100
"""In one request; MLflow takes no more."""
VALUES = 2_500
"""Of one run in one request; MLflow gives no more."""
PAGE = 25_000
"""Values in a page of one run."""
_BULK = "/api/2.0/mlflow/metrics/get-history-bulk-interval"
_SINGLE = "/api/2.0/mlflow/metrics/get-history"


def histories(
    client: Client, metric: str, runs: Sequence[tuple[str, Point]]
) -> Iterator[tuple[str, Point]]:
    """Yield all values of a metric of these runs, each given with its latest value."""
    bulk, had = True, False
    for start in range(0, len(runs), RUNS):
        chunk = runs[start : start + RUNS]
        found: dict[str, list[Point]] = {}
        if bulk:
            try:
                found, had = _bulk(client, metric, [run for run, _ in chunk]), True
            except AnswerError as error:
                if error.status != 404 and not error.too_much:
                    raise
                # An older server has no such request; a newer one may just have lost a run.
                bulk = had or error.status != 404
        for run, latest in chunk:
            points = found.get(run, [])
            if len(points) >= VALUES or latest.step not in {point.step for point in points}:
                points = list(_single(client, metric, run))
            for point in points:
                yield run, point


def _bulk(client: Client, metric: str, runs: list[str]) -> dict[str, list[Point]]:
    answer = client.get(_BULK, {"run_ids": runs, "metric_key": metric, "max_results": VALUES})
    found: dict[str, list[Point]] = defaultdict(list)
    for one in parsed.parts(answer, "metrics"):
        found[text_of(one.get("run_id"))].append(parsed.point(one))
    return found


def _single(client: Client, metric: str, run: str) -> Iterator[Point]:
    token = ""
    while True:
        asked: Params = {"run_id": run, "metric_key": metric, "max_results": PAGE}
        try:
            answer = client.get(_SINGLE, {**asked, "page_token": token} if token else asked)
        except AnswerError as error:
            if error.code != NO_SUCH:
                raise
            return  # the run was destroyed meanwhile
        rows = parsed.parts(answer, "metrics")
        yield from map(parsed.point, rows)
        following = text_of(answer.get("next_page_token"))
        if not following:
            return
        if not rows or following == token:
            raise AnswerError("its pages have no end", status=200)
        token = following
