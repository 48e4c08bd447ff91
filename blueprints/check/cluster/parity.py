"""What a cluster's files say, in a form in which those of another environment can be compared.

Its own names become placeholders; what stands in its part of the specification, or is a product of
two numbers there (machines times memory), is its own and may differ.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from blueprints.check.cluster.deployments import Clusters, Deployment, tenth
from blueprints.check.cluster.quantity import quantity
from blueprints.check.cluster.shape import mapping, mappings, sequence, text
from blueprints.check.documents import Path, walk

Place = tuple[str, ...]
Said = str | int | float | bool | None
_NAMES = ("name", "key")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:]+")
_SCALES = (1, 2**10, 2**20, 2**30, 10**3, 10**6, 10**9)
"""Units that a size is converted between."""


@dataclass(frozen=True)
class Entry:
    """One value, or one item of a list."""

    path: Path
    """Where it stands, to name a line."""
    value: Said


@dataclass(frozen=True, eq=False)
class Own:
    """One cluster in one environment, and what of its files may be its alone."""

    said: Clusters
    deployment: Deployment

    @cached_property
    def shape(self) -> tuple[object, ...]:
        """Clusters are alike whose pools are of the same names and sorts."""
        pools = (
            (
                role,
                text(pool, "name"),
                text(pool, "flavour"),
                text(pool, "storage", "type"),
                len(sequence(pool, "taints")),
                sorted(mapping(pool, "labels")),
            )
            for role, _, pool in self.deployment.pools()
        )
        return tuple(sorted(map(repr, pools)))

    @cached_property
    def sorts(self) -> tuple[object, ...]:
        """Model, components and flavours: what decides which fields there are."""
        one = self.deployment
        flavours = {
            (text(pool, "flavour"), text(pool, "storage", "type")) for _, _, pool in one.pools()
        }
        model, cni = text(one.cluster, "model"), text(one.cluster, "cni", "name")
        return (model, cni, one.components, *sorted(flavours))

    @cached_property
    def facts(self) -> frozenset[str]:
        """Every text and number in its part of the specification."""
        one = self.deployment
        cluster = {key: value for key, value in one.cluster.items() if key != "environments"}
        found = set(_words(one.data)) | set(_words(cluster))
        found |= set(_words(mapping(self.said.environments.get(one.environment))))
        for name in tuple(found):
            vcluster = self.said.vclusters.get(name, {})
            network = self.said.networks.get(text(vcluster, "network") or name, {})
            found |= set(_words(vcluster)) | set(_words(network))
        for sort in ("harvester", "vmware"):
            for _, target in mappings(self.said.site, sort):
                networks = mapping(target, "networks")
                found |= {text(networks, name) for name in networks if name in found}
        ranges = (mapping(cluster, "ranges") or {"services": "10.43.0.0/16"}).values()
        packets = {str(value) for place, value in self.said.facts(one) if place == ("cni", "mtu")}
        return frozenset(found | packets | {str(tenth(one)) for one in ranges if "/" in str(one)})

    @cached_property
    def numbers(self) -> frozenset[Fraction]:
        """Products of two numbers of one pool, in bytes and their multiples."""
        found: set[Fraction] = set()
        for _, _, pool in self.deployment.pools():
            counts = [Fraction(len(value)) for value in pool.values() if isinstance(value, list)]
            sizes = [size for word in _words(pool) if (size := quantity(word)) is not None]
            every = [Fraction(1), *counts, *sizes]
            found |= {one * other for one in every for other in every}
        return frozenset(found | {one / scale for one in found for scale in _SCALES})

    def explains(self, value: Said) -> bool:
        """Whether a value follows from its part of the specification."""
        if str(value) in self.facts:
            return True
        size = quantity(value)
        if size is None:
            parts = str(value).replace("-", " ").replace("/", " ").replace(":", " ").split()
            return bool(parts) and all(part in self.facts or part == "{}" for part in parts)
        return size in self.numbers

    def entries(self, data: Any) -> dict[Place, Entry]:
        """Every value of a document by a place that does not depend on the order of lists."""
        return dict(self._below(data, (), ()))

    def _below(self, data: Any, at: Place, path: Path) -> Iterator[tuple[Place, Entry]]:
        if isinstance(data, dict):
            for key, value in data.items():
                yield from self._below(value, (*at, self.named(str(key))), (*path, key))
        elif isinstance(data, list):
            for index, value in enumerate(data):
                yield from self._item(value, at, (*path, index))
        else:
            yield at, Entry(path, self.named(data) if isinstance(data, str) else data)

    def _item(self, value: Any, at: Place, path: Path) -> Iterator[tuple[Place, Entry]]:
        name = next((text(value, key) for key in _NAMES if text(value, key)), "")
        if isinstance(value, dict) and name:
            yield from self._below(value, (*at, f"[{self.named(name)}]"), path)
        else:
            words = self.named(repr(value) if isinstance(value, dict | list) else str(value))
            yield (*at, f"[{words}]"), Entry(path, words)

    def named(self, value: str) -> str:
        """A text without its own names and addresses."""
        return self._named.sub("{}", value)

    @cached_property
    def _named(self) -> re.Pattern[str]:
        one = self.deployment
        addresses = sorted((word for word in self.facts if _ADDRESS.match(word)), key=len)
        words = (self.said.domain(one), one.id, *reversed(addresses), one.environment, one.name)
        every = "|".join(re.escape(word) for word in words if word)
        return re.compile(rf"(?<![\w.-])(?:{every})(?![\w-]|\.\w)")


def _words(data: Any) -> Iterator[str]:
    for _, value in walk(data):
        if isinstance(value, dict):
            yield from map(str, value)
        elif not isinstance(value, list):
            yield str(value)
