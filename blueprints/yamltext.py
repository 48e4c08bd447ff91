"""From YAML text to plain values and the place of each; nothing that YAML can hide is let through.

The text is hostile: it is read as events, so that nesting, aliases, tags and repeated keys are
refused before any value is built. Scalars follow the YAML 1.2 core schema (``yes``, ``on`` and
``012:30`` are text; a date stays text).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
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
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Both libraries' events are alike: libyaml reads what has to be quick and told with columns,
# ruamel.yaml everything else.
_DOCUMENT = (DocumentStartEvent, yaml.DocumentStartEvent)
_ALIAS = (AliasEvent, yaml.AliasEvent)
_SCALAR = (ScalarEvent, yaml.ScalarEvent)
_MAPPING = (MappingStartEvent, yaml.MappingStartEvent)
_START = (CollectionStartEvent, yaml.CollectionStartEvent)
_END = (CollectionEndEvent, yaml.CollectionEndEvent)


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


class Place(NamedTuple):
    """Where something starts in a text; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Lines:
    """Where each value of a file stands."""

    name: str
    _places: Mapping[Path, Place] = field(repr=False)
    columns: bool = False
    """Whether :meth:`at` names columns too."""

    def place(self, *path: str | int) -> Place:
        """Where the key (in a mapping) or the item (in a list) at ``path`` starts.

        Parts that the file does not have are passed over, so that the path of a value that is
        missing gives the place of what should hold it.
        """
        found: Path = ()
        for part in path:
            if (*found, part) in self._places:
                found = (*found, part)
        return self._places.get(found, Place(1, 1))

    def of(self, *path: str | int) -> int:
        """The line of :meth:`place`."""
        return self.place(*path).line

    def at(self, *path: str | int) -> str:
        """``file:line`` of ``path``, or ``file:line:column``, as it is shown to people."""
        return _shown(self.name, self.place(*path), columns=self.columns)


def _shown(name: str, place: Place, *, columns: bool) -> str:
    return f"{name}:{place.line}:{place.column}" if columns else f"{name}:{place.line}"


@dataclass(frozen=True)
class Document:
    """What one file says: plain values, and the line of each."""

    name: str
    data: dict[str, Value]
    lines: Lines


def load(
    text: str, name: str, *, empty: bool = False, columns: bool = False, max_bytes: int = MAX_BYTES
) -> Document:
    """Read one YAML document whose top is a mapping.

    ``name`` is how the file is called in errors; with ``empty``, text that holds nothing but
    comments is an empty mapping; with ``columns``, errors name the column too, and megabytes are
    read in no time. Raises :class:`InvalidFileError` for text over ``max_bytes`` (UTF-8), bad
    syntax, more than one document, anchors, aliases, tags, a key that is not plain text or comes
    twice, nesting over 32 levels, and a top that is not a mapping.
    """
    top = _shown(name, Place(1, 1), columns=columns)
    if len(text) > max_bytes or len(text.encode("utf-8", "surrogatepass")) > max_bytes:
        raise InvalidFileError(f"{top}: is larger than {max_bytes} bytes")
    builder = _Builder(name, columns=columns)
    for event in _quick_events(text, name) if columns else _events(text, name):
        builder.take(event)
    if empty and builder.top is None:
        return Document(name, {}, Lines(name, {}, columns))
    if not isinstance(builder.top, dict):
        what = "is empty" if builder.top is None else "has to be a mapping (key: value) at its top"
        raise InvalidFileError(f"{top}: {what}")
    return Document(name, builder.top, Lines(name, builder.places, columns))


def _quick_events(text: str, name: str) -> Iterator[Any]:
    odd = _NOT_YAML.search(text)
    if odd is not None:
        before = text[: odd.start()].split("\n")
        at = f"{name}:{len(before)}:{len(before[-1]) + 1}"
        raise InvalidFileError(f"{at}: is not YAML: U+{ord(odd.group()):04X} is not allowed")
    try:
        yield from yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark is not None and mark.index >= len(text.rstrip()):
            mark = error.context_mark or mark  # never closed: where it was opened
        at = f"{mark.line + 1}:{mark.column + 1}" if mark is not None else "1:1"
        problem = " ".join(str(error.problem or error.context).split())
        raise InvalidFileError(f"{name}:{at}: is not YAML: {problem}") from error
    except Exception as error:
        raise InvalidFileError(f"{name}:1:1: is not YAML") from error


def _events(text: str, name: str) -> Iterator[Any]:
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

    def __init__(self, name: str, *, columns: bool) -> None:
        self.name = name
        self.columns = columns
        self.top: Value = None
        self.places: dict[Path, Place] = {}
        self._documents = 0
        self._open: list[dict[str, Value] | list[Value]] = []
        self._path: list[str | int] = []
        self._key: str | None = None

    def take(self, event: Any) -> None:
        place = Place(event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, _DOCUMENT):
            self._documents += 1
            if self._documents > 1:
                raise self._wrong(place, "only one YAML document is allowed")
            if event.version is not None and tuple(event.version) != (1, 2):
                raise self._wrong(place, "is read as YAML 1.2; remove the %YAML line")
        elif isinstance(event, _ALIAS):
            raise self._wrong(place, f"alias *{event.anchor} is not allowed; write it out")
        elif isinstance(event, (*_SCALAR, *_START)):
            if event.anchor is not None:
                raise self._wrong(place, f"anchor &{event.anchor} is not allowed")
            if event.tag is not None:
                raise self._wrong(place, f"tag {quoted(str(event.tag))} is not allowed")
            self._start(event, place)
        elif isinstance(event, _END):
            self._open.pop()
            if self._open:
                self._path.pop()

    def _start(self, event: Any, place: Place) -> None:
        inside = self._open[-1] if self._open else None
        if isinstance(inside, dict) and self._key is None:
            self._take_key(event, inside, place)
            return
        value: Value
        if isinstance(event, _SCALAR):
            value = event.value if not event.implicit[0] else self._scalar(event.value, place)
        else:
            value = {} if isinstance(event, _MAPPING) else []
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
            self.places[tuple(self._path)] = place
        if isinstance(value, (dict, list)):
            if len(self._open) >= MAX_DEPTH:
                raise self._wrong(place, f"is nested deeper than {MAX_DEPTH} levels")
            self._open.append(value)
        elif self._open:
            self._path.pop()

    def _take_key(self, event: Any, inside: dict[str, Value], place: Place) -> None:
        if not isinstance(event, _SCALAR):
            raise self._wrong(place, "a key has to be plain text")
        key = str(event.value)
        if key in inside:
            first = self.places[(*self._path, key)].line
            raise self._wrong(place, f"key {quoted(key)} stands here again (first on line {first})")
        self.places[(*self._path, key)] = place
        self._key = key

    def _scalar(self, text: str, place: Place) -> Value:
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
                raise self._wrong(place, f"{text} is not a number that can be held")
            return number
        if _NOT_FINITE.fullmatch(text):
            raise self._wrong(place, f"{text} is not a finite number")
        return text

    def _wrong(self, place: Place, what: str) -> InvalidFileError:
        return InvalidFileError(f"{_shown(self.name, place, columns=self.columns)}: {what}")


def path_text(path: Sequence[Any]) -> str:
    """``("rules", 2, "else")`` as people write it: ``rules[2].else``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
