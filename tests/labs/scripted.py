"""An HTTP server that answers as a test tells it: for stores that lie, stall or break off.

with Scripted(lambda request: Reply(503, error("SlowDown"))) as server:
    ... server.endpoint ...
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    line: str = ""
    """Path and query as they were sent; `query` has only the first of a repeated name."""


@dataclass(frozen=True)
class Reply:
    """What to answer. `cut` bytes are kept back, and the connection is closed instead.

    Status 0 closes the connection without a word.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0


def error(code: str, message: str = "no") -> bytes:
    """Return an S3 error document."""
    return f"<Error><Code>{escape(code)}</Code><Message>{message}</Message></Error>".encode()


def versions(*inner: str, more: bool = False) -> bytes:
    """Return a ListObjectVersions document around these elements."""
    end = f"<IsTruncated>{str(more).lower()}</IsTruncated>"
    return f"<ListVersionsResult>{end}{''.join(inner)}</ListVersionsResult>".encode()


def version(key: str, **more: str) -> str:
    """Return one version for :func:`versions`; the key is put in as it is."""
    values = {"VersionId": "1", "IsLatest": "true", "Size": "1", **more}
    values.setdefault("LastModified", "2026-01-02T03:04:05.678Z")
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    return f"<Version><Key>{key}</Key>{inner}</Version>"


class Scripted:
    """The server; a context manager. Every request it got is in `requests`."""

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self.requests: list[Request] = []
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                parts = urlsplit(self.path)
                query = {
                    name: values[0]
                    for name, values in parse_qs(parts.query, keep_blank_values=True).items()
                }
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = dict(self.headers.items())
                request = Request(self.command, parts.path, query, headers, body, self.path)
                scripted.requests.append(request)
                reply = answer(request)
                if not reply.status:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in reply.headers:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(reply.body[: len(reply.body) - reply.cut])
                self.close_connection = bool(reply.cut)

            do_GET = do_HEAD = do_PUT = do_POST = _serve  # noqa: N815 - http.server's names

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
