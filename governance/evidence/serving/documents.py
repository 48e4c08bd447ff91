"""YAML and JSON that strangers wrote, as values with lines: many documents, anchors, any tag.

Read as events, so that nothing is built that is not asked for. An alias stands for the same
value and is not copied; whoever walks the values has to stop somewhere (`walk`). Keys that come
twice are both kept: which one counts differs between programs.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    MappingStartEvent,
    ScalarEvent,
)

DEEPEST = 64
MOST_VALUES = 500_000
"""Values of one document, aliases followed: a few lines can spell billions."""
LARGEST = 4_000_000
"""Characters of one document of YAML, which takes seconds to read."""


@dataclass(eq=False)
class Map:
    """A mapping in the order of its keys."""

    pairs: "list[tuple[str, Value, int]]" = field(default_factory=list)
    """Key, value, line of the key."""

    def get(self, key: str) -> "Value | None":
        """Return the last value of a key."""
        return next((value for name, value, _ in reversed(self.pairs) if name == key), None)

    def text(self, key: str) -> str:
        """Return the text at a key, or an empty one."""
        value = self.get(key)
        return value if isinstance(value, str) else ""


@dataclass(eq=False)
class List:
    """A list; every item with its line."""

    items: "list[tuple[Value, int]]" = field(default_factory=list)


Value: TypeAlias = "str | Map | List"
"""Scalars are texts: what type they have matters to nobody here."""


class BadDocumentError(Exception):
    """It cannot be read; `line` counts from 1 within the document."""

    def __init__(self, words: str, line: int = 1) -> None:
        super().__init__(words)
        self.line = line


@dataclass(frozen=True)
class Document:
    """One document of a file, not parsed yet."""

    text: str
    line: int
    """Of the file, at which it starts; counts from 1."""


def documents(text: str) -> Iterator[Document]:
    """Split YAML at its `---` lines, so that one bad document does not spoil the others."""
    line, start = 1, 0
    for mark in re.finditer(r"^(?:---(?=[ \t\r\n]|$)|\.\.\.[ \t\r]*$)", text, re.MULTILINE):
        if text[start : mark.start()].strip():
            yield Document(text[start : mark.start()], line)
        line += text.count("\n", start, mark.end())
        start = mark.end()
    if text[start:].strip():
        yield Document(text[start:], line)


def parse_yaml(text: str) -> Value:
    """Return the value of one document. Raises BadDocumentError."""
    if len(text) > LARGEST:
        raise BadDocumentError(f"is larger than {LARGEST:,} characters")
    builder = _Builder()
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except BadDocumentError:
        raise
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = " ".join(str(error.problem or error.context).split())
        raise BadDocumentError(f"is not YAML: {words}", mark.line + 1 if mark else 1) from error
    except YAMLError as error:
        raise BadDocumentError("is not YAML: a character that is not allowed") from error
    except Exception as error:
        # The parser's own slips on malformed text (assertions, ValueError) mean the same.
        raise BadDocumentError("is not YAML") from error
    return builder.top if builder.top is not None else ""


def parse_json(text: str) -> Value:
    """Return the value of a JSON text; all its lines are 1. Raises BadDocumentError."""
    try:
        return _of_json(json.loads(text, object_pairs_hook=_pairs))
    except (ValueError, RecursionError) as error:
        raise BadDocumentError("is not JSON", getattr(error, "lineno", 1)) from error


@dataclass(frozen=True)
class Place:
    """A scalar or collection within a document."""

    value: Value
    key: str
    """Of the mapping that it is in; of a list, the key of the list."""
    parent: str
    """The key of what the mapping is in."""
    line: int
    inside: Map | None
    """The mapping that it is a value of; null for items of lists."""


def walk(top: Value) -> Iterator[Place]:
    """Yield every value below `top` with where it stands. Raises BadDocumentError for too many."""
    waiting: list[tuple[Value, str, str, int, Map | None, int]] = [(top, "", "", 1, None, 0)]
    count = 0
    while waiting:
        value, key, parent, line, inside, depth = waiting.pop()
        count += 1
        if count > MOST_VALUES or depth > DEEPEST:
            raise BadDocumentError("holds more values than are read, or deeper ones", line)
        yield Place(value, key, parent, line, inside)
        if isinstance(value, Map):
            waiting += [(v, k, key, at, value, depth + 1) for k, v, at in reversed(value.pairs)]
        elif isinstance(value, List):
            waiting += [(v, key, parent, at, None, depth + 1) for v, at in reversed(value.items)]


class _Builder:
    def __init__(self) -> None:
        self.top: Value | None = None
        self._open: list[Map | List] = []
        self._keys: list[tuple[str, int] | None] = []
        self._anchors: dict[str, Value] = {}

    def take(self, event: object) -> None:
        if isinstance(event, AliasEvent):
            line = event.start_mark.line + 1
            if event.anchor not in self._anchors:
                raise BadDocumentError(f"has no anchor for *{str(event.anchor)[:40]}", line)
            self._add(self._anchors[event.anchor], line)
        elif isinstance(event, ScalarEvent):
            self._start(event, str(event.value))
        elif isinstance(event, MappingStartEvent):
            self._start(event, Map())
        elif isinstance(event, CollectionStartEvent):
            self._start(event, List())
        elif isinstance(event, CollectionEndEvent):
            self._open.pop()
            self._keys.pop()

    def _start(self, event: ScalarEvent | CollectionStartEvent, value: Value) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        self._add(value, event.start_mark.line + 1)
        if not isinstance(value, str):
            if len(self._open) >= DEEPEST:
                raise BadDocumentError("is nested too deep", event.start_mark.line + 1)
            self._open.append(value)
            self._keys.append(None)

    def _add(self, value: Value, line: int) -> None:
        if not self._open:
            self.top = value
            return
        inside = self._open[-1]
        if isinstance(inside, List):
            inside.items.append((value, line))
            return
        key = self._keys[-1]
        if key is None:
            # A key that is itself a collection is no key that anybody asks for.
            self._keys[-1] = (value if isinstance(value, str) else "", line)
        else:
            inside.pairs.append((key[0], value, key[1]))
            self._keys[-1] = None


def _pairs(pairs: list[tuple[str, object]]) -> Map:
    return Map([(key, _of_json(value), 1) for key, value in pairs])


def _of_json(value: object) -> Value:
    if isinstance(value, Map | str):
        return value
    if isinstance(value, list):
        return List([(_of_json(one), 1) for one in value])
    return "" if value is None else str(value)
