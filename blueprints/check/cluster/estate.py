"""Clusters that a repository describes as data: `cluster.yaml`, one folder for each cluster."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from blueprints.check.cluster.shape import mapping, mappings, number, sequence, text
from blueprints.check.documents import Yaml
from blueprints.check.repository import Repository

FILE = "cluster.yaml"
_MEMBERS = ("servers", "nodes")
"""Lists of a pool whose machines have names; other pools have a `count`."""


@dataclass(frozen=True, eq=False)
class Member:
    """One cluster in one environment."""

    document: Yaml

    @property
    def file(self) -> str:
        """Its `cluster.yaml`."""
        return self.document.file

    @property
    def folder(self) -> str:
        """The folder that all of it lies in."""
        return posixpath.dirname(self.file)

    @property
    def data(self) -> dict[str, Any]:
        """What it says; values of any type."""
        return mapping(self.document.data)

    @property
    def name(self) -> str:
        """Its own name, or else its folder's."""
        return text(self.data, "name") or self.folder

    def pools(self) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
        """Yield each pool with its place below `pools`."""
        for sort in mapping(self.data, "pools"):
            for index, pool in mappings(self.data, "pools", sort):
                yield (sort, index), pool

    @staticmethod
    def size(pool: dict[str, Any]) -> int | None:
        """How many machines a pool has; None where nothing says it."""
        for key in _MEMBERS:
            if key in pool:
                return len(sequence(pool, key))
        return number(pool, "count")


def estate(repo: Repository) -> dict[str, Member]:
    """Every cluster by its folder."""
    known = repo.indexes.get(__name__)
    if isinstance(known, dict):
        return known
    found = {}
    for path in repo.yaml_files:
        if posixpath.basename(path) == FILE:
            documents = repo.yaml(path)
            if len(documents) == 1 and mapping(documents[0].data, "pools"):
                found[posixpath.dirname(path)] = Member(documents[0])
    repo.indexes[__name__] = found
    return found
