import pytest

from governance.evidence.mlflow import metrics
from governance.evidence.mlflow.answers import AnswerError
from governance.evidence.mlflow.entities import Point
from governance.evidence.mlflow.http import Client
from governance.evidence.mlflow.metrics import histories
from tests.governance.evidence.mlflow.answering import NO_SUCH, answering, reply
from tests.labs.scripted import Reply, Request, Scripted

BULK = "metrics/get-history-bulk-interval"
SINGLE = "metrics/get-history"


def values(run: str, count: int) -> list[dict[str, object]]:
    return [{"key": "loss", "value": 1.0, "step": step, "run_id": run} for step in range(count)]


def asked(server: Scripted, path: str) -> int:
    return sum(request.path.endswith(f"/{path}") for request in server.requests)


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
    every = reply({"metrics": [row for run in runs for row in values(run, 2)]})
    with answering({BULK: every}) as server:
        assert read(server, runs) == runs
    assert asked(server, BULK) == 3
    assert len(server.requests) == 3


def test_a_run_that_is_cut_is_asked_for_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "VALUES", 10)
    bulk = reply({"metrics": values("a", 10) + values("b", 3)})
    with answering({BULK: bulk, SINGLE: single}) as server:
        assert read(server, {"a": 30, "b": 3}) == {"a": 30, "b": 3}
    assert asked(server, SINGLE) == 1


def test_a_run_without_its_own_latest_value_is_asked_for_alone() -> None:
    with answering({BULK: reply({"metrics": values("a", 7)}), SINGLE: single}) as server:
        assert read(server, {"a": 30, "b": 30}) == {"a": 30, "b": 30}
    assert asked(server, SINGLE) == 2


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
    assert asked(server, BULK) == 1
    assert asked(server, SINGLE) == 120


def test_a_run_that_was_destroyed_meanwhile_says_nothing() -> None:
    with answering({BULK: NO_SUCH, SINGLE: NO_SUCH}) as server:
        assert read(server, {"a": 30}) == {"a": 0}


@pytest.mark.parametrize("path", [BULK, SINGLE])
def test_a_failure_is_an_error(path: str) -> None:
    with answering({path: Reply(500)}) as server, pytest.raises(AnswerError):
        read(server, {"a": 30})


def test_pages_without_end_are_an_error() -> None:
    again = reply({"metrics": values("a", 2), "next_page_token": "again"})
    with answering({SINGLE: again}) as server, pytest.raises(AnswerError, match="no end"):
        read(server, {"a": 30})
