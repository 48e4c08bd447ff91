"""The tree of folders that a flat listing implies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from sys import intern
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.recognise.find import Find


@dataclass(frozen=True, slots=True)
class Cell:
    """The files of one folder whose names differ only in their numbers.

    `names` is None where no layout asked to see such names: then only the sum is known.
    """

    shape: str
    count: int
    size: int
    names: tuple[str, ...] | None


@dataclass(slots=True)
class Folder:
    """One folder: its path ends with `/` (the bucket's root is the empty string)."""

    path: str
    parent: Folder | None
    name: str = field(init=False)
    """The last component of the path; the root has the empty name."""
    folders: dict[str, Folder] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    """Bytes of each file whose name some layout wants to see."""
    cells: list[Cell] = field(default_factory=list)
    ends: set[str] = field(default_factory=set)
    """Extensions of the files in this folder, seen or not, with `#` for digits: `parquet`, `h#`."""
    finds: list[Find] = field(default_factory=list)
    """What layouts found in this folder itself; those of its subfolders are filled before."""
    records: tuple[str, ...] = ()
    """Names of `tutela.track`'s records; they are in none of the others."""
    nested: int = 0
    """How many finds there are below this folder, itself not counted; debris is not counted."""
    litter: int = 0
    """How many finds of debris there are below this folder."""

    def ending(self, end: str) -> list[str]:
        """Seen names of this folder whose shape ends so, sorted."""
        return sorted(
            name for cell in self.cells if cell.shape.endswith(end) for name in cell.names or ()
        )

    def shaped(self, shape: re.Pattern[str]) -> list[str]:
        """Seen names of this folder whose whole shape matches, sorted; shapes are few."""
        return sorted(
            name for cell in self.cells if shape.fullmatch(cell.shape) for name in cell.names or ()
        )

    def __post_init__(self) -> None:
        # Every layout asks for it, of every folder.
        self.name = self.path.rstrip("/").rpartition("/")[2]

    def below(self) -> Iterator[Folder]:
        """Every folder under this one, parents before children."""
        stack = list(reversed(self.folders.values()))
        while stack:
            folder = stack.pop()
            yield folder
            stack.extend(reversed(folder.folders.values()))

    def file(self, path: str) -> int | None:
        """Bytes of a file given by its path relative to this folder; None where it is not seen."""
        folder: Folder | None = self
        *parents, name = path.split("/")
        for parent in parents:
            folder = folder.folders.get(parent) if folder else None
        return folder.files.get(name) if folder else None


class Tree:
    """All folders of a listing, parents always before their children."""

    def __init__(self) -> None:
        self.root = Folder("", None)
        self._by_path = {"": self.root}

    def __iter__(self) -> Iterator[Folder]:
        return iter(sorted(self._by_path.values(), key=lambda folder: folder.path.split("/")))

    def folder(self, path: str) -> Folder:
        """Return the folder with this path, made with all its parents where it is new."""
        found = self._by_path.get(path)
        if found is not None:
            return found
        missing = []
        while path not in self._by_path:
            missing.append(path)
            path = path[: path.rfind("/", 0, -1) + 1]
        folder = self._by_path[path]
        for step in reversed(missing):
            child = Folder(step, folder)
            folder.folders[step[len(folder.path) : -1]] = child
            self._by_path[step] = folder = child
        return folder

    def add(self, path: str, cells: Iterable[tuple[Cell, tuple[int, ...]]]) -> None:
        """Put cells into a folder, each with the sizes of its names (none where unnamed)."""
        folder = self.folder(path)
        for cell, sizes in cells:
            folder.cells.append(cell)
            if "." in cell.shape:
                folder.ends.add(intern(cell.shape.rpartition(".")[2]))
            if cell.names is not None:
                folder.files.update(zip(cell.names, sizes, strict=True))
