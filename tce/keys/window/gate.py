"""The gate before a Tang server: requests for keys pass while a window is open, and no others.

What Tang says of itself (``GET /adv``) is public and always passes. ``POST /rec/KEY`` passes from a
machine that an open window names, as often as that says; it is counted before Tang is asked, so
that a crash never lets one more through. Everything else is refused. Who asks is told by the
connection's own address: headers can say anything.
"""

import http.client
import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from blueprints.errors import ExpectedError
from tce.keys.errors import CustodyError
from tce.keys.orders.officers import Officers
from tce.keys.window import windows
from tce.keys.window.journal import Journal
from tce.keys.window.windows import Address, Window

LARGEST = 1 << 16
"""Bytes of a request; Tang's have some 300."""
SECONDS = 10.0
"""For whoever asks to say it, and for Tang to answer."""
OPENED = "opened"
_PUBLIC = re.compile(r"/adv(/[A-Za-z0-9_-]{1,100})?/?")
_KEY = re.compile(r"/rec/[A-Za-z0-9_-]{1,100}")
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")


class Gate:
    """Decides; one for all connections."""

    def __init__(
        self, folder: Path, officers: Callable[[], Officers], now: Callable[[], datetime]
    ) -> None:
        self._folder = folder
        self._officers = officers
        self._now = now
        self._journal = Journal(folder)
        self._lock = threading.Lock()

    def asked(self, machine: Address) -> str:
        """Why a machine may not have a key now, or `OPENED`; it is written down either way."""
        with self._lock:
            now = self._now()
            try:
                found, _ = windows.read(self._folder, self._officers(), now)
            except ExpectedError as error:
                answer, window = f"nobody can say who may approve: {error}", None
            else:
                answer, window = self._judge(found, machine, now)
            self._journal.add(now, str(machine), answer, window.order if window else None)
            return answer

    def _judge(
        self, found: list[Window], machine: Address, now: datetime
    ) -> tuple[str, Window | None]:
        open_ = [one for one in found if one.lets(machine, now)]
        if not open_:
            return "no window is open for this machine", None
        for one in open_:
            if self._journal.opened(one.order, str(machine)) < one.openings:
                return OPENED, one
        return "this machine had its key as often as was allowed", None


def serve(gate: Gate, listen: tuple[str, int], tang: tuple[str, int]) -> ThreadingHTTPServer:
    """Return a server that is bound, not yet running: ``serve_forever``, ``shutdown``.

    Args:
        gate: who decides.
        listen: address and port for machines.
        tang: address and port of Tang, which nobody else may reach.

    Raises:
        CustodyError: nothing can listen there.
    """

    class Handler(_Handler):
        pass

    Handler.gate, Handler.tang = gate, tang
    try:
        return (_Six if ":" in listen[0] else _Four)(listen, Handler)
    except OSError as error:
        raise CustodyError(f"{listen[0]} port {listen[1]}: {error.strerror}") from error


class _Four(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of whoever hangs up or never says what he wants; the others are served."""


class _Six(_Four):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    gate: Gate
    tang: tuple[str, int]
    timeout = SECONDS
    server_version = "tutela"
    sys_version = ""

    def do_GET(self) -> None:
        if _PUBLIC.fullmatch(self.path):
            self._pass("GET", b"")
        else:
            self._say(404, "not found")

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            self._say(400, "no length, too long, or cut")
        elif not _KEY.fullmatch(self.path):
            self._say(404, "not found")
        else:
            try:
                answer = self.gate.asked(_machine(self.client_address[0]))
            except OSError:
                # What cannot be written down does not happen.
                self._say(503, "the journal cannot be written")
                return
            if answer == OPENED:
                self._pass("POST", body)
            else:
                self._say(403, answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what was asked stands in the journal."""

    def _body(self) -> bytes | None:
        said = self.headers.get("Content-Length", "")
        if not (said.isascii() and said.isdigit() and int(said) <= LARGEST):
            return None
        body = self.rfile.read(int(said))
        return body if len(body) == int(said) else None

    def _pass(self, method: str, body: bytes) -> None:
        headers = {"Content-Type": self.headers.get("Content-Type", "application/jwk+json")}
        connection = http.client.HTTPConnection(*self.tang, timeout=SECONDS)
        try:
            connection.request(method, self.path, body or None, headers if body else {})
            answer = connection.getresponse()
            content = answer.read(LARGEST)
            kind = answer.headers.get("Content-Type", "application/octet-stream")
            status = answer.status
        except (OSError, http.client.HTTPException):
            self._say(502, "tang does not answer")
            return
        finally:
            connection.close()
        self._answer(status, content, kind)

    def _say(self, status: int, text: str) -> None:
        self.close_connection = True
        self._answer(status, f"{text}\n".encode(), "text/plain; charset=utf-8")

    def _answer(self, status: int, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _machine(text: str) -> Address:
    """An address as specifications write it: IPv4 within IPv6 is IPv4."""
    found = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found in _MAPPED:
        return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found
