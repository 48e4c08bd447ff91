"""A Waldur on this machine: the three lists that are read, paged and filtered as Waldur does.

Paths, parameters, the header ``Authorization: Token ..``, ``Link`` with rel="next",
``X-Result-Count`` and the names of fields are those that waldur-api-client 8.1 asks for and
reads; UUIDs have no dashes, as Waldur's serializers write them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

TOKEN = "not-a-real-token-0123456789"
OFFERING = "0f" * 16


@dataclass
class Waldur:
    """What the portal holds; tests change it between two reads."""

    projects: dict[str, dict[str, Any]] = field(default_factory=dict)
    users: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    resources: list[dict[str, Any]] = field(default_factory=list)
    page: int = 2
    """The largest page that this portal gives, whatever is asked for."""
    requests: list[str] = field(default_factory=list)
    fault: str = ""
    """How the portal misbehaves: `short`, `html`, `500`, `redirect`, `no-list`."""
    url: str = ""

    def add(self, uuid: str, name: str, slug: str, **more: Any) -> None:
        self.projects[uuid] = {
            "url": f"{self.url}projects/{uuid}/",
            "uuid": uuid,
            "name": name,
            "slug": slug,
            "customer_name": "An institute",
            "created": "2026-01-01T00:00:00.000000Z",
            "end_date": None,
            "effective_end_date": None,
            "is_removed": False,
            "project_metadata": [],
            "affiliation": None,
            **more,
        }
        self.users.setdefault(uuid, [])

    def join(self, uuid: str, username: str, role: str, until: str | None = None) -> None:
        number = f"{len(self.users[uuid]):032x}"
        self.users[uuid].append(
            {
                "uuid": number,
                "created": "2026-01-01T00:00:00.000000Z",
                "expiration_time": until,
                "role_name": role,
                "role_uuid": "0a" * 16,
                "user_email": f"{username}@example.org",
                "user_full_name": username.title(),
                "user_username": username,
                "user_uuid": number,
                "user_image": None,
                "created_by_full_name": "Somebody",
                "created_by_uuid": "0b" * 16,
            }
        )

    def leave(self, uuid: str, username: str) -> None:
        self.users[uuid] = [one for one in self.users[uuid] if one["user_username"] != username]

    def grant(self, uuid: str, limits: dict[str, float], state: str = "OK") -> None:
        self.resources.append(
            {
                "uuid": f"{len(self.resources):032x}",
                "name": "sandbox",
                "offering_uuid": OFFERING,
                "offering_name": "Sandboxes",
                "project_uuid": uuid,
                "state": state,
                "limits": limits,
            }
        )

    def end(self, uuid: str, day: date) -> None:
        self.projects[uuid]["end_date"] = day.isoformat()
        self.projects[uuid]["effective_end_date"] = day.isoformat()

    def answer(self, path: str, asked: dict[str, list[str]]) -> list[dict[str, Any]] | None:
        if path == "/api/projects/":
            all_of_them = asked.get("include_terminated") == ["true"]
            return [one for one in self.projects.values() if all_of_them or not one["is_removed"]]
        if path == "/api/marketplace-resources/":
            return [
                one
                for one in self.resources
                if one["state"] in asked.get("state", [one["state"]])
                and one["offering_uuid"]
                in [text.replace("-", "") for text in asked.get("offering_uuid", [OFFERING])]
            ]
        parts = path.strip("/").split("/")
        if len(parts) == 4 and parts[:2] == ["api", "projects"] and parts[3] == "list_users":
            return self.users.get(parts[2].replace("-", ""))
        return None


class _Handler(BaseHTTPRequestHandler):
    waldur: Waldur

    def do_GET(self) -> None:
        portal = self.waldur
        portal.requests.append(self.path)
        where = urlsplit(self.path)
        asked = parse_qs(where.query)
        if self.headers.get("Authorization") != f"Token {TOKEN}":
            self._send(401, {"detail": "Invalid token."})
        elif portal.fault == "500":
            self._send(500, {"detail": f"no {TOKEN}"})
        elif portal.fault == "redirect":
            self._send(302, {}, {"Location": "http://127.0.0.1:9/api/projects/"})
        elif portal.fault == "html":
            self._send(200, None)
        elif portal.fault == "no-list":
            self._send(200, [{"uuid": "not-a-uuid"}])
        else:
            entries = portal.answer(where.path, asked)
            if entries is None:
                self._send(404, {"detail": "Not found."})
            else:
                self._page(entries, asked)

    def _page(self, entries: list[dict[str, Any]], asked: dict[str, list[str]]) -> None:
        number = int(asked.get("page", ["1"])[0])
        size = min(int(asked.get("page_size", ["10"])[0]), self.waldur.page)
        first = (number - 1) * size
        headers = {"X-Result-Count": str(len(entries))}
        if first + size < len(entries) and self.waldur.fault != "short":
            following = urlencode({**{k: v for k, v in asked.items()}, "page": number + 1}, True)
            path = urlsplit(self.path).path
            headers["Link"] = (
                f'<{self.waldur.url.removesuffix("/api/")}{path}?{following}>; rel="next"'
            )
        self._send(200, entries[first : first + size], headers)

    def _send(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        raw = b"<html>" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@contextmanager
def running() -> Iterator[Waldur]:
    """A portal with two projects, until the end of the block."""
    portal = Waldur()
    handler = type("Handler", (_Handler,), {"waldur": portal})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        portal.url = f"http://127.0.0.1:{server.server_address[1]}/api/"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield portal
        finally:
            server.shutdown()
            thread.join()
