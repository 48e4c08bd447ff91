"""What a module of OpenTofu says for given inputs, as far as nothing has to be run for it.

Attributes of resources and data sources are `UNKNOWN`; `dynamic` blocks become the blocks that they
stand for where their list is known, and nothing where it is not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from blueprints.check.tofu.functions import PLAIN
from blueprints.check.tofu.modules import Folder
from blueprints.check.tofu.reader import Attribute, Block
from blueprints.check.tofu.values import UNKNOWN, Names, Scope, WrongError

_MOST = 10_000
"""Blocks that one `dynamic` may stand for."""


@dataclass(frozen=True)
class Inner:
    """A block with the names that its expressions use."""

    block: Block
    scope: Scope

    def value(self, name: str) -> Any:
        """The value of an attribute; None where it is not there, UNKNOWN where only a run tells."""
        return _value(self.scope, self.block.attributes.get(name))

    def of(self, kind: str) -> Iterator["Inner"]:
        """Yield the blocks of a kind in it, `dynamic` ones among them."""
        for block in self.block.blocks:
            if block.type == kind:
                yield Inner(block, self.scope)
            elif block.type == "dynamic" and block.labels[:1] == (kind,):
                yield from self._dynamic(block, kind)

    def _dynamic(self, block: Block, kind: str) -> Iterator["Inner"]:
        items = _value(self.scope, block.attributes.get("for_each"))
        pairs: list[tuple[Any, Any]] = []
        if isinstance(items, dict):
            pairs = list(items.items())
        elif isinstance(items, list):
            pairs = list(enumerate(items))
        iterator = block.value("iterator")
        name = iterator if isinstance(iterator, str) else kind
        for content in block.of("content"):
            for key, value in pairs[:_MOST]:
                names = {**self.scope.names, name: {"key": key, "value": value}}
                yield Inner(content, Scope(names, self.scope.functions))


class Evaluated:
    """A module with its inputs."""

    def __init__(self, folder: Folder, inputs: Mapping[str, Any]) -> None:
        self.folder = folder
        self._inputs = inputs
        self._known: dict[str, Any] = {}

    @cached_property
    def scope(self) -> Scope:
        """The names of its expressions."""
        names = {"var": Names("var", self._var), "local": Names("local", self._local)}
        return Scope(names, PLAIN | {"yamlencode": _same, "jsonencode": _same})

    def blocks(self, kind: str) -> Iterator[tuple[str, Inner]]:
        """Yield file and block of each `resource` of a type such as `rancher2_cluster_v2`."""
        for file, block in self.folder.blocks("resource"):
            if block.labels[:1] == (kind,):
                yield file, Inner(block, self.scope)

    @cached_property
    def _variables(self) -> dict[str, Block]:
        found = self.folder.blocks("variable")
        return {block.labels[0]: block for _, block in found if block.labels}

    @cached_property
    def _locals(self) -> dict[str, Attribute]:
        return {one.name: one for _, block in self.folder.blocks("locals") for one in block.all()}

    def _var(self, name: str) -> Any:
        if name in self._inputs:
            return self._inputs[name]
        block = self._variables.get(name)
        if block is None or "default" not in block.attributes:
            return UNKNOWN
        return _value(self.scope, block.attributes["default"])

    def _local(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = UNKNOWN
            self._known[name] = _value(self.scope, self._locals.get(name), UNKNOWN)
        return self._known[name]


def _value(scope: Scope, attribute: Attribute | None, missing: Any = None) -> Any:
    if attribute is None:
        return missing
    try:
        return scope.of(attribute.text)
    except WrongError:
        return UNKNOWN


def _same(value: Any) -> Any:
    """What is written as YAML or JSON, before it is written."""
    return value
