"""A line of CODEOWNERS names nobody, or nothing.

Looks at `CODEOWNERS` (at the top, in `.github`, `.gitea`, `.gitlab`, `docs`): every line has
owners of the form `@name`, `@organisation/team` or an address, its pattern fits at least one file,
and it is not a pattern that code hosts do not read (`!`). GitLab's sections are understood.

A line that means nothing asks nobody for a review. Correct it, or remove it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "code-owners"
LEVEL = Level.ERROR

_PLACES = ("", ".github/", ".gitea/", ".forgejo/", ".gitlab/", "docs/")
_OWNER = re.compile(r"@[A-Za-z0-9][\w.-]*(/[\w.-]+)*|@@[a-z]+|[^@\s]+@[^@\s]+\.[^@\s]+")
_SECTION = re.compile(r"\^?\[[^\]]+\](\[\d+\])?(\s+.*)?")
_MOST_BYTES = 3 << 20


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield what is wrong, line by line."""
    for place in _PLACES:
        path = f"{place}CODEOWNERS"
        if repo.exists(path) and repo.size(path) <= _MOST_BYTES:
            yield from _file(repo, path)


def _file(repo: Repository, path: str) -> Iterator[Finding]:
    section_owners = False
    for number, line in enumerate(repo.text(path).split("\n"), 1):
        stripped = re.sub(r"(^|\s)#.*", "", line).strip()
        if not stripped:
            continue
        if _SECTION.fullmatch(stripped):
            section_owners = len(stripped.rpartition("]")[2].split()) > 0
            continue
        words = re.split(r"(?<!\\)\s+", stripped)
        pattern, owners = words[0].replace("\\ ", " "), words[1:]
        for owner in owners:
            if not _OWNER.fullmatch(owner):
                message = f"{owner} is no owner: write @name, @organisation/team or an address"
                yield _finding(path, number, message)
        if not owners and not section_owners:
            yield _finding(path, number, f"{pattern} has no owner")
        if pattern.startswith("!"):
            yield _finding(path, number, f"{pattern}: code hosts do not read ! here")
        elif not _fits(pattern, repo):
            yield _finding(path, number, f"{pattern} fits no file of the repository")


def _finding(path: str, line: int, message: str) -> Finding:
    return Finding(path, line, ID, visible(message), LEVEL)


def _fits(pattern: str, repo: Repository) -> bool:
    expression = _expression(pattern)
    return any(expression.match(path) for path in repo.files)


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> re.Pattern[str]:
    """The files that a pattern means, with the rules of .gitignore that code hosts use."""
    anchored = "/" in pattern.rstrip("/")
    body = re.sub(r"\*{3,}", "**", pattern.strip("/"))
    parts = re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?)", body[:500])
    meant = {"**/": "(?:[^/]+/)*", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    text = "".join(meant.get(part, re.escape(part)) for part in parts)
    start = "" if anchored or pattern.startswith("/") else "(?:.*/)?"
    end = "/.*$" if pattern.endswith("/") else "(?:/.*)?$"
    return re.compile(f"{start}{text}{end}")
