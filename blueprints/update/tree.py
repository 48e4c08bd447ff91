"""The files of a repository as its people left them; no symbolic link is ever followed."""

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from blueprints.display import visible
from blueprints.errors import ExpectedError

STAGE = ".tutela-update"
"""Where an update prepares itself, in the repository."""

MAX_BYTES = 64 * 1024 * 1024
MAX_OTHERS = 20_000
MAX_OTHER_BYTES = 1024 * 1024
MAX_OTHERS_BYTES = 128 * 1024 * 1024
_NOT_LOOKED_AT = frozenset((".git", ".tutela-base", STAGE))


class UnusableTreeError(ExpectedError):
    """A repository with something in it that an update must not touch or cannot read."""

    kind = "unusable repository"


@dataclass(frozen=True)
class Found:
    """What stands at a path."""

    content: bytes | None
    """None for what is no regular file: a folder, a link, a device."""
    executable: bool = False
    folder: bool = False


@dataclass(frozen=True)
class Folder:
    """A repository on disk."""

    path: Path

    def look(self, name: str) -> Found | None:
        """What stands at a path, None for nothing.

        Raises :class:`UnusableTreeError` where a folder on the way is a symbolic link, and for
        what cannot be read or is larger than 64 MiB.
        """
        if not self._reachable(name):
            return None
        file = self.path / name
        try:
            there = file.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _unreadable(file, error) from error
        if not stat.S_ISREG(there.st_mode):
            return Found(None, folder=stat.S_ISDIR(there.st_mode))
        if there.st_size > MAX_BYTES:
            raise UnusableTreeError(f"{visible(str(file))} is larger than {MAX_BYTES} bytes")
        try:
            number = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
            with open(number, "rb") as stream:
                content = stream.read()
        except OSError as error:
            raise _unreadable(file, error) from error
        return Found(content, bool(there.st_mode & 0o100))

    def _reachable(self, name: str) -> bool:
        """Whether every folder on the way is there; a file in its place is none."""
        here = self.path
        for part in name.split("/")[:-1]:
            here = here / part
            try:
                mode = here.lstat().st_mode
            except (FileNotFoundError, NotADirectoryError):
                return False
            if stat.S_ISLNK(mode):
                raise UnusableTreeError(
                    f"{visible(str(here))} is a symbolic link; an update writes through none",
                    "put a folder in its place",
                )
            if not stat.S_ISDIR(mode):
                return False
        return True

    def blocked(self, name: str, gone: Collection[str]) -> str:
        """What stands where a file needs a folder, or the other way; "" for nothing.

        Files in `gone` count as not there.
        """
        parts = name.split("/")
        for length in range(1, len(parts)):
            parent = "/".join(parts[:length])
            file = self.path / parent
            if parent not in gone and os.path.lexists(file) and not file.is_dir():
                return parent
        folder = self.path / name
        if folder.is_dir() and not folder.is_symlink():
            for below, folders, files in os.walk(folder):
                for one in (*files, *(f for f in folders if (Path(below) / f).is_symlink())):
                    path = (Path(below) / one).relative_to(self.path).as_posix()
                    if path not in gone:
                        return path
        return ""

    def others(self, known: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Regular files whose paths are not known, of at most 1 MiB each; sorted.

        No more than 20,000 of them, nor than 128 MiB in all.
        """
        left, room = MAX_OTHERS, MAX_OTHERS_BYTES
        for below, folders, files in os.walk(self.path):
            folders[:] = sorted(name for name in folders if name not in _NOT_LOOKED_AT)
            for name in sorted(files):
                file = Path(below) / name
                path = file.relative_to(self.path).as_posix()
                if path in known or left == 0 or room <= 0:
                    continue
                there = file.lstat()
                if stat.S_ISREG(there.st_mode) and 0 < there.st_size <= MAX_OTHER_BYTES:
                    left, room = left - 1, room - there.st_size
                    found = self.look(path)
                    if found and found.content is not None:
                        yield path, found.content


def _unreadable(file: Path, error: OSError) -> UnusableTreeError:
    return UnusableTreeError(f"cannot read {visible(str(file))}: {error.strerror}")
