"""Kubernetes documents with their lines, from files or from what ``kubectl get -o yaml`` says.

Read as YAML 1.1 without tags, anchors, merge keys or duplicate keys, which would let a text mean
something else than it shows; what is no document of Kubernetes is left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from tce.space.errors import NotModelledError

Path: TypeAlias = tuple[str | int, ...]
Source: TypeAlias = Mapping[str, bytes]
"""Files by their path in the repository, with ``/``."""
_DEEPEST = 200
"""Collections in collections."""
_ELSEWHERE = ("ansible/", ".tutela-base/", ".git/", ".github/", ".gitlab/")
"""Folders whose YAML no cluster gets."""


@dataclass(frozen=True, eq=False)
class Manifest:
    """One document with ``apiVersion`` and ``kind``."""

    file: str
    data: Mapping[str, Any]
    lines: Mapping[Path, int] = field(repr=False)
    at: Path = ()
    """Where it stands in its document: of a ``List``, one of its items."""

    def line(self, *path: str | int) -> int:
        """Of what lies at a path, or of the closest above it that is there; from 1."""
        whole = (*self.at, *path)
        while whole and whole not in self.lines:
            whole = whole[:-1]
        return self.lines.get(whole, 1)

    def refuse(self, what: str, *path: str | int) -> NotModelledError:
        """The error that something in it is not modelled."""
        return NotModelledError(f"{self.file}:{self.line(*path)}: {self}: {what}: not modelled")

    @property
    def kind(self) -> str:
        """Such as ``Deployment``."""
        return str(self.data.get("kind"))

    @property
    def group(self) -> str:
        """Such as ``cilium.io``; "" for the core group."""
        return str(self.data.get("apiVersion")).rpartition("/")[0]

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Its metadata; empty where there are none."""
        found = self.data.get("metadata")
        return found if isinstance(found, dict) else {}

    @property
    def name(self) -> str:
        """As written; "" where there is none."""
        return str(self.metadata.get("name") or "")

    @property
    def namespace(self) -> str:
        """As written; what is namespaced and names none goes to ``default``."""
        return str(self.metadata.get("namespace") or "default")

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def manifests(source: Source) -> tuple[Manifest, ...]:
    """Every document of every file; raises NotModelledError for text that is no plain YAML."""
    return tuple(one for file in sorted(source) for one in _of_file(file, source[file]))


def _of_file(file: str, raw: bytes) -> Iterator[Manifest]:
    if file.startswith(_ELSEWHERE) or not file.endswith((".yaml", ".yml", ".json")):
        return
    if b"apiVersion" not in raw or b"kind" not in raw:
        return
    yield from read(raw, file)


def read(raw: bytes, file: str) -> Iterator[Manifest]:
    """The documents of one text. Raises NotModelledError."""
    try:
        text = raw.decode("utf-8-sig")
        _shallow(text)
        for node in yaml.compose_all(text, Loader=yaml.CSafeLoader):
            if node is not None:
                lines: dict[Path, int] = {}
                data = _plain(node, file, (), lines, set())
                yield from _objects(file, data, lines)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise NotModelledError(f"{file}:{line}: is no UTF-8 text") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        said = getattr(error, "problem", None) or "is no YAML"
        raise NotModelledError(f"{file}:{line}: {said}") from error
    except RecursionError as error:
        raise NotModelledError(f"{file}:1: is nested too deep") from error


def _shallow(text: str) -> None:
    """Raises RecursionError: libyaml's composer would overflow the stack of the process."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise RecursionError
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _objects(file: str, data: Any, lines: Mapping[Path, int]) -> Iterator[Manifest]:
    waiting: list[Path] = [()]
    while waiting:
        path = waiting.pop(0)
        one = data
        for part in path:
            one = one[part]
        if not isinstance(one, dict) or "apiVersion" not in one or "kind" not in one:
            continue
        inner = one.get("items")
        if str(one["kind"]).endswith("List") and isinstance(inner, list):
            waiting[:0] = [(*path, "items", n) for n in range(len(inner))]
        else:
            yield Manifest(file, one, lines, path)


_TAGS = ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")


def _plain(node: yaml.Node, file: str, path: Path, lines: dict[Path, int], seen: set[int]) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if id(node) in seen:
        raise NotModelledError(f"{file}:{line}: an alias: write it out")
    seen.add(id(node))
    if node.tag.rpartition(":")[2] not in _TAGS:
        raise NotModelledError(f"{file}:{line}: the tag {node.tag}: write plain YAML")
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise NotModelledError(f"{file}:{key.start_mark.line + 1}: a key that is no text")
            name = key.value
            if name in found:
                raise NotModelledError(f"{file}:{key.start_mark.line + 1}: {name} stands twice")
            lines[*path, name] = key.start_mark.line + 1
            found[name] = _plain(value, file, (*path, name), lines, seen)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one, file, (*path, n), lines, seen) for n, one in enumerate(node.value)]
    return _SCALARS.construct_object(node, deep=True)


class _Scalars(yaml.SafeLoader):
    """What scalars mean; a date is text, as in Kubernetes."""


_SCALARS = _Scalars("")


def _text(_: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(node.value)


_Scalars.add_constructor("tag:yaml.org,2002:timestamp", _text)
