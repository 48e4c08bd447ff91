"""What of a folder Git has not yet: read from Git's own files, nothing of the repository is run.

`git status` runs what a repository's configuration names (core.fsmonitor, filters); this reads
the index, the tree of HEAD and the files, and no configuration at all. Made for one question: is
there something that an update could overwrite and Git could not bring back?
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dulwich.index import ConflictedIndexEntry, Index, IndexEntry

from blueprints.errors import ExpectedError
from blueprints.formats.git.repository import open_repository

_MAX_SMALL = 64 * 1024
_MAX_INDEX = 1024 * 1024 * 1024
_LINK = 0o120000
_GITLINK = 0o160000


class UnreadableGitError(ExpectedError):
    """A Git repository whose state cannot be told."""

    kind = "unreadable git"


@dataclass(frozen=True)
class Repository:
    """Where Git keeps a folder."""

    top: Path
    """The checked out folder."""
    private: Path
    """HEAD and the index; of a linked work tree its own."""


def find(folder: Path) -> Repository | None:
    """The Git repository that a folder lies in; raises :class:`UnreadableGitError`."""
    folder = folder.resolve()
    for top in (folder, *folder.parents):
        git = top / ".git"
        if git.is_dir():
            return Repository(top, git)
        if git.is_file():
            said = _small(git).strip()
            if not said.startswith("gitdir: "):
                raise UnreadableGitError(f"{git} is no Git folder")
            private = (top / said.removeprefix("gitdir: ")).resolve()
            return Repository(top, private)
    return None


def uncommitted(folder: Path) -> list[str]:
    """Tracked files below `folder` that differ from HEAD, in the index or on disk; sorted.

    Files that Git does not track are not named: see :func:`untracked`. Empty outside of Git.
    Raises :class:`UnreadableGitError` where it cannot be told.
    """
    repository = find(folder)
    if repository is None:
        return []
    prefix = _prefix(repository, folder)
    try:
        committed = dict(_head(repository, prefix))
        index = _index(repository)
        changed = set(_staged(committed, index, prefix)) | set(_edited(repository, index, prefix))
    except UnreadableGitError:
        raise
    except Exception as error:
        # dulwich's own errors have no common base; all of them mean the same.
        raise _unreadable(repository, error) from error
    return sorted(os.fsdecode(path)[len(prefix) :] for path in changed)


def untracked(folder: Path, paths: Iterable[str]) -> list[str]:
    """Those of `paths` (below `folder`) that exist and Git does not track; none outside of Git."""
    repository = find(folder)
    if repository is None:
        return []
    prefix = _prefix(repository, folder)
    try:
        index = _index(repository)
    except UnreadableGitError:
        raise
    except Exception as error:
        raise _unreadable(repository, error) from error
    return [
        path
        for path in paths
        if os.fsencode(prefix + path) not in index and os.path.lexists(folder / path)
    ]


def _unreadable(repository: Repository, why: Exception | None = None) -> UnreadableGitError:
    said = f": {why}" if isinstance(why, ExpectedError) else ""
    return UnreadableGitError(
        f"cannot tell whether {repository.top} has changes that Git does not have{said}",
        f"git -C {repository.top} status",
    )


def _prefix(repository: Repository, folder: Path) -> str:
    inside = folder.resolve().relative_to(repository.top).as_posix()
    return "" if inside == "." else f"{inside}/"


def _small(file: Path) -> str:
    # A pipe or device in its place would hang the reader.
    if not stat.S_ISREG(file.stat().st_mode) or file.stat().st_size > _MAX_SMALL:
        raise UnreadableGitError(f"{file} is no file of Git")
    return file.read_text(encoding="utf-8", errors="surrogateescape")


def _index(repository: Repository) -> Index:
    file = repository.private / "index"
    if file.exists():
        there = file.stat()
        if not stat.S_ISREG(there.st_mode) or there.st_size > _MAX_INDEX:
            raise UnreadableGitError(f"{file} is no index of Git")
    return Index(file)


def _head(repository: Repository, prefix: str) -> Iterator[tuple[bytes, tuple[bool, bytes]]]:
    """Path, whether it is a link, and id of every file of HEAD below the prefix.

    None before the first commit.
    """
    with open_repository(repository.top) as opened:
        head = next((ref for ref in opened.refs() if ref.name == "HEAD"), None)
        if head is None or head.commit is None:
            if (head is None or head.problem is None) and not opened.problems:
                return
            raise _unreadable(repository)
        commit = opened.commit(head.commit)
        start = os.fsencode(prefix)
        if commit is not None:
            for file in opened.finder(lambda _folder, _name: True).files(commit.tree):
                if file.path.startswith(start):
                    yield file.path, (file.link, file.blob.encode())
        if opened.problems:
            raise _unreadable(repository)


def _staged(
    committed: dict[bytes, tuple[bool, bytes]], index: Index, prefix: str
) -> Iterator[bytes]:
    start = os.fsencode(prefix)
    staged: set[bytes] = set()
    for path, entry in index.items():
        if not path.startswith(start):
            continue
        staged.add(path)
        if isinstance(entry, ConflictedIndexEntry):
            yield path
            continue
        here = entry.mode == _LINK, entry.sha
        if entry.mode != _GITLINK and committed.get(path) != here:
            yield path
    yield from committed.keys() - staged


def _edited(repository: Repository, index: Index, prefix: str) -> Iterator[bytes]:
    start = os.fsencode(prefix)
    top = os.fsencode(repository.top)
    for path, entry in index.items():
        if not path.startswith(start) or isinstance(entry, ConflictedIndexEntry):
            continue
        # Left out of a sparse checkout: it is not there because Git did not write it.
        if not entry.extended_flags & 0x4000 and _differs(os.path.join(top, path), entry):
            yield path


def _differs(file: bytes, entry: IndexEntry) -> bool:
    try:
        there = os.lstat(file)
    except (FileNotFoundError, NotADirectoryError):
        return entry.mode != _GITLINK
    if entry.mode == _GITLINK:
        return False  # another repository; nothing of it is ours
    if entry.mode == _LINK:
        return not stat.S_ISLNK(there.st_mode) or _blob(os.readlink(file)) != entry.sha
    if not stat.S_ISREG(there.st_mode):
        return True
    if bool(there.st_mode & 0o100) != bool(entry.mode & 0o100):
        return True
    with open(file, "rb") as stream:
        content = stream.read()
    # A checkout may have turned line ends; Git does not take that for a change.
    return entry.sha not in (_blob(content), _blob(content.replace(b"\r\n", b"\n")))


def _blob(content: bytes) -> bytes:
    header = b"blob %d\0" % len(content)
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest().encode()
