"""What lies in a folder and can hold a secret: files, names, links, and repositories of Git."""

import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias

from blueprints.formats.git.plain import open_plain
from tce.canary.streams import Data

Kind: TypeAlias = Literal[
    "repository", "history", "plan", "state", "bundle", "log", "ledger", "crash report"
]
IN_MEMORY = 64 << 20
"""Bytes; larger files are mapped."""
_OBJECTS = "objects"
_ENDINGS: dict[str, Kind] = {
    ".tfstate": "state",
    ".tfstate.backup": "state",
    ".tfplan": "plan",
    ".log": "log",
    ".dmp": "crash report",
    ".core": "crash report",
    ".tar": "bundle",
    ".tgz": "bundle",
    ".zip": "bundle",
    ".zst": "bundle",
    ".gz": "bundle",
    ".bundle": "bundle",
}
_NAMES: dict[str, Kind] = {"plan": "plan", "core": "crash report", "ledger": "ledger"}


@dataclass(frozen=True)
class File:
    """A file, by its path as it was found."""

    path: Path
    kind: Kind
    link: bool = False
    """A symbolic link: where it leads is its content; it is not followed."""


@dataclass(frozen=True)
class Git:
    """A repository: its objects are searched, and each of its other files is a file."""

    path: Path


@dataclass(frozen=True)
class Unread:
    """What cannot be looked at, and why."""

    path: Path
    reason: str


def places(folder: Path, within: bool = False) -> Iterator[File | Git | Unread]:
    """Yield all that lies in `folder` (or a single file), sorted, no link followed.

    `within`: it lies in the folder of a repository of Git.
    """
    if not folder.is_dir() or folder.is_symlink():
        yield _file(folder, "repository") if os.path.lexists(folder) else Unread(folder, "is gone")
        return
    # Whether it is the folder of a repository, whose objects are read otherwise.
    if git := _is_git(folder):
        yield Git(folder)
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield Unread(folder, error.strerror or "cannot be listed")
        return
    for entry in found:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            if not (git and entry.name == _OBJECTS):
                yield from places(path, within or git)
            continue
        if entry.name == ".git" and not entry.is_symlink():
            yield Git(folder)
        yield _file(path, "history" if within or git else kind(path))


def kind(path: Path) -> Kind:
    """What a file is by its name, for people; everything is searched alike."""
    posix = PurePosixPath(path.name.lower())
    for ending, found in _ENDINGS.items():
        if posix.name.endswith(ending):
            return found
    if ".tutela" in path.parts or posix.stem in _NAMES:
        return _NAMES.get(posix.stem, "ledger")
    if posix.stem.startswith(("crash", "traceback")):
        return "crash report"
    return "repository"


def read(file: File) -> Data:
    """What a file holds. Raises OSError; a pipe or a device is never waited for."""
    if file.link:
        return os.fsencode(os.readlink(file.path))
    descriptor = open_plain(file.path)
    with os.fdopen(descriptor, "rb") as stream:
        if os.fstat(descriptor).st_size <= IN_MEMORY:
            return stream.read()
        return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)


def _file(path: Path, of: Kind) -> File:
    return File(path, of, path.is_symlink())


def _is_git(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / _OBJECTS).is_dir()
