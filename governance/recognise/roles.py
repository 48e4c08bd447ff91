"""Which files are weights and which are optimizer state, by the layouts that an artifact has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from governance.artifact import Role
from governance.recognise.find import Find, Layout
from governance.sealed.told import SEALED

if TYPE_CHECKING:
    from governance.recognise.resolve import Artifact

_NUMBERS = re.compile(r"[0-9]+")
_DIGESTS = re.compile(r"[0-9a-f]{16,}")


class Roles:
    """The role tables of all layouts. Layouts are asked in their own order, outermost first."""

    def __init__(self, layouts: Sequence[Layout]) -> None:
        self._tables = {
            layout.NAME: [(re.compile(pattern), role) for pattern, role in layout.ROLES]
            for layout in layouts
        }
        self._order = [layout.NAME for layout in layouts]
        self._of_parts = cache(self._search)

    def of(self, find: Find, shape: str) -> Role:
        """Return the role of a file that a find names by itself."""
        return self._of_parts(find.roles, (find.layout,), shape)

    def of_parts(self, artifact: Artifact, folder: str, shape: str) -> Role:
        """Return the role of a file in a folder of an artifact that may have several parts."""
        layouts = {find.layout for find in artifact.finds}
        ordered = tuple(name for name in self._order if name in layouts)
        first = [
            row
            for find in artifact.finds
            if find.roles and folder.startswith(find.folder.path)
            for row in find.roles
        ]
        below = folder[len(artifact.root) :] if artifact.finds else ""
        path = _NUMBERS.sub("#", _DIGESTS.sub("~", below)) + shape
        return self._of_parts(tuple(first), ordered, path)

    def _search(
        self, first: tuple[tuple[str, Role], ...], layouts: tuple[str, ...], path: str
    ) -> Role:
        path = path.removesuffix(SEALED)
        for text, role in first:
            if re.search(text, path):
                return role
        for layout in layouts:
            for pattern, role in self._tables[layout]:
                if pattern.search(path):
                    return role
        return Role.OTHER
