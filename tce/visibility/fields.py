"""Every field of a file: a value of YAML, JSON or TOML by its path, else each line."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from blueprints.check import events
from blueprints.check.documents import text, walk
from tce.visibility.planes import Plane, of_file, of_object

Path: TypeAlias = tuple[str | int, ...]
_COMMENT = re.compile(r"\s*(?:#|//|!|;|\{#|<!--)")
_YAML = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Field:
    """One value. It may be a secret that somebody wrote there, so it is never shown."""

    file: str
    line: int
    """From 1; 0 where the format has no lines that are known."""
    name: str
    """``VirtualMachine.spec.template..``, or ``line``, ``comment``."""
    plane: Plane
    path: Path = ()
    value: object = field(default=None, repr=False)
    object_kind: str = ""
    """Of the object of Kubernetes that it is in."""

    @property
    def key(self) -> tuple[object, ...]:
        """What is equal in two texts of a file where nothing changed."""
        return (self.name, self.value if not isinstance(self.value, float) else repr(self.value))


def fields(file: str, content: bytes) -> Iterator[Field]:
    """Yield every field of a file, in the order of lines."""
    words = content.decode("utf-8-sig", "replace")
    if file.endswith(_YAML):
        documents, problems = events.read(words)
        if not any(one.kind in ("syntax", "depth", "size") for one in problems):
            yield from _comments(file, words)
            lines = events.read_lines(words)
            for number, document in enumerate(documents):
                yield from _values(file, document.data, lines[number])
            return
    if file.endswith(".toml") or file == "tutela.lock":
        try:
            data = tomllib.loads(words)
        except (tomllib.TOMLDecodeError, RecursionError):
            pass
        else:
            yield from _comments(file, words)
            yield from _values(file, data, (0, {}))
            return
    plane = of_file(file)
    for number, line in enumerate(words.splitlines(), 1):
        if line.strip():
            name = "comment" if _COMMENT.match(line) and not file.endswith(".md") else "line"
            yield Field(file, number, name, plane, (), line.strip())


def _comments(file: str, words: str) -> Iterator[Field]:
    """Comments of a structured file; what only looks like one is text of a value, and that too."""
    plane = of_file(file)
    for number, line in enumerate(words.splitlines(), 1):
        if line.lstrip().startswith("#"):
            yield Field(file, number, "comment", plane, (), line.strip())


def _values(file: str, data: Any, lines: events.LineTree) -> Iterator[Field]:
    kind = text(data, "kind")
    plane = of_object(file, text(data, "apiVersion"))
    name = f"{kind} {text(data, 'metadata', 'name')}".strip()
    for path, value in walk(data):
        if isinstance(value, (dict, list)) and value:
            continue
        shown = ".".join(str(part) for part in path)
        yield Field(
            file,
            _line(lines, path),
            f"{name}: {shown}" if name else shown,
            plane,
            path,
            None if isinstance(value, (dict, list)) else value,
            kind,
        )


def _line(lines: events.LineTree, path: Path) -> int:
    line, inner = lines
    for part in path:
        if part not in inner:
            break
        line, inner = inner[part]
    return line
