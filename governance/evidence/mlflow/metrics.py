"""Reads histories of metrics from a server in bulk, and sees to it that none is cut short.

Two requests are for 100 runs at once. `get-history-bulk` is one query in the server's database and
answers with the first 25,000 values of all of them. `get-history-bulk-interval` is one query for
each run, many times slower, and answers with 2,500 values of each, picked evenly where there are
more. So the first is used until it was cut, then the second while histories are that long. A run
that may still have been cut, or comes without its own latest value, is asked for by itself.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from governance.evidence.mlflow import parsed
from governance.evidence.mlflow.answers import NO_SUCH, AnswerError
from governance.evidence.mlflow.entities import Point
from governance.evidence.mlflow.http import Client, Params
from governance.evidence.mlflow.rows import text_of

RUNS = 100
"""In one request; MLflow takes no more."""
ROWS = 25_000
"""Values that `get-history-bulk` gives at most."""
VALUES = 2_500
"""Values of one run that `get-history-bulk-interval` gives at most."""
LONG = 0.9 * ROWS / RUNS
"""Values of a run on average from which 100 runs may not fit into `ROWS`."""
PAGE = 25_000
"""Values in a page of one run."""
_BULK = "/ajax-api/2.0/mlflow/metrics/get-history-bulk"
_INTERVAL = "/api/2.0/mlflow/metrics/get-history-bulk-interval"
_SINGLE = "/api/2.0/mlflow/metrics/get-history"


def histories(
    client: Client, metric: str, runs: Sequence[tuple[str, Point]]
) -> Iterator[tuple[str, Point]]:
    """Yield all values of a metric of these runs, each given with its latest value."""
    latest = dict(runs)
    left = deque(latest)
    ways: list[_Way] = [_bulk, _interval]  # the one to use first; what fails is left out
    had = False
    while left:
        chunk = [left.popleft() for _ in range(min(RUNS, len(left)))]
        answer = _Answer({})
        if ways:
            try:
                answer, had = ways[0](client, metric, chunk), True
            except AnswerError as error:
                if error.status != 404 and not error.too_much:
                    raise
                if not (had and error.code == NO_SUCH):  # else one of these runs was destroyed
                    del ways[0]
                    left.extendleft(reversed(chunk))
                    continue
            long = bool(answer.again) or answer.values > LONG * len(chunk)
            if len(ways) == 2 and long != (ways[0] is _interval):
                ways.reverse()
        again = set(answer.again)
        for run in chunk:
            if run in again:
                continue
            points = answer.whole.get(run, [])
            if latest[run].step not in {point.step for point in points}:
                points = list(_single(client, metric, run))
            for point in points:
                yield run, point
        left.extendleft(reversed(answer.again))


@dataclass(frozen=True)
class _Answer:
    whole: dict[str, list[Point]]
    """Runs that were not cut, as far as the answer shows."""
    again: Sequence[str] = ()
    """Runs that the answer had no room for."""
    values: int = 0


_Way = Callable[[Client, str, list[str]], _Answer]


def _bulk(client: Client, metric: str, runs: list[str]) -> _Answer:
    found, last = _asked(client, _BULK, {"run_id": runs, "metric_key": metric, "max_results": ROWS})
    values = sum(map(len, found.values()))
    if values < ROWS:
        return _Answer(found, values=values)
    # Values are in order of runs, so only the last that is named can be cut.
    del found[last]
    again = [run for run in runs if run not in found]
    if not found and len(again) > 1:
        again.remove(last)  # too long by itself: it is asked for alone
    return _Answer(found, again if found or len(runs) > 1 else (), values)


def _interval(client: Client, metric: str, runs: list[str]) -> _Answer:
    asked: Params = {"run_ids": runs, "metric_key": metric, "max_results": VALUES}
    found, _ = _asked(client, _INTERVAL, asked)
    whole = {run: points for run, points in found.items() if len(points) < VALUES}
    return _Answer(whole, values=sum(map(len, found.values())))


def _asked(client: Client, path: str, params: Params) -> tuple[dict[str, list[Point]], str]:
    """Return the values by run, and the run that comes last."""
    found: dict[str, list[Point]] = defaultdict(list)
    last = ""
    for one in parsed.parts(client.get(path, params), "metrics"):
        last = text_of(one.get("run_id"))
        found[last].append(parsed.point(one))
    return found, last


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
