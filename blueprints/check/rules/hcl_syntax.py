"""An OpenTofu, Terraform or Terragrunt file is not HCL.

Looks at every `.tf`, `.tofu`, `.hcl` and `.tfvars` file with HashiCorp's own parser (the package
`pygohcl`), in this process: nothing is evaluated, no provider is loaded. It refuses what OpenTofu
refuses, such as two arguments in a block of one line or an argument that is set twice. Keys that
stand twice in one object are told too: the last one would win without a word.

Correct the line that the message names; `tofu fmt` shows where it stops.
"""

from collections.abc import Iterator

from blueprints.check.extras import missing
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "hcl-syntax"
LEVEL = Level.ERROR

ENDINGS = (".tf", ".tofu", ".hcl", ".tfvars")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Yield what the parser says, in the order of files."""
    files = [path for path in repo.files if path.endswith(ENDINGS)]
    if not files:
        return
    lacking = missing(ID, "pygohcl")
    yield from lacking
    if lacking:
        return
    from blueprints.check.hcl import of, repeated

    for path in files:
        _, problems = of(repo, path)
        if not problems:
            for line, key, first in repeated(repo.text(path)):
                message = f"key {key} stands twice in one object (first on line {first})"
                yield Finding(path, line, ID, visible(message), LEVEL, "keep one of them")
        for problem in problems:
            yield Finding(path, problem.line, ID, visible(problem.message), LEVEL)
