"""Ansible playbooks and roles, as ansible-lint judges them.

It loads rule folders, plugins and collections that a repository names, so it needs
`--unsafe-trust-repo`.
"""

from collections.abc import Iterator

from blueprints.check.finding import Finding, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.tools.sarif import findings
from blueprints.check.tools.tool import Running

PROGRAM = "ansible-lint"
LOADS_CODE = "rule folders, plugins, collections"
SAFE_PART = False
LEAVE_OUT = ()

_SIGNS = ("playbook", "playbooks", "roles", "tasks", "handlers", "ansible")


def concerns(repo: Repository) -> bool:
    """Where a file or folder is called as Ansible's are."""
    return any(
        part.removesuffix(".yaml").removesuffix(".yml") in _SIGNS or part.startswith(".ansible")
        for path in repo.files
        for part in path.split("/")
    )


def check(repo: Repository, tool: Running) -> Iterator[Finding | NotChecked]:
    """One run in the copy, without network."""
    report = tool.scratch / "report.sarif"
    ran = tool("--offline", "--nocolor", "-q", "--sarif-file", str(report), inside=True)
    if not report.exists():
        yield NotChecked("ansible-lint", ran.last_words)
        return
    yield from findings("ansible-lint", report.read_text("utf-8", "replace"), repo, tool.copy)
