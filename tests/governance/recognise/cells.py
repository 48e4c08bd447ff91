"""Cells of a folder tree, made by hand."""

import re

from governance.recognise.folder import Cell


def cell(*names: str, size: int = 1) -> tuple[Cell, tuple[int, ...]]:
    """Seen files of one shape, all of one size."""
    (shape,) = {re.sub("[0-9]+", "#", name) for name in names}
    return Cell(shape, len(names), size * len(names), names), (size,) * len(names)


def unseen(shape: str, count: int = 1, size: int = 1) -> tuple[Cell, tuple[int, ...]]:
    """Files that no layout asked for."""
    return Cell(shape, count, size * count, None), ()
