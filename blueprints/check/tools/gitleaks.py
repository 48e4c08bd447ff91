"""Secrets in files, by the patterns of gitleaks; values are redacted.

Of the repository, its `.gitleaks.toml`, `.gitleaksignore` and `gitleaks:allow` comments count only
with `--unsafe-trust-repo`. Git is not run: the history is searched by the rule `secret`.
"""

from collections.abc import Iterator

from blueprints.check.finding import Finding, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.tools.sarif import findings
from blueprints.check.tools.tool import Running

PROGRAM = "gitleaks"
LOADS_CODE = ""
SAFE_PART = True
LEAVE_OUT = (".gitleaks.toml", ".gitleaksignore")


def concerns(repo: Repository) -> bool:
    """Every repository."""
    return True


def check(repo: Repository, tool: Running) -> Iterator[Finding | NotChecked]:
    """One run over the copy."""
    report = tool.scratch / "report.sarif"
    options = [] if tool.trusted else ["--ignore-gitleaks-allow"]
    ran = tool(
        "dir",
        "--no-banner",
        "--redact",
        *options,
        "--exit-code=0",
        "--report-format=sarif",
        f"--report-path={report}",
        str(tool.copy),
    )
    if not report.exists():
        yield NotChecked("gitleaks", ran.last_words)
        return
    yield from findings("gitleaks", report.read_text("utf-8", "replace"), repo, tool.copy)
