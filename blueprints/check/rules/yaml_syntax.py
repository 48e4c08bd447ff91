"""A YAML file cannot be read, or two programs may read it differently.

Looks at every `.yaml` and `.yml` file that is no template of a Helm chart. Errors: what is not
YAML, not UTF-8, larger than 8 MiB or nested too deep, and a key that stands twice in one mapping
(the first or the last wins, depending on the reader). Warnings: aliases and merge keys (`*name`,
`<<:`), tags (`!name`) and keys that are no text, which tools treat differently; in
`.gitlab-ci.yml` files they are part of the language and let through.

Correct the line; write out what an alias stands for.
"""

from collections.abc import Iterator

from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "yaml-syntax"
LEVEL = Level.ERROR

_MERELY_ODD = {"alias", "merge-key", "tag", "key"}
_HINTS = {
    "duplicate-key": "keep one of them",
    "alias": "write it out",
    "merge-key": "write it out",
    "encoding": "save the file as UTF-8",
}


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield what the parser saw, in the order of files and lines."""
    for path in repo.yaml_files:
        gitlab = path.rpartition("/")[2].startswith(".gitlab-ci") or "/gitlab/" in f"/{path}"
        for problem in repo.problems(path):
            odd = problem.kind in _MERELY_ODD
            if odd and gitlab:
                continue
            yield Finding(
                path,
                problem.line,
                ID,
                visible(problem.message),
                Level.WARNING if odd else LEVEL,
                _HINTS.get(problem.kind, ""),
            )
