"""A gate that runs, before a server that says what reached it."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tce.keys.window.gate import Gate, serve
from tests.tce.keys.office import NOW, Office


class Behind(BaseHTTPRequestHandler):
    """What answers where Tang stands."""

    def do_GET(self) -> None:
        self._answer(b"advertisement")

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self._answer(b"key for " + self.rfile.read(length))

    def _answer(self, content: bytes) -> None:
        self.server.reached.append(self.path)  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "application/jose+json")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal of the tests."""


class Front:
    """The gate's address, the time that it goes by, and what reached the server behind it."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.now: datetime = NOW
        self.folder = folder
        self.reached: list[str] = []
        self.gate = Gate(folder, lambda: office.officers, lambda: self.now)
        self.port = 0

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """Status and content."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def recover(self) -> int:
        """Status of a machine's request for its key."""
        return self.ask("POST", "/rec/abc-_123", b"{}")[0]


@contextmanager
def running(office: Office, folder: Path) -> Iterator[Front]:
    """A gate, closed."""
    front = Front(office, folder)
    behind = ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    behind.reached = front.reached  # type: ignore[attr-defined]
    before = serve(front.gate, ("127.0.0.1", 0), ("127.0.0.1", behind.server_address[1]))
    front.port = before.server_address[1]
    for one in (behind, before):
        threading.Thread(target=one.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield front
    finally:
        for one in (before, behind):
            one.shutdown()
            one.server_close()
