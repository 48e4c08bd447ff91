"""Policies for Kubernetes and Terraform, as checkov judges them, without its online service.

A `.checkov.yaml` can name folders of Python checks: the file counts only with
`--unsafe-trust-repo`.
"""

from collections.abc import Iterator

from blueprints.check.finding import Finding, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.tools.sarif import findings
from blueprints.check.tools.tool import Running

PROGRAM = "checkov"
LOADS_CODE = ""
SAFE_PART = True
LEAVE_OUT = (".checkov.yaml", ".checkov.yml")


def concerns(repo: Repository) -> bool:
    """Where there is an object or a Terraform file."""
    return bool(repo.written) or any(path.endswith((".tf", ".tofu")) for path in repo.files)


def check(repo: Repository, tool: Running) -> Iterator[Finding | NotChecked]:
    """One run over the copy."""
    ran = tool(
        "--directory",
        str(tool.copy),
        "--framework",
        "kubernetes",
        "terraform",
        "--output",
        "sarif",
        "--output-file-path",
        str(tool.scratch),
        "--skip-download",
        "--soft-fail",
        "--quiet",
        "--compact",
    )
    report = tool.scratch / "results_sarif.sarif"
    if not report.exists():
        yield NotChecked("checkov", ran.last_words)
        return
    yield from findings("checkov", report.read_text("utf-8", "replace"), repo, tool.copy)
