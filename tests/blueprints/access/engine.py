"""A server that speaks OpenAI's interface, and streams an answer token by token as it is told."""

from __future__ import annotations

import http.server
import json
import threading
from types import TracebackType
from typing import Any


class Engine:
    """Answers at a port of this machine, with ``/health`` only once it is ready."""

    def __init__(
        self, words: list[str], *, ready: bool = True, port: int = 0, host: str = "127.0.0.1"
    ) -> None:
        """Make it; ``words`` are the pieces of every answer."""
        self.words = words
        self.ready = ready
        self.go_on = threading.Event()
        """Set: after the first piece the others are sent."""
        self.go_on.set()
        self.asked: list[dict[str, Any]] = []
        """Bodies and headers of the requests."""
        self.sent: list[str] = []
        """Pieces, as they went out."""
        self.extra: dict[str, str] = {}
        """Headers of answers beyond the usual ones."""
        self.server = http.server.ThreadingHTTPServer((host, port), _handler(self))
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))

    def __enter__(self) -> Engine:
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.go_on.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def _handler(engine: Engine) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            known = {"/health": engine.ready, "/metrics": True, "/v1/models": True}
            self._plain(200 if known.get(self.path) else 503, b"{}")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            engine.asked.append({"body": body, "headers": dict(self.headers), "path": self.path})
            if body.get("stream"):
                self._stream()
                return
            content = {"message": {"role": "assistant", "content": "".join(engine.words)}}
            self._plain(200, json.dumps({"choices": [content]}).encode())

        def _plain(self, code: int, content: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _stream(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            for name, value in engine.extra.items():
                self.send_header(name, value)
            self.end_headers()
            for number, word in enumerate(engine.words):
                if number:
                    engine.go_on.wait(20)
                piece = {"choices": [{"delta": {"content": word}}]}
                self._chunk(f"data: {json.dumps(piece)}\n\n".encode())
                engine.sent.append(word)
            self._chunk(b"data: [DONE]\n\n")
            self._chunk(b"")

        def _chunk(self, content: bytes) -> None:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
            self.wfile.flush()

    return Handler
