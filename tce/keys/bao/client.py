"""A connection to OpenBao: paths of its API, answers as JSON, errors that say what is wrong.

    bao = connect("https://bao.example.org:8200", Path("keys/ca.pem"), token)
    bao.read("tce-hospital-transit/keys/evidence")["data"]["latest_version"]

It reads no variable of the environment and no file but the authority's certificate; it uses no
proxy and follows no redirect, as both would show the token to somebody else. A request is sent
once: what is repeated is for the caller to decide. Threads may share it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from hvac.adapters import RawAdapter
from hvac.exceptions import Forbidden, VaultError
from requests.adapters import HTTPAdapter

from blueprints.secret import Secret
from tce.keys.bao import mapped
from tce.keys.bao.errors import BaoError, DeniedError, DownError, MissingError, SealedError

TIMEOUT = 10.0
"""Seconds to connect in, and between two pieces of an answer."""
THREADS = 16
"""That may ask at the same time and keep their connections."""
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

Answer = dict[str, Any]
"""An answer of the API; empty where it answers with nothing."""


class Bao:
    """One server, asked as one token. Its text shows the address only."""

    def __init__(
        self, server: str, ca: Path | None, token: Secret | None, timeout: float = TIMEOUT
    ) -> None:
        self.server = server
        self._ca = ca
        self._timeout = timeout
        session = requests.Session()
        # Neither proxies nor ~/.netrc nor REQUESTS_CA_BUNDLE of whoever runs this.
        session.trust_env = False
        session.mount("https://", HTTPAdapter(pool_maxsize=THREADS))
        session.mount("http://", HTTPAdapter(pool_maxsize=THREADS))
        session.verify = str(ca) if ca is not None else True
        self._session = session
        self._adapter = RawAdapter(
            base_uri=server,
            token=token.text() if token is not None else None,
            verify=session.verify,
            timeout=timeout,
            allow_redirects=False,
            session=session,
            strict_http=True,
        )

    def __repr__(self) -> str:
        return f"Bao({self.server})"

    @property
    def known(self) -> bool:
        """Whether it is asked as somebody."""
        return self._adapter.token is not None

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def as_token(self, token: Secret | None) -> "Bao":
        """Return a connection to the same server as somebody else, or as nobody."""
        return Bao(self.server, self._ca, token, self._timeout)

    def read(self, path: str, params: Mapping[str, str | int] | None = None) -> Answer:
        """GET; `path` without ``/v1``.

        Raises:
            MissingError: there is nothing.
            BaoError: a subclass for what is wrong.
        """
        return self._ask("get", path, params=dict(params or {}))

    def write(self, path: str, data: Mapping[str, object] | None = None) -> Answer:
        """POST `data` as JSON.

        Raises:
            BaoError: a subclass for what is wrong.
        """
        return self._ask("post", path, json=dict(data or {}))

    def patch(self, path: str, data: Mapping[str, object]) -> Answer:
        """PATCH `data` as JSON (RFC 7396).

        Raises:
            BaoError: a subclass for what is wrong.
        """
        headers = {"Content-Type": "application/merge-patch+json"}
        return self._ask("patch", path, data=json.dumps(dict(data)), headers=headers)

    def delete(self, path: str) -> Answer:
        """DELETE.

        Raises:
            BaoError: a subclass for what is wrong.
        """
        return self._ask("delete", path)

    def names(self, path: str) -> list[str]:
        """LIST: the names below `path`, those that go on end with a slash; none: an empty list.

        Raises:
            BaoError: a subclass for what is wrong.
        """
        try:
            answer = self._ask("list", path)
        except MissingError:
            return []
        keys = (answer.get("data") or {}).get("keys") or []
        return [str(key) for key in keys]

    def raw(self, path: str) -> bytes:
        """GET of something that is not JSON: a snapshot.

        Raises:
            BaoError: a subclass for what is wrong.
        """
        body: bytes = self._send("get", path).content
        return body

    def upload(self, path: str, body: bytes) -> None:
        """POST of something that is not JSON: a snapshot.

        Raises:
            BaoError: a subclass for what is wrong.
        """
        self._send("post", path, data=body)

    def _ask(self, method: str, path: str, **more: object) -> Answer:
        response = self._send(method, path, **more)
        if not response.content:
            return {}
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise BaoError(f"{self.server} answers something else than OpenBao does")
        return answer

    def _send(self, method: str, path: str, **more: object) -> requests.Response:
        # Without their causes: these hold the request, with the token and the secrets in it.
        try:
            response: requests.Response = self._adapter.request(
                method, f"/v1/{quote(path)}", **more
            )
        except requests.RequestException as error:
            raise mapped.unreached(error, self.server) from None
        except VaultError as error:
            found = mapped.refused(error, self.server, path)
            if isinstance(found, DeniedError) and not self._valid():
                found = mapped.unknown(self.known)
            if isinstance(found, SealedError) and not self._initialised():
                found = mapped.empty(self.server)
            raise found from None
        if response.is_redirect:
            raise DownError(f"{self.server} sends elsewhere: it is not the active OpenBao")
        return response

    def _valid(self) -> bool:
        """Whether OpenBao knows the token: it says the same of an unknown one and a denied path.

        Asked of the one path that every token may read, and that shows it only what it may see.
        """
        if not self.known:
            return False
        try:
            self._adapter.request("get", "/v1/sys/internal/ui/mounts")
        except Forbidden:
            return False
        except (requests.RequestException, VaultError):
            return True
        return True

    def _initialised(self) -> bool:
        """Whether it has keys at all: it says the same of a sealed one and an empty one."""
        try:
            return bool(self._adapter.request("get", "/v1/sys/init").json()["initialized"])
        except (requests.RequestException, VaultError, ValueError, KeyError):
            return True


def connect(server: str, ca: Path | None, token: Secret | None, timeout: float = TIMEOUT) -> Bao:
    """Return a connection; nothing is sent yet.

    Args:
        server: its URL; plain HTTP on the loopback only.
        ca: certificates in PEM that its own has to come from; None: those of the system.
        token: None: as nobody, which is enough for its status.
        timeout: seconds.

    Raises:
        BaoError: no URL; one that would show the token to the network; no such file.
    """
    parts = urlsplit(server)
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host or parts.path.rstrip("/"):
        raise BaoError(f"{server}: not an address of OpenBao", "https://HOST:8200")
    if parts.username or parts.password:
        raise BaoError("an address of OpenBao holds no password")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise BaoError(
            f"{server}: without TLS everybody on the way would read the token",
            f"https://{parts.netloc}",
        )
    if ca is not None and not ca.is_file():
        raise BaoError(f"{ca}: there is no certificate", "export BAO_CACERT=FILE")
    return Bao(server.rstrip("/"), ca, token, timeout)
