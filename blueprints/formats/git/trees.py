"""Finds files by their names in thousands of trees, looking into each folder once.

A history of 10,000 commits has few folders that differ. A folder is known by its hash, so what
was found in it is kept and shared by all the trees that hold it.
"""

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from dulwich.objects import parse_tree

from blueprints.formats.git.errors import ObjectError, parsed
from blueprints.formats.git.objects import Objects
from blueprints.formats.git.packs import TREE

Wanted: TypeAlias = Callable[[bytes, bytes], bool]
"""Says from (name of the folder, name of the file) whether a file is wanted. The name of the
folder is that of the innermost one, empty at the top."""

MOST_TREE = 64 << 20
"""Bytes of one folder's list: some 1.5 million files."""
DEEPEST = 128
"""Folders in folders. No file system takes paths much longer."""
MOST_FILES = 1_000_000
"""Wanted files in one tree: a few hashes can spell a tree of billions."""
MOST_FOLDERS = 5_000_000


@dataclass(frozen=True, slots=True)
class File:
    """A file that is wanted."""

    path: bytes
    blob: str
    link: bool
    """It is a symbolic link: the blob is where it leads."""


@dataclass(frozen=True, slots=True, eq=False)
class _Folder:
    """What is wanted in a folder; folders without anything are left out."""

    files: tuple[tuple[bytes, str, bool], ...]
    folders: tuple[tuple[bytes, "_Folder"], ...]


_EMPTY = _Folder((), ())


class Finder:
    """Finds what `wanted` says in trees of one repository."""

    def __init__(self, objects: Objects, wanted: Wanted, problem: Callable[[str], None]) -> None:
        self._objects = objects
        self._wanted = wanted
        self._problem = problem
        self._folders: dict[tuple[str, bytes], _Folder] = {}
        self._shared: dict[tuple[bytes, str, bool], tuple[bytes, str, bool]] = {}

    def files(self, tree: str) -> Iterator[File]:
        """Yield all wanted files of a tree."""
        yield from self._walk(tree, None)

    def fresh(self, tree: str, walked: set[int]) -> Iterator[File]:
        """Yield the wanted files of those folders that no call with the same `walked` yielded.

        `walked` is empty at first; it is for this finder only. Over all trees of a history each
        blob is yielded at least once: where it was found first, and where its folder changed.
        """
        yield from self._walk(tree, walked)

    def _walk(self, tree: str, walked: set[int] | None) -> Iterator[File]:
        waiting = [(b"", self._folder(tree, b"", 0))]
        count = 0
        while waiting:
            path, folder = waiting.pop()
            if walked is not None:
                if id(folder) in walked:  # Kept in `_folders`, so the id stays its own.
                    continue
                walked.add(id(folder))
            for name, blob, link in folder.files:
                count += 1
                if count > MOST_FILES:
                    self._problem(f"tree {tree[:12]} holds more than {MOST_FILES:,} files")
                    return
                yield File(path + name, blob, link)
            for name, inner in folder.folders:
                count += 1
                if count > MOST_FILES:
                    self._problem(f"tree {tree[:12]} holds more than {MOST_FILES:,} files")
                    return
                waiting.append((path + name + b"/", inner))

    def _folder(self, oid: str, name: bytes, depth: int) -> _Folder:
        known = self._folders.get((oid, name))
        if known is not None:
            return known
        folder = self._look(oid, name, depth)
        self._folders[(oid, name)] = folder
        return folder

    def _look(self, oid: str, name: bytes, depth: int) -> _Folder:
        if depth > DEEPEST:
            self._problem(f"tree {oid[:12]} is nested deeper than {DEEPEST} folders")
            return _EMPTY
        if len(self._folders) >= MOST_FOLDERS:
            self._problem(f"it has more than {MOST_FOLDERS:,} folders")
            return _EMPTY
        entries = self._entries(oid)
        files, folders = [], []
        for entry, mode, hexes in entries:
            blob = hexes.decode()
            kind = stat.S_IFMT(mode)
            if kind == stat.S_IFDIR:
                inner = self._folder(blob, entry, depth + 1)
                if inner.files or inner.folders:
                    folders.append((entry, inner))
            elif kind in (stat.S_IFREG, stat.S_IFLNK) and self._wanted(name, entry):
                row = (entry, blob, kind == stat.S_IFLNK)
                files.append(self._shared.setdefault(row, row))
            # What is left is another repository at one of its commits: its own source.
        return _Folder(tuple(files), tuple(folders)) if files or folders else _EMPTY

    def _entries(self, oid: str) -> list[tuple[bytes, int, bytes]]:
        try:
            kind, data = self._objects.get(oid, MOST_TREE)
            if kind != TREE:
                raise ObjectError(f"object {oid[:12]} is no folder")
            return parsed(_listed, data, len(oid) // 2)
        except ObjectError as error:
            self._problem(f"tree {oid[:12]}: {error}")
        return []


def _listed(data: bytes, oid_length: int) -> list[tuple[bytes, int, bytes]]:
    return list(parse_tree(data, oid_length))
