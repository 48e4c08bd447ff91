import time
from collections.abc import Mapping

import pytest

from governance.evidence.mlflow import http, metrics
from governance.evidence.mlflow.answers import AnswerError
from governance.evidence.mlflow.entities import Point
from governance.evidence.mlflow.http import Client
from governance.evidence.mlflow.metrics import histories
from tests.governance.evidence.mlflow.answering import NO_SUCH, Answer, answering, reply
from tests.labs.scripted import Reply, Request, Scripted

BULK = "/ajax-api/2.0/mlflow/metrics/get-history-bulk"
INTERVAL = "metrics/get-history-bulk-interval"
SINGLE = "metrics/get-history"


def values(run: str, count: int) -> list[dict[str, object]]:
    return [{"key": "loss", "value": 1.0, "step": step, "run_id": run} for step in range(count)]


def asked(server: Scripted, path: str) -> int:
    return sum(request.path.endswith(f"/{path}") for request in server.requests)


def held(runs: Mapping[str, int]) -> dict[str, Answer]:
    """The three requests as MLflow answers them, of runs that have so many values."""

    def of(request: Request) -> list[str]:
        return sorted(run for run in runs if f"={run}&" in f"{request.line}&")

    def bulk(request: Request) -> Reply:
        assert len(of(request)) <= 100
        rows = [row for run in of(request) for row in values(run, runs[run])]
        return reply({"metrics": rows[: metrics.ROWS]})

    def interval(request: Request) -> Reply:
        assert len(of(request)) <= 100
        rows = []
        for run in of(request):
            every = values(run, runs[run])
            cut = len(every) > metrics.VALUES
            rows += [*every[: metrics.VALUES - 1], every[-1]] if cut else every
        return reply({"metrics": rows})

    def alone(request: Request) -> Reply:
        return reply({"metrics": values(request.query["run_id"], runs[request.query["run_id"]])})

    return {BULK: bulk, INTERVAL: interval, SINGLE: alone}


def read(server: Scripted, runs: dict[str, int]) -> dict[str, int]:
    """How many values are read of each run that has so many."""
    client = Client(server.endpoint, None, lambda: None)
    pairs = [(run, Point("loss", 1.0, count - 1)) for run, count in runs.items()]
    found = list(histories(client, "loss", pairs))
    return {run: sum(one == run for one, _ in found) for run in runs}


def single(request: Request) -> Reply:
    return reply({"metrics": values(request.query["run_id"], 30)})


def test_a_hundred_runs_are_one_request() -> None:
    runs = {f"{number:03}": 2 for number in range(250)}
    with answering(held(runs)) as server:
        assert read(server, runs) == runs
    assert asked(server, "get-history-bulk") == len(server.requests) == 3


def test_long_histories_still_are_one_request_for_a_hundred_runs() -> None:
    runs = {f"{number:03}": 300 for number in range(600)}
    with answering(held(runs)) as server:
        assert read(server, runs) == runs
    assert asked(server, "get-history-bulk") == 1
    assert len(server.requests) <= 1.1 * len(runs) / 100 + 1


def test_after_long_histories_short_ones_are_fast_again() -> None:
    runs = {f"{number:03}": 300 if number < 200 else 2 for number in range(600)}
    with answering(held(runs)) as server:
        assert read(server, runs) == runs
    assert asked(server, "get-history-bulk") >= 4
    assert len(server.requests) <= 8


@pytest.mark.parametrize("rows", [10, 11, 25, 1_000])
@pytest.mark.parametrize("most", [5, 10, 40])
def test_histories_of_any_length_are_whole(
    rows: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "ROWS", rows)
    monkeypatch.setattr(metrics, "VALUES", most)
    monkeypatch.setattr(metrics, "RUNS", 4)
    runs = {
        f"{number:02}": length for number, length in enumerate([1, 3, 10, 11, 30, 4, 5, 1, 9, 10])
    }
    for left_out in ((), (BULK,), (INTERVAL,), (BULK, INTERVAL)):
        answers = {path: answer for path, answer in held(runs).items() if path not in left_out}
        with answering(answers) as server:
            assert read(server, runs) == runs


def test_a_request_that_takes_too_long_is_made_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "SECONDS", 0.5)
    monkeypatch.setattr(metrics, "ROWS", 20)
    runs = {f"{number:02}": 9 for number in range(10)}

    def hang(request: Request) -> Reply:
        time.sleep(1)
        return Reply(500)

    with answering({**held(runs), INTERVAL: hang}) as server:
        assert read(server, runs) == runs
    assert asked(server, "get-history-bulk-interval") == 1
    assert asked(server, "get-history") == 0


def test_a_run_without_its_own_latest_value_is_asked_for_alone() -> None:
    with answering({BULK: reply({"metrics": values("a", 7)}), SINGLE: single}) as server:
        assert read(server, {"a": 30, "b": 30}) == {"a": 30, "b": 30}
    assert asked(server, "get-history") == 2


def test_pages_of_one_run_are_followed() -> None:
    def paged(request: Request) -> Reply:
        if request.query.get("page_token") == "more":
            return reply({"metrics": values("a", 30)[20:]})
        return reply({"metrics": values("a", 20), "next_page_token": "more"})

    with answering({SINGLE: paged}) as server:
        assert read(server, {"a": 30}) == {"a": 30}


def test_a_server_that_is_older_is_asked_for_one_run_at_a_time() -> None:
    runs = {f"{number:03}": 30 for number in range(120)}
    with answering({SINGLE: single}) as server:
        assert read(server, runs) == runs
    assert asked(server, "get-history-bulk") == asked(server, "get-history-bulk-interval") == 1
    assert asked(server, "get-history") == 120


def test_a_run_that_was_destroyed_meanwhile_says_nothing() -> None:
    with answering({BULK: NO_SUCH, INTERVAL: NO_SUCH, SINGLE: NO_SUCH}) as server:
        assert read(server, {"a": 30}) == {"a": 0}
    first = reply({"metrics": [row for number in range(100) for row in values(f"{number:03}", 2)]})
    bulk = iter([first, NO_SUCH])
    runs = {f"{number:03}": 2 for number in range(150)}

    def left(request: Request) -> Reply:
        gone = request.query["run_id"] == "149"
        return NO_SUCH if gone else reply({"metrics": values(request.query["run_id"], 2)})

    with answering({BULK: lambda request: next(bulk), SINGLE: left}) as server:
        assert read(server, runs) == {**runs, "149": 0}


@pytest.mark.parametrize("path", [BULK, INTERVAL, SINGLE])
def test_a_failure_is_an_error(path: str) -> None:
    with answering({path: Reply(500)}) as server, pytest.raises(AnswerError):
        read(server, {"a": 30})


def test_pages_without_end_are_an_error() -> None:
    again = reply({"metrics": values("a", 2), "next_page_token": "again"})
    with answering({SINGLE: again}) as server, pytest.raises(AnswerError, match="no end"):
        read(server, {"a": 30})
