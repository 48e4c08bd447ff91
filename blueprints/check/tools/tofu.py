"""OpenTofu files: form by `tofu fmt`, meaning by `tofu validate`.

Validating starts the providers' programs, which the repository chooses, so it needs
`--unsafe-trust-repo`.
"""

from collections.abc import Iterator

from blueprints.check.finding import Finding, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.tools.tool import Running
from blueprints.check.tools.validate import fmt, has_files, validate

PROGRAM = "tofu"
LOADS_CODE = "programs of providers"
SAFE_PART = True
LEAVE_OUT = ()


def concerns(repo: Repository) -> bool:
    """Where there is a file of its language."""
    return has_files(repo, (".tf", ".tofu", ".tfvars"))


def check(repo: Repository, tool: Running) -> Iterator[Finding | NotChecked]:
    """`fmt`; `init` and `validate` of every folder with trust."""
    yield from fmt("tofu", repo, tool)
    if tool.trusted:
        yield from validate("tofu", (".tf", ".tofu"), repo, tool)
