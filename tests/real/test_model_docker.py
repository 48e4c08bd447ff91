"""Docker's own client, asked by the script; what it asks its daemon for is the service.

The daemon is a socket that writes the question down and refuses it: containers need more than a
test may have.
"""

import dataclasses
import json
import shutil
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from blueprints.runtimes.docker import RUNTIME
from tests.blueprints.runtimes.example import HOPS, free_port, placed
from tests.blueprints.runtimes.law import written
from tests.blueprints.runtimes.stubs import Stubs, secret_file

pytestmark = pytest.mark.real


class Daemon(BaseHTTPRequestHandler):
    """Answers what the client asks before it has a container made, and refuses that."""

    asked: list[dict[str, Any]]

    def do_HEAD(self) -> None:
        """The version of the interface."""
        self._answer(200, {})

    def do_GET(self) -> None:
        """As for :meth:`do_HEAD`, and whatever else it looks for."""
        self._answer(200 if "_ping" in self.path else 404, {"message": "there is none"})

    def do_POST(self) -> None:
        """A container to be made."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked.append({"path": self.path, **json.loads(body or b"{}")})
        self._answer(500, {"message": "written down"})

    def _answer(self, code: int, said: dict[str, str]) -> None:
        content = json.dumps(said).encode()
        self.send_response(code)
        self.send_header("Api-Version", "1.41")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def address_string(self) -> str:
        """Sockets of this kind have none."""
        return "client"

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def listening(socket: Path) -> Iterator[list[dict[str, Any]]]:
    """What is asked for at the socket."""
    asked: list[dict[str, Any]] = []
    handler = type("Handler", (Daemon,), {"asked": asked})
    with socketserver.ThreadingUnixStreamServer(str(socket), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield asked
        finally:
            server.shutdown()
            thread.join()


def test_the_client_asks_for_the_service(tmp_path: Path) -> None:
    assert shutil.which("docker"), "there is no docker: .ci/run installs it"
    service = dataclasses.replace(placed(tmp_path, free_port()), shared_memory=1 << 30)
    stubs = Stubs(tmp_path / "stubs")
    stubs.add("curl")
    stubs.add("docker", f'exec "{shutil.which("docker")}" "$@"')
    secret_file(stubs, service.name, {"VLLM_API_KEY": "a=b $(id)"})
    # A path of tmp_path may be longer than a socket's may be.
    with TemporaryDirectory() as short, listening(Path(short) / "d") as asked:
        stubs.environment["DOCKER_HOST"] = f"unix://{short}/d"
        done = stubs.run(written(RUNTIME, service, HOPS)["serve.sh"])
    assert done.returncode != 0
    assert "written down" in done.stderr, done.stderr
    (made,) = [one for one in asked if "/containers/create" in one["path"]]
    assert "name=scout" in made["path"]
    assert "platform=linux%2Famd64" in made["path"]
    assert made["Image"] == service.image.reference
    assert (*made["Entrypoint"], *made["Cmd"]) == service.command
    variables = dict(one.split("=", 1) for one in made["Env"])
    assert variables == {**service.environment, "VLLM_API_KEY": "a=b $(id)"}
    assert made["WorkingDir"] == "/models"
    host = made["HostConfig"]
    mounts = [
        (one["Type"], one["Source"], one["Target"], one.get("ReadOnly", False))
        for one in host["Mounts"]
    ]
    assert mounts == [("bind", one.host, one.target, one.read_only) for one in service.mounts]
    assert host["NetworkMode"] == "host"
    assert host["SecurityOpt"] == ["no-new-privileges"]
    assert host["ShmSize"] == 1 << 30
    assert host["NanoCpus"] == service.processors * 10**9
    assert host["Memory"] == service.memory
    assert host["AutoRemove"] is True
    (devices,) = host["DeviceRequests"]
    assert (devices["Count"], devices["Capabilities"]) == (service.devices, [["gpu"]])
