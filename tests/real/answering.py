"""Servers that answer as a model would, for programs that ask one: no model runs here."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LETTERS = "abcdefgh"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def say(self, body: bytes, **headers: str) -> None:
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _OpenAI(_Handler):
    """Embeds a text as the letters in it; asks a tool once, then repeats what it said."""

    def do_POST(self) -> None:
        asked = json.loads(self.body())
        assert self.headers["Authorization"] == "Bearer key of the gateway"
        answer = _embedded(asked) if self.path.endswith("/embeddings") else _said(asked)
        self.say(json.dumps(answer).encode(), Content_Type="application/json")


def _embedded(asked: dict[str, Any]) -> dict[str, Any]:
    entries = [
        {
            "object": "embedding",
            "index": index,
            "embedding": [text.count(one) + 0.01 for one in LETTERS],
        }
        for index, text in enumerate(asked["input"])
    ]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return {"object": "list", "model": asked["model"], "data": entries, "usage": usage}


def _said(asked: dict[str, Any]) -> dict[str, Any]:
    last = asked["messages"][-1]
    message: dict[str, Any] = {"role": "assistant", "content": None}
    if last["role"] == "tool":
        message["content"] = f"it is {last['content']}"
    else:
        arguments = json.dumps({"expression": last["content"]})
        function = {"name": "calculate", "arguments": arguments}
        message["tool_calls"] = [{"id": "1", "type": "function", "function": function}]
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    head = {"id": "1", "object": "chat.completion", "created": 1, "model": asked["model"]}
    return {**head, "choices": [choice]}


class _Triton(_Handler):
    """Adds one to every number of a state (KServe's v2 protocol, binary tensors)."""

    def do_POST(self) -> None:
        import numpy as np

        body, length = self.body(), int(self.headers["Inference-Header-Content-Length"])
        (given,) = json.loads(body[:length])["inputs"]
        after = (np.frombuffer(body[length:], dtype=np.float32) + 1).tobytes()
        output = {
            "name": "output",
            "datatype": "FP32",
            "shape": given["shape"],
            "parameters": {"binary_data_size": len(after)},
        }
        head = json.dumps({"model_name": "aurora", "outputs": [output]}).encode()
        self.say(head + after, Inference_Header_Content_Length=str(len(head)))


@contextmanager
def _served(handler: type[_Handler]) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


@contextmanager
def openai() -> Iterator[int]:
    """The port of a server that speaks OpenAI's API."""
    with _served(_OpenAI) as port:
        yield port


@contextmanager
def triton() -> Iterator[int]:
    """The port of a server that speaks Triton's."""
    with _served(_Triton) as port:
        yield port
