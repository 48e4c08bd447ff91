"""The documents of a repository as rules see them: plain values that know their file and lines.

A value from a hostile file can be of any type: `at`, `mapping`, `items` and `text` look into it
without ever failing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from blueprints.check.events import LineTree

Path: TypeAlias = tuple[str | int, ...]
Lines: TypeAlias = Callable[[str, int], LineTree]
"""From a file and the number of a document in it to the lines of its values."""


def at(value: Any, *path: str | int) -> Any:
    """What lies at a path, or None: never fails, whatever is there instead."""
    for part in path:
        if isinstance(part, str):
            if not isinstance(value, dict):
                return None
            value = value.get(part)
        else:
            if not isinstance(value, list) or not -len(value) <= part < len(value):
                return None
            value = value[part]
    return value


def mapping(value: Any, *path: str | int) -> dict[str, Any]:
    """The mapping at a path; an empty one where there is none. Not to be changed."""
    found = at(value, *path)
    return found if isinstance(found, dict) else {}


def items(value: Any, *path: str | int) -> list[Any]:
    """The list at a path; an empty one where there is none. Not to be changed."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def text(value: Any, *path: str | int) -> str:
    """The text at a path; "" where there is none or something that is no text."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every value in a value with its path, the outer ones first."""
    waiting: list[tuple[Path, Any]] = [(path, value)]
    while waiting:
        here, one = waiting.pop()
        yield here, one
        if isinstance(one, dict):
            waiting.extend(((*here, key), inner) for key, inner in reversed(one.items()))
        elif isinstance(one, list):
            last = len(one) - 1
            waiting.extend(((*here, last - n), inner) for n, inner in enumerate(reversed(one)))


@dataclass(frozen=True, eq=False)
class Yaml:
    """One document of a YAML or JSON file."""

    file: str
    data: Any
    """Plain values: dict with text keys, list, str, int, float, bool, None. Not to be changed."""
    index: int = 0
    """Which document of the file it is, from 0."""
    line: int = 1
    """Where it starts."""
    _lines: Lines | None = field(default=None, repr=False)
    _prefix: Path = ()

    def line_of(self, *path: str | int) -> int:
        """The line (from 1) of the key or item at a path; where it is missing, of what should
        hold it. 0 for what was rendered from a chart."""
        if self._lines is None:
            return 0
        line, inner = self._lines(self.file, self.index)
        for part in (*self._prefix, *path):
            if isinstance(part, int) and part < 0:
                part += len(inner)
            if part not in inner:
                break
            line, inner = inner[part]
        return line


@dataclass(frozen=True, eq=False)
class Object(Yaml):
    """A Kubernetes object: a mapping with `apiVersion` and `kind`.

    Two are the same object only if they are the same document (`is`); for sameness in a cluster
    compare `key`.
    """

    rendered_from: str = ""
    """The folder of the Helm chart that it was rendered from ("." for the top); "" for what is
    written in the repository. Of a rendered one, `file` is the template, which has no lines."""
    release_namespace: str = ""
    """Of a rendered one: where Helm puts what names no namespace."""

    @cached_property
    def api_version(self) -> str:
        """Such as `apps/v1`."""
        return text(self.data, "apiVersion")

    @property
    def group(self) -> str:
        """Such as `apps`; "" for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        """Such as `v1`."""
        return self.api_version.rpartition("/")[2]

    @cached_property
    def kind(self) -> str:
        """Such as `Deployment`."""
        return text(self.data, "kind")

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """Its metadata; empty where there are none."""
        return mapping(self.data, "metadata")

    @property
    def name(self) -> str:
        """`metadata.name`; "" where there is none, as in a Kustomization."""
        return text(self.metadata, "name")

    @property
    def namespace(self) -> str:
        """`metadata.namespace` as written; "" where there is none."""
        return text(self.metadata, "namespace")

    @property
    def labels(self) -> dict[str, Any]:
        """`metadata.labels`. Values can be of any type."""
        return mapping(self.metadata, "labels")

    @property
    def annotations(self) -> dict[str, Any]:
        """`metadata.annotations`. Values can be of any type."""
        return mapping(self.metadata, "annotations")

    @cached_property
    def spec(self) -> dict[str, Any]:
        """Its `spec`; empty where there is none."""
        return mapping(self.data, "spec")

    @property
    def key(self) -> tuple[str, str, str, str]:
        """(group, kind, namespace, name): what a cluster holds once."""
        return (self.group, self.kind, self.namespace, self.name)

    def __str__(self) -> str:
        name = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {name}"


def objects_of(
    document: Yaml, rendered_from: str = "", release_namespace: str = ""
) -> Iterator[Object]:
    """The objects of a document: itself, or those of a `List`; none where it is no object."""
    waiting: list[Path] = [()]
    while waiting:
        path = waiting.pop()
        data = at(document.data, *path)
        if not isinstance(data, dict) or not text(data, "apiVersion") or not text(data, "kind"):
            continue
        inner = data.get("items")
        if text(data, "kind").endswith("List") and isinstance(inner, list):
            waiting.extend((*path, "items", n) for n in reversed(range(len(inner))))
            continue
        yield Object(
            document.file,
            data,
            document.index,
            document.line if not path else document.line_of(*path),
            document._lines,
            path,
            rendered_from,
            release_namespace,
        )
