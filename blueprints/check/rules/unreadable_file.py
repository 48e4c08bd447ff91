"""Something in the repository that cannot be looked at.

Looks at what is left out when the repository is read: symbolic links, pipes, sockets and devices,
files over 64 MiB, YAML over 8 MiB, folders nested over 64 deep, more than 200,000 files, what
cannot be opened, and names with control, bidirectional or invisible characters or bytes that are
not UTF-8. What no rule can see may still be deployed: ArgoCD follows links inside a repository,
and a name that a terminal shows wrongly is reviewed wrongly.

To mend it: put the file itself in the place of a link, keep large data outside of Git, and give
files plain names. A folder that a tool made (`.terraform`, `.venv`, `node_modules`) is listed as
not checked.
"""

from collections.abc import Iterator

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.tree import LeftOut, Why
from blueprints.display import visible

ID = "unreadable-file"
LEVEL = Level.ERROR

_HINTS = {
    Why.LINK: "put a copy of the file there",
    Why.LINK_OUT: "remove it: nothing outside of a repository is part of it",
    Why.SPECIAL: "remove it",
    Why.SIZE: "keep large data outside of Git, such as in DVC",
    Why.COUNT: "check a smaller folder",
}


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Runs after the other rules, which may meet files that cannot be opened."""
    for one in repo.left_out:
        if one.why is Why.MACHINE_MADE:
            yield NotChecked(ID, one.message, one.file)
        else:
            yield _finding(one)
    for path in repo.files:
        if visible(path) != path:
            yield Finding(
                path,
                0,
                ID,
                "a name with characters that are not shown, or bytes that are not UTF-8",
                hint="rename it",
            )


def _finding(one: LeftOut) -> Finding:
    level = Level.WARNING if one.why is Why.LINK else Level.ERROR
    return Finding(one.file, 0, ID, one.message, level, _HINTS.get(one.why, ""))
