"""ArgoCD Applications, projects and their sources, as argocd-source-lint judges them.

It asks Git for the address of the repository, to know which sources lie in it. The copy that it
works on has a Git folder with that address and nothing else, taken from `repositories` of the
settings; sources with another address are out of its scope and listed as not checked.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from blueprints.check.charts import joined
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.tools.sarif import findings
from blueprints.check.tools.tool import Running

PROGRAM = "argocd-source-lint"
LOADS_CODE = ""
SAFE_PART = True
LEAVE_OUT = (".argocd-source-lint-baseline.json", ".argocd-source-lint.yaml")

_ADDRESS = re.compile(r"[A-Za-z0-9:/@._~+-]+")
_OUT_OF_SCOPE = "(external repo): out of scope"
_NO_COMMIT = "missing from the local checkout"


def concerns(repo: Repository) -> bool:
    """Where there is an object of ArgoCD's."""
    return any(one.group == "argoproj.io" for one in repo.written)


def check(repo: Repository, tool: Running) -> Iterator[Finding | NotChecked]:
    """One run over the copy."""
    _git_folder(repo, tool.copy)
    report = tool.scratch / "report.sarif"
    ran = tool("--format", "sarif", "--output", str(report), str(tool.copy))
    if not report.exists():
        yield NotChecked("argocd-source-lint", ran.last_words)
        return
    log = report.read_text("utf-8", "replace")
    for one in findings("argocd-source-lint", log, repo, tool.copy):
        if one.level is Level.NOTE and _OUT_OF_SCOPE in one.message:
            yield NotChecked("argocd-source-lint", "its source is another repository", one.file)
        elif _NO_COMMIT in one.message:
            reason = "whether its path is there: the copy has no commits (argocd-phantom-path)"
            yield NotChecked("argocd-source-lint", reason, one.file)
        else:
            yield one


def _git_folder(repo: Repository, copy: Path) -> None:
    """What `git remote get-url origin` needs, written here: nothing of the repository's own."""
    for address, folder in repo.settings.repositories.items():
        if joined("", folder) == "" and _ADDRESS.fullmatch(address):
            git = copy / ".git"
            (git / "objects").mkdir(parents=True)
            (git / "refs").mkdir()
            (git / "HEAD").write_text("ref: refs/heads/main\n")
            (git / "config").write_text(
                "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"
                f'[remote "origin"]\n\turl = {address}\n'
            )
            return
