"""From YAML text to plain values and the line of each; nothing that YAML can hide is let through.

The text is hostile: it is read as events, so that nesting, aliases, tags and repeated keys are
refused before any value is built. Scalars follow the YAML 1.2 core schema (``yes``, ``on`` and
``012:30`` are text; a date stays text).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from blueprints.errors import ExpectedError

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
Path: TypeAlias = tuple[str | int, ...]

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_OTHER_INT = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_MAX_DIGITS = 400


class InvalidFileError(ExpectedError):
    """A file that says something wrong; each mistake is ``file:line: what is wrong``."""

    kind = "invalid file"

    def __init__(self, first: str, *others: str, hints: Sequence[str] = ()) -> None:
        super().__init__(first, *hints)
        self.others = others

    @property
    def messages(self) -> tuple[str, ...]:
        """All mistakes, in the order of their lines."""
        return (str(self), *self.others)


def quoted(text: str) -> str:
    """A name in quotes, cut at 80 characters, controls and newlines escaped."""
    short = text if len(text) <= 80 else text[:79] + "…"
    return json.dumps(short, ensure_ascii=False)


@dataclass(frozen=True)
class Lines:
    """Where each value of a file stands. Lines count from 1."""

    name: str
    _lines: Mapping[Path, int] = field(repr=False)

    def of(self, *path: str | int) -> int:
        """Line of the key (in a mapping) or of the start of the item (in a list) at ``path``.

        Parts that the file does not have are passed over, so that the path of a value that is
        missing gives the line of what should hold it.
        """
        found: Path = ()
        for part in path:
            if (*found, part) in self._lines:
                found = (*found, part)
        return self._lines.get(found, 1)

    def at(self, *path: str | int) -> str:
        """``file:line`` of ``path``, as it is shown to people."""
        return f"{self.name}:{self.of(*path)}"


@dataclass(frozen=True)
class Document:
    """What one file says: plain values, and the line of each."""

    name: str
    data: dict[str, Value]
    lines: Lines


def load(text: str, name: str, *, empty: bool = False) -> Document:
    """Read one YAML document whose top is a mapping.

    ``name`` is how the file is called in errors; with ``empty``, text that holds nothing but
    comments is an empty mapping. Raises :class:`InvalidFileError` for text over
    1 MiB, bad syntax, more than one document, anchors, aliases, tags, a key that is not plain
    text or comes twice, nesting over 32 levels, and a top that is not a mapping.
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise InvalidFileError(f"{name}:1: is larger than {MAX_BYTES} bytes")
    builder = _Builder(name)
    for event in _events(text, name):
        builder.take(event)
    if empty and builder.top is None:
        return Document(name, {}, Lines(name, {}))
    if not isinstance(builder.top, dict):
        what = "is empty" if builder.top is None else "has to be a mapping (key: value) at its top"
        raise InvalidFileError(f"{name}:1: {what}")
    return Document(name, builder.top, Lines(name, builder.lines))


def _events(text: str, name: str) -> Iterator[Event]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark is not None and mark.index >= len(text):
            mark = error.context_mark or mark  # never closed: where it was opened
        line = mark.line + 1 if mark is not None else 1
        problem = " ".join(str(error.problem or error.context).split())
        raise InvalidFileError(f"{name}:{line}: is not YAML: {problem}") from error
    except YAMLError as error:
        # A character that YAML forbids: the reader gives its position only.
        position = getattr(error, "position", 0)
        line = text.count("\n", 0, position) + 1
        code = f"U+{ord(text[position]):04X}" if position < len(text) else "character"
        raise InvalidFileError(f"{name}:{line}: is not YAML: {code} is not allowed") from error
    except Exception as error:
        # The parser's own slips on malformed text (seen: an assertion on "%YAML 1.21", ValueError
        # and IndexError elsewhere) mean the same: it is not YAML.
        raise InvalidFileError(f"{name}:1: is not YAML") from error


class _Builder:
    """Puts events together; ``top`` is the value of the document."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.top: Value = None
        self.lines: dict[Path, int] = {}
        self._documents = 0
        self._open: list[dict[str, Value] | list[Value]] = []
        self._path: list[str | int] = []
        self._key: str | None = None

    def take(self, event: Event) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._wrong(line, "only one YAML document is allowed")
            if event.version is not None and tuple(event.version) != (1, 2):
                raise self._wrong(line, "is read as YAML 1.2; remove the %YAML line")
        elif isinstance(event, AliasEvent):
            raise self._wrong(line, f"alias *{event.anchor} is not allowed; write it out")
        elif isinstance(event, (ScalarEvent, CollectionStartEvent)):
            if event.anchor is not None:
                raise self._wrong(line, f"anchor &{event.anchor} is not allowed")
            if event.tag is not None:
                raise self._wrong(line, f"tag {quoted(str(event.tag))} is not allowed")
            self._start(event, line)
        elif isinstance(event, CollectionEndEvent):
            self._open.pop()
            if self._open:
                self._path.pop()

    def _start(self, event: ScalarEvent | CollectionStartEvent, line: int) -> None:
        inside = self._open[-1] if self._open else None
        if isinstance(inside, dict) and self._key is None:
            self._take_key(event, inside, line)
            return
        value: Value
        if isinstance(event, ScalarEvent):
            value = event.value if not event.implicit[0] else self._scalar(event.value, line)
        else:
            value = {} if isinstance(event, MappingStartEvent) else []
        part: str | int
        if inside is None:
            self.top = value
        elif isinstance(inside, dict):
            part = self._key or ""
            inside[part] = value
            self._key = None
            self._path.append(part)
        else:
            part = len(inside)
            inside.append(value)
            self._path.append(part)
            self.lines[tuple(self._path)] = line
        if isinstance(value, (dict, list)):
            if len(self._open) >= MAX_DEPTH:
                raise self._wrong(line, f"is nested deeper than {MAX_DEPTH} levels")
            self._open.append(value)
        elif self._open:
            self._path.pop()

    def _take_key(
        self, event: ScalarEvent | CollectionStartEvent, inside: dict[str, Value], line: int
    ) -> None:
        if not isinstance(event, ScalarEvent):
            raise self._wrong(line, "a key has to be plain text")
        key = str(event.value)
        if key in inside:
            first = self.lines[(*self._path, key)]
            raise self._wrong(line, f"key {quoted(key)} stands here again (first on line {first})")
        self.lines[(*self._path, key)] = line
        self._key = key

    def _scalar(self, text: str, line: int) -> Value:
        if text in _NULL:
            return None
        if text in _BOOL:
            return _BOOL[text]
        if len(text) > _MAX_DIGITS:
            # Long digits are text here: turning them into a number costs quadratic time.
            return text
        if _INT.fullmatch(text):
            return int(text)
        if _OTHER_INT.fullmatch(text):
            return int(text, 0)
        if _FLOAT.fullmatch(text):
            number = float(text)
            if number in (float("inf"), float("-inf")):
                raise self._wrong(line, f"{text} is not a number that can be held")
            return number
        if _NOT_FINITE.fullmatch(text):
            raise self._wrong(line, f"{text} is not a finite number")
        return text

    def _wrong(self, line: int, what: str) -> InvalidFileError:
        return InvalidFileError(f"{self.name}:{line}: {what}")


def path_text(path: Sequence[Any]) -> str:
    """``("rules", 2, "else")`` as people write it: ``rules[2].else``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
