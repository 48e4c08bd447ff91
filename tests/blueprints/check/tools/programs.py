"""Programs of tests: real ones where they are installed, else scripts that print what a tool's
documentation or an earlier run of it shows."""

import json
import os
import sys
from pathlib import Path

from blueprints.check.finding import Finding, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.tools.tool import tool, use

SYSTEM = "/usr/bin:/bin"


def program(folder: Path, name: str, script: str) -> str:
    """Write a shell script of this name; the search path that finds it first is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return f"{folder}:{SYSTEM}"


def used(
    name: str, repo: Repository, path: str, *, trusted: bool = False
) -> tuple[list[Finding], list[NotChecked]]:
    """What a tool says."""
    told = list(use(tool(name), repo, path, trusted=trusted))
    return (
        [one for one in told if isinstance(one, Finding)],
        [one for one in told if isinstance(one, NotChecked)],
    )


def sarif(rule: str, uri: str, line: int, message: str, level: str = "error") -> str:
    """One result as tools write it."""
    place = {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}
    result = {
        "ruleId": rule,
        "level": level,
        "message": {"text": message},
        "locations": [{"physicalLocation": place}],
    }
    return json.dumps({"version": "2.1.0", "runs": [{"results": [result]}]})


def installed() -> str:
    """The search path of the real tools, which `make test-real` puts into venvs of their own."""
    venvs = [Path(sys.prefix, name, "bin") for name in ("tools", "checkov")]
    return os.pathsep.join((*map(str, venvs), os.environ["PATH"]))
