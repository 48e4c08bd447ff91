"""Workspaces and scans for the catalogue's tests: real stores, the real program."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from governance.catalog.scan import Scanned, scan
from governance.workspace.config import StoreConfig
from governance.workspace.workspace import Workspace
from tests.program import Ran

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def quiet(text: str) -> None:
    """Nobody waits."""


def scanned(
    workspace: Workspace, *sources: str, endpoint: str | None = None, hours: int = 0
) -> Scanned:
    """Scan in this process, some hours after NOON."""
    given = StoreConfig() if endpoint is None else StoreConfig(endpoint=endpoint)
    return scan(
        workspace,
        sources,
        given,
        now=NOON + timedelta(hours=hours),
        cwd=workspace.folder.parent,
        progress=quiet,
    )


def result(ran: Ran) -> dict[str, object]:
    """What a command printed with `--json`."""
    found = json.loads(ran.out)
    assert isinstance(found, dict)
    return found


def command(words: list[str]) -> list[str]:
    """The program as a process of its own."""
    return [sys.executable, "-m", "tutela", *words]


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """This environment with the code's own folder in front, whatever the current one is."""
    here = str(Path(__file__).parents[3])
    return {**os.environ, "PYTHONPATH": here, **more}
