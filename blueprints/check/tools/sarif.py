"""Reads what a tool says in SARIF: rule, level, file, line and message of each result."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from blueprints.check.documents import at, items, text
from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository

_LEVELS = {"error": Level.ERROR, "warning": Level.WARNING, "note": Level.NOTE, "none": Level.NOTE}


def findings(tool: str, document: str, repo: Repository, copy: Path) -> Iterator[Finding]:
    """Yield a finding for each result, its file as the repository calls it.

    Raises ValueError for what is not SARIF.
    """
    log = json.loads(document)
    if not isinstance(at(log, "runs"), list):
        raise ValueError("no SARIF")
    for run in items(log, "runs"):
        levels = {
            text(rule, "id"): text(rule, "defaultConfiguration", "level")
            for rule in items(run, "tool", "driver", "rules")
        }
        for result in items(run, "results"):
            rule = text(result, "ruleId")
            level = text(result, "level") or levels.get(rule) or "warning"
            place = at(result, "locations", 0, "physicalLocation")
            line = at(place, "region", "startLine")
            words = " ".join(text(result, "message", "text").split())
            yield Finding(
                in_repository(text(place, "artifactLocation", "uri"), repo, copy),
                line if isinstance(line, int) and line > 0 else 0,
                tool,
                f"{rule}: {words[:400]}" if rule else words[:400],
                _LEVELS.get(level, Level.WARNING),
            )


def in_repository(uri: str, repo: Repository, copy: Path) -> str:
    """The path in the repository that a tool means by a path or URI of its copy; "" if none."""
    path = unquote(urlsplit(uri).path) if uri.startswith("file:") else uri
    for one in (path, unquote(path)):
        # Absolute, relative to the copy, or (checkov) to the folder that it lies in.
        for before in (f"{copy}/", "./", "/", f"../{copy.name}/", f"{copy.name}/"):
            plain = one.removeprefix(before)
            if repo.exists(plain):
                return plain
    return ""
