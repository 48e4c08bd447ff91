"""ArgoCD Applications, projects and their sources, as argocd-source-lint judges them."""

from collections.abc import Iterator

from blueprints.check.finding import Finding, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.tools.sarif import findings
from blueprints.check.tools.tool import Running

PROGRAM = "argocd-source-lint"
LOADS_CODE = ""
SAFE_PART = True
LEAVE_OUT = (".argocd-source-lint-baseline.json", ".argocd-source-lint.yaml")


def concerns(repo: Repository) -> bool:
    """Where there is an object of ArgoCD's."""
    return any(one.group == "argoproj.io" for one in repo.written)


def check(repo: Repository, tool: Running) -> Iterator[Finding | NotChecked]:
    """One run over the copy."""
    report = tool.scratch / "report.sarif"
    ran = tool("--format", "sarif", "--output", str(report), str(tool.copy))
    if not report.exists():
        yield NotChecked("argocd-source-lint", ran.last_words)
        return
    yield from findings("argocd-source-lint", report.read_text("utf-8", "replace"), repo, tool.copy)
