"""A line of CODEOWNERS names nobody, or nothing.

Looks at `CODEOWNERS` (at the top, in `.github`, `.gitea`, `.gitlab`, `docs`): every line has
owners of the form `@name`, `@organisation/team` or an address, its pattern fits at least one file,
and it is not a pattern that code hosts do not read (`!`). GitLab's sections are understood.

A line that means nothing asks nobody for a review. Correct it, or remove it.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

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
_LONGEST = 500
"""Characters of a pattern that are looked at."""


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
    """Whether a pattern, with the rules of .gitignore that code hosts use, means some file."""
    parts = tuple(part for part in pattern[:_LONGEST].split("/") if part)
    if not any(char in pattern for char in "*?"):
        path = "/".join(parts)
        if pattern.startswith("/") or len(parts) > 1:
            return repo.is_dir(path) or (repo.exists(path) and not pattern.endswith("/"))
    if not (pattern.startswith("/") or len(parts) > 1):
        parts = ("**", *parts)
    folder = pattern.endswith("/")
    return any(_means(parts, path.split("/"), folder) for path in repo.files)


def _means(parts: tuple[str, ...], names: list[str], folder: bool) -> bool:
    """Whether ``parts`` mean a path or a folder that it is in; linear in both but for `**`."""
    reached = {0}
    for number, name in enumerate(names):
        after = set()
        for at in reached:
            # `**` stands for any number of folders, none too.
            while at < len(parts) and parts[at] == "**":
                after.add(at)
                at += 1
            if at < len(parts) and fnmatchcase(name, parts[at].replace("[", "[[]")):
                after.add(at + 1)
        inside = number < len(names) - 1
        if len(parts) in after and (inside or not folder):
            return True
        reached = after
    return bool(parts) and parts[-1] == "**" and len(parts) - 1 in reached
