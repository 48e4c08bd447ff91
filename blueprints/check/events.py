"""From YAML or JSON text to plain values, quickly, and to the line of each.

The text is hostile: it is read as libyaml's events, so nothing is built by a tag, nesting and
aliases are bounded, and what two readers could understand differently is told as a
:class:`Problem`. Plain scalars mean what they mean to Kubernetes (`yes` and `on` are booleans, as
in sigs.k8s.io/yaml; a date or `1:30` is text). Keys are always text, as they are written.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from yaml import MarkedYAMLError, YAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
LineTree: TypeAlias = "tuple[int, dict[str | int, LineTree]]"
"""The line of a value (of its key, where it has one), and those of what is in it."""

MOST_DEPTH = 100
MOST_VALUES = 2_000_000
"""Of one file, with everything that aliases repeat."""

_PREFIX = "tag:yaml.org,2002:"
_COLLECTIONS = {None, "!", f"{_PREFIX}map", f"{_PREFIX}seq"}
_INT = re.compile(r"[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]*|[1-9][0-9_]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(
        ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True
    ),
    **dict.fromkeys(
        ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False
    ),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}


@dataclass(frozen=True, order=True)
class Problem:
    """Something about the text of a YAML file, whatever it is for."""

    line: int
    """Counts from 1."""
    kind: str
    """`syntax`, `encoding`, `size`, `depth`: nothing after it could be read. `duplicate-key`,
    `alias`, `merge-key`, `tag`, `key`: it was read, and another reader may read it differently."""
    message: str
    """Lower case, no full stop; values are never shown."""


@dataclass(frozen=True)
class Document:
    """One document of a file."""

    data: Value
    line: int
    """Where its content starts, from 1."""
    lines: LineTree
    """Empty unless asked for."""


@lru_cache(maxsize=65_536)
def plain(text: str) -> Value:
    """What a scalar without quotes means. Equal texts give the same object."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "0123456789+-.":
        if _INT.fullmatch(text):
            return _integer(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text


def _integer(text: str) -> Value:
    digits = text.replace("_", "")
    try:
        bare = digits.lstrip("+-")
        if len(bare) > 1 and bare[0] == "0" and bare[1].isdigit():
            return int(digits, 8)
        return int(digits, 0)
    except ValueError:
        return text  # `0o` alone, or thousands of digits.


@lru_cache(maxsize=65_536)
def _same(text: str) -> str:
    """The text itself, equal ones shared: manifests repeat a few words by the thousand."""
    return text


class _Frame:
    """A mapping or a list that is being read."""

    __slots__ = ("anchor", "before", "container", "key", "lines", "merges", "merging", "waiting")

    def __init__(self, container: Any, anchor: str | None, before: int) -> None:
        self.container = container
        self.anchor = anchor
        self.before = before
        """How many values were counted before it: what an alias to it repeats."""
        self.key = ""
        self.merging = False
        """The value that comes is to be merged."""
        self.waiting = False
        """A mapping whose next value belongs to `key`."""
        self.lines: dict[str | int, LineTree] = {}
        self.merges: list[tuple[Any, dict[str | int, LineTree]]] = []


class _UnreadableRestError(Exception):
    """The rest of the file is not read; its problem is told already."""


class _Reader:
    """Reads one text; made for one use."""

    def __init__(self, text: str, *, lines: bool) -> None:
        self.problems: list[Problem] = []
        self._text = text
        self._with_lines = lines
        self._values = 0

    def documents(self) -> Iterator[Document]:
        """Yield the documents up to the first that cannot be read."""
        try:
            next_event = CParser(self._text).get_event
            while True:
                event = next_event()
                kind = type(event)
                if kind is DocumentStartEvent:
                    yield self._document(next_event)
                elif kind is StreamEndEvent:
                    return
                elif kind is not StreamStartEvent:
                    raise AssertionError(f"unexpected {kind.__name__}")
        except _UnreadableRestError:
            return
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            words = " ".join((error.problem or error.context or "is not YAML").split())
            self._tell(mark.line if mark else 0, "syntax", words)
        except YAMLError as error:
            # The reader's: a character that YAML does not allow.
            position = getattr(error, "position", 0)
            line = self._text.count("\n", 0, position if isinstance(position, int) else 0)
            self._tell(line, "syntax", "a control character, which YAML does not allow")

    def _tell(self, line: int, kind: str, message: str) -> None:
        self.problems.append(Problem(line + 1, kind, message))

    def _document(self, next_event: Callable[[], Any]) -> Document:
        """One loop for speed: every event of a large repository passes here."""
        anchors: dict[str, tuple[Value, int, dict[str | int, LineTree]]] = {}
        stack: list[_Frame] = []
        top: _Frame | None = None
        root: Value = None
        root_line = -1
        root_lines: dict[str | int, LineTree] = {}
        with_lines = self._with_lines
        while True:
            event = next_event()
            kind = type(event)
            inner: dict[str | int, LineTree] = {}
            value: Value
            if kind is ScalarEvent:
                self._values += 1
                if top is not None and type(top.container) is dict and not top.waiting:
                    self._key(top, event)
                    continue
                implicit, text = event.implicit, event.value
                if implicit[0]:
                    value = plain(text)
                elif implicit[1]:
                    value = _same(text) if len(text) < 64 else text
                else:
                    value = self._tagged(event)
                if event.anchor is not None:
                    anchors[event.anchor] = (value, 1, inner)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._values += 1
                if event.tag not in _COLLECTIONS:
                    self._tell(event.start_mark.line, "tag", "a tag, which only some readers know")
                if top is not None and type(top.container) is dict and not top.waiting:
                    self._tell(event.start_mark.line, "key", "a key that is no text")
                    top.key, top.waiting = "", True
                    self._skip(next_event)
                    continue
                if len(stack) >= MOST_DEPTH:
                    self._stop(event, "depth", f"nested deeper than {MOST_DEPTH}")
                if root_line < 0:
                    root_line = event.start_mark.line
                if top is not None and with_lines:
                    self._note(top, event)
                top = _Frame({} if kind is MappingStartEvent else [], event.anchor, self._values)
                stack.append(top)
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                done = stack.pop()
                value, inner = done.container, done.lines
                for data, lines in reversed(done.merges):
                    for name, one in data.items():
                        value.setdefault(name, one)  # type: ignore[union-attr]
                    for place, line in lines.items():
                        inner.setdefault(place, line)
                if done.anchor is not None:
                    anchors[done.anchor] = (value, self._values - done.before + 1, inner)
                top = stack[-1] if stack else None
            elif kind is AliasEvent:
                if event.anchor not in anchors:
                    self._stop(event, "syntax", "an alias to what is not there")
                value, count, inner = anchors[event.anchor]
                self._tell(event.start_mark.line, "alias", "an alias")
                self._values += count
                if self._values > MOST_VALUES:
                    self._stop(event, "size", "its aliases repeat more values than can be read")
                if top is not None and type(top.container) is dict and not top.waiting:
                    self._tell(event.start_mark.line, "key", "a key that is no text")
                    top.key, top.waiting = "", True
                    continue
            elif kind is DocumentEndEvent:
                return Document(root, max(root_line, 0) + 1, (max(root_line, 0) + 1, root_lines))
            else:
                raise AssertionError(f"unexpected {kind.__name__}")
            if self._values > MOST_VALUES:
                self._stop(event, "size", f"more than {MOST_VALUES:,} values")
            # A value is whole: put it where it belongs.
            if top is None:
                root, root_lines = value, inner
                if root_line < 0:
                    root_line = event.start_mark.line
                continue
            if type(top.container) is list:
                if with_lines:
                    index = len(top.container)
                    line = top.lines.get(index, (event.start_mark.line + 1,))[0]
                    top.lines[index] = (line, inner)
                top.container.append(value)
                continue
            top.waiting = False
            if top.merging:
                self._merge(top, value, inner, event)
                continue
            top.container[top.key] = value
            if with_lines:
                top.lines[top.key] = (top.lines.get(top.key, (1,))[0], inner)

    def _key(self, top: _Frame, event: Any) -> None:
        text = event.value
        if not (event.implicit[0] or event.implicit[1]):
            self._tell(event.start_mark.line, "tag", "a tag, which only some readers know")
        top.merging = text == "<<" and event.implicit[0]
        if top.merging:
            self._tell(event.start_mark.line, "merge-key", "a merge key, which YAML 1.2 has not")
        elif text in top.container:
            self._tell(event.start_mark.line, "duplicate-key", f'the key "{text[:60]}" twice')
        top.key, top.waiting = _same(text), True
        if self._with_lines and not top.merging:
            top.lines[top.key] = (event.start_mark.line + 1, {})

    def _note(self, top: _Frame, event: Any) -> None:
        if type(top.container) is list:
            top.lines[len(top.container)] = (event.start_mark.line + 1, {})

    def _merge(
        self, top: _Frame, value: Value, lines: dict[str | int, LineTree], event: Any
    ) -> None:
        top.merging = False
        parts = value if isinstance(value, list) else [value]
        for index, part in reversed(list(enumerate(parts))):
            if not isinstance(part, dict):
                self._tell(event.start_mark.line, "merge-key", "a merge of what is no mapping")
                continue
            where = lines.get(index, (0, {}))[1] if isinstance(value, list) else lines
            top.merges.append((part, where))

    def _tagged(self, event: Any) -> Value:
        tag, text = event.tag, event.value
        if tag in (f"{_PREFIX}str", "!"):
            return str(text)
        self._tell(event.start_mark.line, "tag", "a tag, which only some readers know")
        return plain(text) if tag and tag.startswith(_PREFIX) else str(text)

    def _skip(self, next_event: Callable[[], Any]) -> None:
        depth = 1
        while depth:
            event = next_event()
            if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                depth += 1
                if depth > MOST_DEPTH:
                    self._stop(event, "depth", f"nested deeper than {MOST_DEPTH}")
            elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
                depth -= 1

    def _stop(self, event: Any, kind: str, message: str) -> None:
        self._tell(event.start_mark.line, kind, message)
        raise _UnreadableRestError


def read(text: str) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """The documents of a text up to the first that cannot be read, and all that is odd in it."""
    reader = _Reader(text, lines=False)
    return tuple(reader.documents()), tuple(reader.problems)


def read_lines(text: str) -> tuple[LineTree, ...]:
    """The lines of each document that :func:`read` gives; slower, so asked for when needed."""
    return tuple(document.lines for document in _Reader(text, lines=True).documents())
