"""Which refs of a repository an entry means."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from blueprints.formats.git.repository import Ref

ALL = "*"


def chosen(refs: Iterable[Ref], globs: Iterable[str]) -> list[Ref]:
    """Return the refs that any of the globs matches, by their whole names.

    `*` means what somebody published or works on: all under `refs/` but stashes, and none of the
    heads of a worktree (`HEAD`, `MERGE_HEAD`), which go without a trace. A glob that names those
    does take them.
    """
    patterns = list(globs)
    return [ref for ref in refs if any(_means(pattern, ref.name) for pattern in patterns)]


def _means(pattern: str, name: str) -> bool:
    if pattern == ALL:
        return name.startswith("refs/") and not name.startswith("refs/stash")
    return fnmatchcase(name, pattern)
