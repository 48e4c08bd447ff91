"""Kubernetes objects against published schemas, as kubeconform judges them (it downloads them)."""

import json
from collections.abc import Iterator

from blueprints.check.documents import items, text
from blueprints.check.finding import Finding, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.tools.sarif import in_repository
from blueprints.check.tools.tool import Running

PROGRAM = "kubeconform"
LOADS_CODE = ""
SAFE_PART = True
LEAVE_OUT = ()

_AT_ONCE = 500
"""Files of one run: a command line has an end."""


def concerns(repo: Repository) -> bool:
    """Where there is an object."""
    return bool(repo.written)


def check(repo: Repository, tool: Running) -> Iterator[Finding | NotChecked]:
    """A run for every version that the settings name."""
    files = sorted({one.file for one in repo.written})
    for version in repo.settings.kubernetes:
        for start in range(0, len(files), _AT_ONCE):
            ran = tool(
                "-strict",
                "-output",
                "json",
                "-kubernetes-version",
                f"{version}.0",
                *(str(tool.copy / file) for file in files[start : start + _AT_ONCE]),
            )
            if not ran.out.strip():
                yield NotChecked("kubeconform", ran.last_words)
                return
            yield from _told(json.loads(ran.out), version, repo, tool)


def _told(
    report: object, version: str, repo: Repository, tool: Running
) -> Iterator[Finding | NotChecked]:
    for one in items(report, "resources"):
        status = text(one, "status")
        file = in_repository(text(one, "filename"), repo, tool.copy)
        what = f"{text(one, 'kind')} {text(one, 'name')}".strip()
        words = " ".join(text(one, "msg").split())[:400]
        if status == "statusInvalid":
            yield Finding(file, 0, "kubeconform", f"{what} ({version}): {words}")
        elif status == "statusError":
            yield NotChecked("kubeconform", f"{what} ({version}): {words}", file)
