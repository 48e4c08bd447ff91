import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from governance.evidence.errors import EvidenceError
from governance.evidence.mlflow import http
from governance.evidence.mlflow.answers import AnswerError, TooLongError
from governance.evidence.mlflow.http import Client
from tests.governance.evidence.mlflow.answering import reply
from tests.labs.certificates import self_signed
from tests.labs.scripted import Reply, Request, Scripted

PATH = "/api/2.0/mlflow/runs/search"


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PAUSES", (0.01, 0.01))
    monkeypatch.setattr(http, "SECONDS", 1.5)


def client(uri: str, bundle: Path | None = None) -> tuple[Client, list[int]]:
    counted: list[int] = []
    return Client(uri, bundle, lambda: counted.append(1)), counted


def test_it_posts_json_and_gets_with_repeated_parameters() -> None:
    with Scripted(lambda request: reply({"a": 1})) as server:
        one, counted = client(server.endpoint)
        assert one.post(PATH, {"max_results": 3}) == {"a": 1}
        assert one.get(PATH, {"run_ids": ["x", "y"], "n": 2}) == {"a": 1}
    assert server.requests[0].body == b'{"max_results": 3}'
    assert server.requests[1].query == {"run_ids": "x", "n": "2"}
    assert len(counted) == 2


def test_credentials_are_those_of_mlflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "a-token")
    with Scripted(lambda request: reply({})) as server:
        client(server.endpoint)[0].get(PATH)
        monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "reader")
        monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "word")
        one = client(server.endpoint)[0]
        one.get(PATH)
    assert server.requests[0].headers["Authorization"] == "Bearer a-token"
    assert server.requests[1].headers["Authorization"].startswith("Basic ")
    assert one.user == "reader"


def test_a_workspace_is_a_header() -> None:
    with Scripted(lambda request: reply({})) as server:
        one = client(server.endpoint)[0]
        one.get(PATH)
        one.workspace = "team-a"
        one.get(PATH)
    assert "X-MLFLOW-WORKSPACE" not in server.requests[0].headers
    assert server.requests[1].headers["X-MLFLOW-WORKSPACE"] == "team-a"


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_says_which_variables_hold_credentials(status: int) -> None:
    with Scripted(lambda request: Reply(status, b"secret words")) as server:
        one, counted = client(server.endpoint)
        with pytest.raises(AnswerError, match=f"refuses \\({status}\\)") as raised:
            one.get(PATH)
    assert "MLFLOW_TRACKING_USERNAME" in str(raised.value.__notes__)
    assert "secret" not in str(raised.value)
    assert len(counted) == 1, "not asked again"


def test_a_redirect_is_not_followed() -> None:
    def answer(request: Request) -> Reply:
        return Reply(302, headers={"Location": "https://login.example/?token=secret"})

    with (
        Scripted(answer) as server,
        pytest.raises(AnswerError, match=r"redirects to https://login\.example") as raised,
    ):
        client(server.endpoint)[0].post(PATH, {})
    assert "secret" not in str(raised.value)
    assert len(server.requests) == 1


def test_a_server_that_is_down_is_one_clear_error() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    one, counted = client(f"http://127.0.0.1:{port}")
    with pytest.raises(AnswerError, match="cannot be asked \\(ConnectionRefusedError\\)"):
        one.get(PATH)
    assert len(counted) == 3
    for _ in range(5):
        with pytest.raises(AnswerError, match="cannot be asked"):
            one.get(PATH)
    assert len(counted) == 9, "it is not asked for ever"


@pytest.mark.parametrize("cut", [1, 9])
def test_half_an_answer_is_an_error(cut: int) -> None:
    whole = reply({"runs": [{}]})
    with (
        Scripted(lambda request: Reply(200, whole.body, cut=cut)) as server,
        pytest.raises(AnswerError),
    ):
        client(server.endpoint)[0].get(PATH)


@pytest.mark.parametrize(
    "body",
    [b"<html>login</html>", b"", b"[]", b"null", b"{", b"[" * 100_000, b"1" * 10_000, b"\xff\xfe"],
)
def test_garbage_is_an_error(body: bytes) -> None:
    with (
        Scripted(lambda request: Reply(200, body)) as server,
        pytest.raises(AnswerError, match="answers with something that is no"),
    ):
        client(server.endpoint)[0].get(PATH)


def test_a_busy_server_is_asked_again() -> None:
    replies = [Reply(503), Reply(429), reply({"a": 1})]
    with Scripted(lambda request: replies.pop(0)) as server:
        one, counted = client(server.endpoint)
        assert one.get(PATH) == {"a": 1}
    assert len(counted) == 3


def test_a_connection_that_breaks_is_made_again() -> None:
    replies = [Reply(0), reply({"a": 1})]
    with Scripted(lambda request: replies.pop(0)) as server:
        assert client(server.endpoint)[0].get(PATH) == {"a": 1}


def test_an_answer_without_end_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 100_000)
    with (
        Scripted(lambda request: Reply(200, b" " * 300_000)) as server,
        pytest.raises(TooLongError) as raised,
    ):
        client(server.endpoint)[0].get(PATH)
    assert raised.value.too_much


@contextmanager
def dripping(first: bytes, drip: bytes) -> Iterator[str]:
    """A server that sends something, then a byte now and then, for ever."""
    end = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)

        def serve(connection: socket.socket) -> None:
            with connection:
                connection.sendall(first)
                while not end.wait(0.1):
                    try:
                        connection.sendall(drip)
                    except OSError:
                        return

        def accept() -> None:
            while not end.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            end.set()
            thread.join()


@pytest.mark.parametrize(
    ("first", "drip"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\nX-One: ", b"a"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
    ],
)
def test_a_server_that_hangs_or_drips_is_left_after_the_time(first: bytes, drip: bytes) -> None:
    with dripping(first, drip) as uri:
        one, counted = client(uri)
        started = time.monotonic()
        with pytest.raises(AnswerError, match=r"did not answer within 1\.5 seconds"):
            one.get(PATH)
        assert time.monotonic() - started < 4
        for _ in range(4):
            with pytest.raises(AnswerError):
                one.get(PATH)
        assert len(counted) == 3, "after three times it is asked nothing more"


def test_a_certificate_is_checked_and_can_be_given(tmp_path: Path) -> None:
    import ssl

    certificate, key = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with Scripted(lambda request: reply({"a": 1})) as server:
        server._server.socket = context.wrap_socket(server._server.socket, server_side=True)
        uri = server.endpoint.replace("http:", "https:")
        with pytest.raises(AnswerError, match="SSL"):
            client(uri)[0].get(PATH)
        assert client(uri, certificate)[0].get(PATH) == {"a": 1}


def test_a_reading_takes_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_SECONDS", 0.0)
    with Scripted(lambda request: Reply(503)) as server:
        one, counted = client(server.endpoint)
        for _ in range(2):
            with pytest.raises(EvidenceError):
                one.get(PATH)
    assert len(counted) == 1
