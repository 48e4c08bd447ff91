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

_FOLDERS = {"ansible", "playbooks", "roles", "tasks", "handlers"}
_FILES = {"playbook.yaml", "playbook.yml", "site.yaml", "site.yml", "ansible.cfg"}


def concerns(repo: Repository) -> bool:
    """Where a file or folder is called as Ansible's are."""
    for path in repo.files:
        *folders, name = path.split("/")
        if name in _FILES or name.startswith(".ansible-lint") or _FOLDERS.intersection(folders):
            return True
    return False


def check(repo: Repository, tool: Running) -> Iterator[Finding | NotChecked]:
    """One run in the copy, without network."""
    report = tool.scratch / "report.sarif"
    ran = tool("--offline", "--nocolor", "-q", "--sarif-file", str(report), inside=True)
    if not report.exists():
        yield NotChecked("ansible-lint", ran.last_words)
        return
    yield from findings("ansible-lint", report.read_text("utf-8", "replace"), repo, tool.copy)
