"""Looking into documents that may have any shape: what is not as expected is simply not there.

That a value has the wrong type is told by the schema rules; the rules about meaning look at what
can be understood and stay silent about the rest.
"""

from collections.abc import Iterator
from typing import Any

from blueprints.check.documents import Path, at, mapping, text, walk
from blueprints.check.documents import items as sequence

__all__ = [
    "Path",
    "at",
    "labels",
    "mapping",
    "mappings",
    "number",
    "scalars",
    "sequence",
    "text",
    "texts",
]


def number(data: object, *path: str | int) -> int | None:
    """The whole number at a path (true and false are none), or None."""
    found = at(data, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def mappings(data: object, *path: str | int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Position and value of every mapping in the list at a path."""
    for index, item in enumerate(sequence(data, *path)):
        if isinstance(item, dict):
            yield index, item


def texts(data: object, *path: str | int) -> tuple[str, ...]:
    """Every text in the list at a path."""
    return tuple(item for item in sequence(data, *path) if isinstance(item, str))


def labels(data: object, *path: str | int) -> dict[str, str]:
    """The texts of the mapping at a path, other entries left out."""
    return {key: value for key, value in mapping(data, *path).items() if isinstance(value, str)}


def scalars(data: object) -> Iterator[tuple[Path, Any]]:
    """Every value of a document that holds no others, with its path."""
    for path, value in walk(data):
        if not isinstance(value, dict | list):
            yield path, value
