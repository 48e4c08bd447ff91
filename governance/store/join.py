"""Joins folders that are to be listed one by one into fewer prefixes that each fit into a page."""

from collections.abc import Iterator, Sequence
from os.path import commonprefix

FULL = 0.9
"""How much of a page is planned for: folders beside each other are of about one size."""


def join(
    below: str, folders: Sequence[str], files: Sequence[str], rows_each: float, page: int
) -> list[str]:
    """Return prefixes that together list the `folders` below `below`, and nothing else there.

    Each is longer than `below`, none lists a name in `files`, and each is expected to have at
    most a page of rows if a folder has `rows_each`.
    """
    return list(_joined(below, sorted(set(folders)), files, max(1, int(FULL * page / rows_each))))


def _joined(below: str, names: list[str], files: Sequence[str], most: int) -> Iterator[str]:
    if len(names) <= 1:
        yield from names
        return
    # By character, not by folder: the smallest and the largest share what all share.
    common = commonprefix([names[0], names[-1]])  # noqa: RUF071
    alone = len(common) > len(below) and not any(name.startswith(common) for name in files)
    if alone and len(names) <= most:
        yield common
        return
    at = 0
    while at < len(names):
        char = names[at][len(common)]
        end = next((i for i in range(at, len(names)) if names[i][len(common)] != char), len(names))
        yield from _joined(below, names[at:end], files, most)
        at = end
