"""Sends requests to a tracking server by MLflow's own client: its credentials, its TLS settings.

Credentials are the standard ones: MLFLOW_TRACKING_USERNAME, _PASSWORD, _TOKEN, .. or
`~/.mlflow/credentials`. No request takes longer than a stated time, whatever the server does; no
redirect is followed; nothing that a server wrote is repeated in an error.
"""

import queue
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from governance.evidence.mlflow.answers import AnswerError, TooLongError, judge, object_of
from governance.evidence.mlflow.credentials import credentials

if TYPE_CHECKING:
    import requests

SECONDS = 60.0
"""How long one request may take, from the look-up of the host to the last byte."""
CONNECT_SECONDS = 10.0
MOST_BYTES = 64 * 1024 * 1024
"""Of one answer. A page that has more is asked for in smaller ones."""
PAUSES = (1.0, 4.0)
"""Seconds before a request that failed for the moment is sent again."""
MOST_FAILURES = 3
"""Requests without an answer, after which the server is asked nothing more."""
MOST_SECONDS = 3600.0
"""How long a whole reading may take."""
_FOR_THE_MOMENT = (429, 502, 503, 504)

Params = Mapping[str, str | int | list[str]]
T = TypeVar("T")


class Client:
    """Asks one server; `count` is called for every request that is sent."""

    def __init__(self, uri: str, ca_bundle: Path | None, count: Callable[[], None]) -> None:
        self._host = urlsplit(uri).netloc
        self._credentials = credentials(uri, ca_bundle)
        self._count = count
        self._until = time.monotonic() + MOST_SECONDS
        self._failures = 0
        self._gone: AnswerError | None = None
        self.workspace: str | None = None
        """Whose data is asked for, on a server that has workspaces."""

    @property
    def user(self) -> str | None:
        """The name of the account, where it has one."""
        user: str | None = self._credentials.username
        return user

    def get(self, path: str, params: Params | None = None) -> dict[str, object]:
        """Return what the server answers to a GET; `path` starts with `/api`."""
        return self._ask("GET", path, {"params": dict(params or {})})

    def post(self, path: str, body: Mapping[str, object]) -> dict[str, object]:
        """Return what the server answers to a POST of JSON. Only searches are ever posted."""
        return self._ask("POST", path, {"json": dict(body)})

    def _ask(self, method: str, path: str, content: dict[str, object]) -> dict[str, object]:
        for pause in (*PAUSES, None):
            if self._gone:
                raise self._gone
            try:
                return self._once(method, path, content)
            except AnswerError as error:
                if error.hang or (pause is None and error.status is None):
                    self._failures += 1
                if self._failures >= MOST_FAILURES or time.monotonic() > self._until:
                    # Asking for the rest would only take as long again.
                    self._gone = error
                    raise
                if pause is None or error.too_much or error.status not in (*_FOR_THE_MOMENT, None):
                    raise
                time.sleep(pause)
        raise AssertionError  # pragma: no cover - the last pause is None

    def _once(self, method: str, path: str, content: dict[str, object]) -> dict[str, object]:
        from mlflow.exceptions import MlflowException
        from mlflow.utils.rest_utils import http_request

        until = time.monotonic() + SECONDS
        headers = {"X-MLFLOW-WORKSPACE": self.workspace} if self.workspace else {}

        def send() -> tuple[int, str, bytes]:
            answer: requests.Response = http_request(  # type: ignore[no-untyped-call]
                self._credentials,
                path,
                method,
                max_retries=0,
                raise_on_status=False,
                timeout=(CONNECT_SECONDS, SECONDS + 1),
                allow_redirects=False,
                stream=True,
                extra_headers=headers,
                **content,
            )
            with answer:
                where = answer.headers.get("Location", "")
                return answer.status_code, where, self._body(answer, until)

        self._count()
        try:
            status, location, body = _within(SECONDS, send)
        except TimeoutError as error:
            raise AnswerError(
                f"{self._host} did not answer within {SECONDS:g} seconds", hang=True
            ) from error
        except (MlflowException, OSError) as error:
            # Of a request, so its text can hold a credential: only the kind of it is said.
            raise AnswerError(
                f"{self._host} cannot be asked ({_kind(error)})", "check the address and the TLS"
            ) from error
        judge(self._host, status, location, body)
        return object_of(body, self._host)

    def _body(self, answer: "requests.Response", until: float) -> bytes:
        parts, size = [], 0
        for part in answer.iter_content(65_536):
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                raise TooLongError(
                    f"{self._host} answers with more than {MOST_BYTES:,} bytes", status=200
                )
            if time.monotonic() > until:
                raise TimeoutError
        return b"".join(parts)


def _within(seconds: float, call: Callable[[], T]) -> T:
    """Return what `call` returns, or raise TimeoutError.

    In a thread, because a client's own time-outs begin anew with every byte, and the look-up of a
    host has none. A call that hangs is left behind; it ends with the program.
    """
    results: queue.SimpleQueue[tuple[T | None, Exception | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            results.put((call(), None))
        except Exception as error:  # noqa: BLE001 - raised again in the thread that waits
            results.put((None, error))

    threading.Thread(target=run, daemon=True, name="mlflow-request").start()
    try:
        value, error = results.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if error:
        raise error
    return value  # type: ignore[return-value] # None only beside an error


def _kind(error: BaseException) -> str:
    """Return the name of the error at the bottom: ConnectionRefusedError, SSLError, .."""
    for _ in range(10):
        below = error.__cause__ or error.__context__
        if below is None:
            break
        error = below
    return type(error).__name__
