"""Whether all of a Git repository is committed; no hook, filter or monitor of it is run."""

import os
from pathlib import Path

from dulwich.index import get_unstaged_changes
from dulwich.objects import Commit
from dulwich.repo import Repo

from blueprints.errors import ExpectedError


def uncommitted(folder: Path) -> str | None:
    """A tracked file that differs from the last commit, in the Git repository around ``folder``.

    None where everything tracked is committed, and where there is no Git repository. Raises
    ExpectedError where that cannot be told.
    """
    top = next((one for one in [folder, *folder.parents] if (one / ".git").exists()), None)
    return None if top is None else _first_change(top)


def _first_change(top: Path) -> str | None:
    try:
        with Repo(os.fspath(top)) as repo:
            index = repo.open_index()
            try:
                commit = repo[repo.head()]
            except KeyError:
                commit = None  # none yet: whatever is in the index was added
            tree = commit.tree if isinstance(commit, Commit) else None
            for (old, new), _, _ in index.changes_from_tree(repo.object_store, tree):
                return os.fsdecode(new or old or b"")
            for path in get_unstaged_changes(index, os.fspath(top)):
                return os.fsdecode(path)
    except Exception as error:
        # dulwich asserts, and slips on what it did not expect; nothing is concluded from that.
        raise ExpectedError(
            f"cannot tell whether the Git repository {top} has uncommitted changes: {error}",
            f"git -C {top} status",
        ) from error
    return None
