import pytest

from governance.evidence.mlflow.answers import AnswerError
from governance.evidence.mlflow.asking import API, Asking
from governance.evidence.mlflow.http import Client
from tests.governance.evidence.mlflow.answering import NO_SUCH, answering, reply
from tests.labs.scripted import Reply, Request, Scripted

INFO = "/api/3.0/mlflow/server-info"
WORKSPACES = "/api/3.0/mlflow/workspaces"


def asking(server: Scripted) -> Asking:
    return Asking(Client(server.endpoint, None, lambda: None))


def test_a_server_of_before_workspaces_has_none() -> None:
    with answering({}) as server:
        one = asking(server)
        one.find_workspaces()
        with one.within("default"):
            one.one(f"{API}runs/search", {})
        assert list(one.each()) == [None]
    assert "X-MLFLOW-WORKSPACE" not in server.requests[-1].headers


def test_each_workspace_is_asked_by_its_name() -> None:
    listed = reply({"workspaces": [{"name": "default"}, {"name": "team-a"}]})
    with answering({INFO: reply({"workspaces_enabled": True}), WORKSPACES: listed}) as server:
        one = asking(server)
        one.find_workspaces()
        for _ in one.each():
            one.one(f"{API}runs/search", {})
    asked = [request.headers.get("X-MLFLOW-WORKSPACE") for request in server.requests]
    assert asked == [None, None, "default", "team-a"]


@pytest.mark.parametrize("listed", [Reply(403), reply({"workspaces": [{}]}), reply([])])
def test_workspaces_that_cannot_be_listed_are_an_error(listed: Reply) -> None:
    answers = {INFO: reply({"workspaces_enabled": True}), WORKSPACES: listed}
    with answering(answers) as server, pytest.raises(AnswerError):
        asking(server).find_workspaces()


def test_a_list_is_got_in_pages_and_in_its_order() -> None:
    def paged(request: Request) -> Reply:
        assert request.query["order_by"] == "name ASC"
        assert request.query["max_results"] == "2"
        if request.query.get("page_token") == "more":
            return reply({"rows": [{"n": 3}]})
        return reply({"rows": [{"n": 1}, {"n": 2}], "next_page_token": "more"})

    with answering({"things/search": paged}) as server:
        one = asking(server)
        found = list(
            one.got("things/search", "rows", "name ASC", lambda row: row["n"], lambda n: str(n), 2)
        )
    assert found == [1, 2, 3]


def test_what_mlflow_does_not_have_is_none_and_any_other_404_an_error() -> None:
    with answering({"runs/get": NO_SUCH}) as server:
        assert asking(server).one(f"{API}runs/get", {"run_id": "x"}) is None
        with pytest.raises(AnswerError):
            asking(server).one(f"{API}models/get", {})
