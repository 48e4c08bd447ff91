"""A repository that lies in memory, such as the one that an earlier render left."""

import posixpath
from collections.abc import Mapping
from pathlib import Path

from blueprints.check.repository import Repository
from blueprints.check.tree import Tree


class Held(Repository):
    """Files by their paths, as rules see those of a folder."""

    def __init__(self, held: Mapping[str, bytes]) -> None:
        self._held = held
        super().__init__(Path())

    def _listed(self) -> Tree:
        folders = set()
        for path in self._held:
            folder = posixpath.dirname(path)
            while folder and folder not in folders:
                folders.add(folder)
                folder = posixpath.dirname(folder)
        files = {path: len(self._held[path]) for path in sorted(self._held)}
        return Tree(files=files, folders=folders)

    def _opened(self, path: str) -> bytes:
        return self._held[path]
