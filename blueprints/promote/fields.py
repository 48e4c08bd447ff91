"""Two renders compared field by field: what a promotion changes, and whether it may."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

import yaml

from blueprints.engine.blueprint import Field, File, Owner

At = tuple[str, ...]
Leaf = tuple[str, str]
"""What sort of value it is, and its text."""
_YAML = frozenset((".yaml", ".yml", ".yamllint"))
_HCL = frozenset((".tf", ".hcl", ".tfvars"))
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Difference:
    """One field that differs; without a place: the file as a whole."""

    file: str
    at: At
    before: str | None
    after: str | None

    def __str__(self) -> str:
        return f"{self.file}: {'.'.join(self.at)}" if self.at else self.file


@dataclass(frozen=True)
class Comparison:
    """All that differs between two renders."""

    files: int
    """That were compared."""
    allowed: tuple[Difference, ...]
    outside: tuple[Difference, ...]
    """Of the fields that may differ."""


UNCOMPARED = Comparison(0, (), ())


def compare(
    base: Mapping[str, bytes], new: Iterable[File], allowed: Collection[Field]
) -> Comparison:
    """Compare the last render (files of the user's own left out) with a new one."""
    fresh = {file.path: file.content for file in new if file.owner is not Owner.USER}
    inside: list[Difference] = []
    outside: list[Difference] = []
    for path in sorted(base.keys() | fresh.keys()):
        for one in _differences(path, base.get(path), fresh.get(path)):
            may = any(_matches(one, field) for field in allowed)
            (inside if may else outside).append(one)
    return Comparison(len(fresh), tuple(inside), tuple(outside))


def _differences(path: str, before: bytes | None, after: bytes | None) -> Iterator[Difference]:
    if before == after:
        return
    old = None if before is None else read(path, before)
    new = None if after is None else read(path, after)
    places = [] if old is None or new is None else [*old, *(at for at in new if at not in old)]
    found = [
        Difference(path, at, _text(old, at), _text(new, at))
        for at in places
        if old is not None and new is not None and old.get(at) != new.get(at)
    ]
    yield from found or [Difference(path, (), None, None)]


def _text(fields: Mapping[At, Leaf], at: At) -> str | None:
    return fields[at][1] if at in fields else None


def _matches(one: Difference, field: Field) -> bool:
    return (
        fnmatchcase(one.file, field.file)
        and len(one.at) == len(field.at)
        and all(want in ("*", key) for key, want in zip(one.at, field.at, strict=True))
    )


def read(path: str, content: bytes) -> dict[At, Leaf] | None:
    """Every field of a YAML, JSON or HCL file by its place; None for what is not read as fields."""
    suffix = PurePosixPath(path).suffix or PurePosixPath(path).name
    try:
        if suffix in _YAML:
            documents = list(yaml.compose_all(content, Loader=_LOADER))
            many = len(documents) > 1
            return {
                at: leaf
                for number, node in enumerate(documents)
                for at, leaf in _nodes(node, (str(number),) if many else ())
            }
        if suffix == ".json":
            return dict(_values(json.loads(content), ()))
        if suffix in _HCL:
            return _hcl(content)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return None


def _hcl(content: bytes) -> dict[At, Leaf] | None:
    try:
        from blueprints.check import hcl
    except ImportError:
        return None
    data, problems = hcl.parse(content)
    return None if problems else dict(_values(data, ()))


def _nodes(node: Any, at: At) -> Iterator[tuple[At, Leaf]]:
    if isinstance(node, yaml.MappingNode):
        yield at, ("mapping", "")
        for key, value in node.value:
            yield from _nodes(value, (*at, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        yield at, ("list", "")
        for number, value in enumerate(node.value):
            yield from _nodes(value, (*at, str(number)))
    elif node is not None:
        yield at, (node.tag, node.value)


def _values(value: Any, at: At) -> Iterator[tuple[At, Leaf]]:
    if isinstance(value, dict):
        yield at, ("mapping", "")
        for key, one in value.items():
            yield from _values(one, (*at, str(key)))
    elif isinstance(value, list):
        yield at, ("list", "")
        for number, one in enumerate(value):
            yield from _values(one, (*at, str(number)))
    else:
        yield at, (type(value).__name__, str(value))
