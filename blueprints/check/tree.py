"""Lists the files of a folder that somebody else filled, and opens them: regular files only.

No symbolic link is followed, no pipe waited for, no device read; what is left out is said.
"""

import os
import stat
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

MOST_FILES = 200_000
MOST_BYTES = 64 << 20
"""Of one file."""
MOST_FOLDERS = 100_000
DEEPEST = 64

_NEVER = ".git"
_NEVER_AT_THE_TOP = {".tutela-base", ".tutela-update"}
"""The base of updates, and what an update that was killed left: no part of what is judged."""
MACHINE_MADE = {
    ".hypothesis",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".terraform",
    ".terragrunt-cache",
    ".venv",
    "__pycache__",
    "node_modules",
}
"""What tools put beside the files of a repository and Git is told to ignore."""


class Why(StrEnum):
    """Why something of a repository is not looked at."""

    LINK = "symbolic link"
    LINK_OUT = "symbolic link out of the repository"
    SPECIAL = "no regular file"
    SIZE = "too large"
    COUNT = "too many files"
    DEPTH = "nested too deep"
    UNREADABLE = "cannot be read"
    MACHINE_MADE = "made by a tool"


@dataclass(frozen=True, order=True)
class LeftOut:
    """A file or folder that is there and that no rule sees."""

    file: str
    why: Why
    message: str
    """Lower case, no full stop."""


@dataclass
class Tree:
    """What a folder holds: paths relative to it, with `/`. Names that are not UTF-8 have
    surrogates, as everywhere in Python."""

    files: dict[str, int] = field(default_factory=dict)
    """Path to bytes, sorted by path."""
    folders: set[str] = field(default_factory=set)
    """Without the top."""
    executables: set[str] = field(default_factory=set)
    left_out: list[LeftOut] = field(default_factory=list)


def list_tree(top: Path) -> Tree:
    """Walk a folder without following anything out of it. Raises OSError for `top` itself."""
    tree = Tree()
    found: dict[str, int] = {}
    waiting = [("", 0)]
    entered = 0
    while waiting:
        within, depth = waiting.pop()
        try:
            with os.scandir(top / within if within else top) as entries:
                for entry in entries:
                    path = within + entry.name
                    if entry.name == _NEVER or path in _NEVER_AT_THE_TOP:
                        continue
                    if len(found) >= MOST_FILES or len(tree.folders) >= MOST_FOLDERS:
                        tree.left_out.append(
                            LeftOut(
                                "",
                                Why.COUNT,
                                f"more than {MOST_FILES:,} files or "
                                f"{MOST_FOLDERS:,} folders; the others were not looked at",
                            )
                        )
                        waiting.clear()
                        break
                    _enter(tree, found, waiting, top, path, entry, depth)
        except OSError as error:
            if not within:
                raise
            _leave(tree, within.rstrip("/"), Why.UNREADABLE, error.strerror or "cannot be listed")
        entered += 1
    tree.files = dict(sorted(found.items()))
    return tree


def _enter(
    tree: Tree,
    found: dict[str, int],
    waiting: list[tuple[str, int]],
    top: Path,
    path: str,
    entry: "os.DirEntry[str]",
    depth: int,
) -> None:
    info = entry.stat(follow_symlinks=False)
    mode = info.st_mode
    if stat.S_ISREG(mode):
        if info.st_size > MOST_BYTES:
            _leave(tree, path, Why.SIZE, f"larger than {MOST_BYTES >> 20} MiB")
            return
        found[path] = info.st_size
        if mode & stat.S_IXUSR:
            tree.executables.add(path)
    elif stat.S_ISDIR(mode):
        if entry.name in MACHINE_MADE:
            _leave(tree, path, Why.MACHINE_MADE, "made by a tool; not looked at")
        elif depth >= DEEPEST:
            _leave(tree, path, Why.DEPTH, f"nested deeper than {DEEPEST} folders")
        else:
            tree.folders.add(path)
            waiting.append((f"{path}/", depth + 1))
    elif stat.S_ISLNK(mode):
        if _leads_out(top, path):
            _leave(tree, path, Why.LINK_OUT, "a symbolic link that leads out of the repository")
        else:
            _leave(tree, path, Why.LINK, "a symbolic link, which is not followed")
    else:
        _leave(tree, path, Why.SPECIAL, "a pipe, socket or device")


def _leave(tree: Tree, path: str, why: Why, message: str) -> None:
    tree.left_out.append(LeftOut(path, why, message))


def _leads_out(top: Path, path: str) -> bool:
    """Whether the text of a link names a place outside; the target is not looked at."""
    try:
        target = os.readlink(top / path)
    except OSError:
        return True
    if target.startswith("/"):
        return True
    joined = os.path.normpath(os.path.join(os.path.dirname(path) or ".", target))
    return joined == ".." or joined.startswith("../")


def read_file(path: Path) -> bytes:
    """The bytes of a regular file of at most `MOST_BYTES`. Raises OSError."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW
    descriptor = os.open(path, flags)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "is no regular file")
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise OSError(0, f"is larger than {MOST_BYTES >> 20} MiB")
    return data
