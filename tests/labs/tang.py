"""Tang servers with keys of their own, as systemd runs them: each connection is one tangd."""

import json
import shutil
import socketserver
import subprocess
import threading
from pathlib import Path
from typing import Self

import pytest

TANGD = next(
    (one for one in ("/usr/libexec/tangd", "/usr/lib/tangd") if Path(one).exists()), "/tangd"
)
NEEDED = ("clevis", "cryptsetup", "jose", TANGD)
needs_tang = pytest.mark.skipif(
    any(shutil.which(one) is None for one in NEEDED), reason="no Clevis, LUKS and Tang here"
)


class Tang(socketserver.ThreadingTCPServer):
    """One server."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        for name, algorithm in (("sign", "ES512"), ("exchange", "ECMR")):
            subprocess.run(
                ["jose", "jwk", "gen", "-i", json.dumps({"alg": algorithm}), "-o", f"{name}.jwk"],
                cwd=folder,
                check=True,
            )
        self.folder = folder
        super().__init__(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    @property
    def port(self) -> int:
        """On the loopback."""
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def thumbprint(self) -> str:
        """Of its signing key."""
        return said("jose", "jwk", "thp", "-i", str(self.folder / "sign.jwk"), "-a", "S256")

    def advertisement(self, place: Path, url: str = "") -> Path:
        """Its advertisement, fetched from where machines would ask."""
        place.write_text(said("curl", "-sf", f"{url or self.url}/adv"))
        return place


class Answer(socketserver.BaseRequestHandler):
    """One request."""

    server: Tang

    def handle(self) -> None:
        """By tangd itself."""
        own = self.request.fileno()
        subprocess.run(
            [TANGD, str(self.server.folder)], stdin=own, stdout=own, stderr=subprocess.DEVNULL
        )


def said(*command: str) -> str:
    """What a command says that has to succeed."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
