"""Git repositories, written with dulwich: Git itself is not needed to look at the demo."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from dulwich.config import StackedConfig
from dulwich.index import commit_tree
from dulwich.objects import Blob, Commit, ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo

MAIN = "refs/heads/main"
_AUTHOR = b"Ada <ada@example.org>"
_FILE = 0o100644


class Repository:
    """One repository with a branch `main`; nothing of the user's own configuration is read.

    The same commits give the same names in every demo of the same time.
    """

    def __init__(self, path: Path) -> None:
        """Make an empty one in the folder `path`, which must not be there yet."""
        self.path = path
        self._nothing = StackedConfig([])
        path.parent.mkdir(parents=True, exist_ok=True)
        self._repo = Repo.init(str(path), mkdir=True, config=self._nothing, default_branch=b"main")

    def commit(
        self,
        message: str,
        files: Mapping[str, bytes],
        when: datetime,
        *,
        ref: str = MAIN,
        parents: Sequence[str] = (),
    ) -> str:
        """Commit these files, and no others; `ref` then stands for the commit, which is returned.

        A tag is a light one: `ref="refs/tags/v1"`.
        """
        entries: list[tuple[bytes, ObjectID, int]] = []
        for name, content in sorted(files.items()):
            blob = Blob.from_string(content)
            self._repo.object_store.add_object(blob)
            entries.append((name.encode(), blob.id, _FILE))
        commit = Commit()
        commit.tree = commit_tree(self._repo.object_store, entries)
        commit.parents = [ObjectID(parent.encode()) for parent in parents]
        commit.author = commit.committer = _AUTHOR
        commit.author_time = commit.commit_time = int(when.timestamp())
        commit.author_timezone = commit.commit_timezone = 0
        commit.encoding = b"UTF-8"
        commit.message = message.encode() + b"\n"
        self._repo.object_store.add_object(commit)
        self._repo.refs[Ref(ref.encode())] = commit.id
        return commit.id.decode()

    def check_out(self) -> None:
        """Put the files of `main` on disk, as after a clone, and close the repository."""
        self._repo.get_worktree().reset_index(config=self._nothing)
        self._repo.close()
