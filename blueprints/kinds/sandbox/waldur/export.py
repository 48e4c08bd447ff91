"""A portal's answers as a file: ``{"schema": "tutela/waldur/v1", "projects": [..]}``.

Each project is what the API says of it, with its ``users`` (``list_users``) and ``resources``
(``marketplace-resources``) inside.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from blueprints.errors import ExpectedError
from blueprints.kinds.sandbox.waldur.portal import Portal, PortalError, PortalProject, project

SCHEMA = "tutela/waldur/v1"
MAX_BYTES = 64 * 1024 * 1024


def read(file: Path) -> Portal:
    """The export in `file`; raises :class:`PortalError` naming the file."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ExpectedError(f"cannot read {file}: {error.strerror}") from error
    if len(raw) > MAX_BYTES:
        raise PortalError(f"{file} is larger than {MAX_BYTES // 1024 // 1024} MiB")
    try:
        return parse(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise PortalError(f"{file} is no JSON: {error}") from error
    except PortalError as error:
        raise PortalError(f"{file}: {error}") from error


def parse(said: object) -> Portal:
    """The value of an export; also a bare list of projects."""
    if isinstance(said, Mapping):
        if said.get("schema") != SCHEMA:
            raise PortalError(f'needs "schema": "{SCHEMA}"')
        said = said.get("projects")
    if not isinstance(said, list):
        raise PortalError("has no list of projects")
    return Portal(tuple(_project(one) for one in said))


def _project(said: object) -> PortalProject:
    if not isinstance(said, Mapping):
        raise PortalError("a project is no mapping")
    return project(said, _inside(said, "users"), _inside(said, "resources"))


def _inside(said: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    entries = said.get(key)
    if not isinstance(entries, list) or not all(isinstance(one, Mapping) for one in entries):
        # Nobody in a project and nothing said about it are not the same.
        raise PortalError(f"a project has no list of {key}")
    return entries
