"""Terragrunt files, as `terragrunt hcl validate` judges them.

Reading them runs what `run_cmd` names, so it needs `--unsafe-trust-repo`.
"""

import json
from collections.abc import Iterator

from blueprints.check.documents import at, text
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.tools.sarif import in_repository
from blueprints.check.tools.tool import Running

PROGRAM = "terragrunt"
LOADS_CODE = "run_cmd"
SAFE_PART = False
LEAVE_OUT = ()


def concerns(repo: Repository) -> bool:
    """Where there is a `terragrunt.hcl` or `root.hcl`."""
    return any(
        path.rpartition("/")[2] in ("terragrunt.hcl", "root.hcl", "terragrunt.stack.hcl")
        for path in repo.files
    )


def check(repo: Repository, tool: Running) -> Iterator[Finding | NotChecked]:
    """One run in the copy."""
    ran = tool("hcl", "validate", "--json", "--non-interactive", inside=True)
    if not ran.out.strip() and ran.code:
        yield NotChecked("terragrunt", ran.last_words)
        return
    told = json.loads(ran.out) if ran.out.strip() else []
    for one in told if isinstance(told, list) else []:
        line = at(one, "range", "start", "line")
        words = f"{text(one, 'summary')}: {' '.join(text(one, 'detail').split())}"
        level = Level.ERROR if text(one, "severity") == "error" else Level.WARNING
        file = in_repository(text(one, "range", "filename"), repo, tool.copy)
        yield Finding(file, line if isinstance(line, int) else 0, "terragrunt", words[:400], level)
