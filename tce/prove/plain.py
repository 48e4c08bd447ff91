"""YAML to plain values, with lines: only what means the same to every reader.

No anchors, aliases, tags, merge keys, duplicate keys or second document. Scalars without quotes are
those of YAML 1.2: ``on`` is a word, ``22:30`` and a day are text. Read as libyaml's events, whose
nesting is counted here: its composer would overflow the stack of the process.
"""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import yaml

Lines: TypeAlias = dict[tuple[str | int, ...], int]
"""From 1, of keys and of items of lists, by their path."""
DEEPEST = 40
"""Collections in collections."""
_LINES_TO = 2
"""How deep lines are kept."""
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,18})")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class NotPlainError(Exception):
    """The text is not plain YAML."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def read_plain(text: str) -> tuple[Any, Lines]:
    """The value of the one document, and lines two levels deep.

    Raises :class:`NotPlainError`.
    """
    try:
        reader = _Reader(yaml.parse(text, Loader=yaml.CSafeLoader))
        return reader.document(), reader.lines
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise NotPlainError(mark.line + 1 if mark else 1, "not valid YAML") from error


class _Reader:
    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self.lines: Lines = {}

    def document(self) -> Any:
        """The only one. Raises :class:`NotPlainError`."""
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise NotPlainError(1, "empty")
        value = self._value(next(self._events), ())
        next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise NotPlainError(after.start_mark.line + 1, "a second document")
        return value

    def _value(self, event: Any, path: tuple[str | int, ...]) -> Any:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise NotPlainError(line, "an anchor or alias: write it out")
        if event.tag is not None:
            raise NotPlainError(line, "a tag")
        if isinstance(event, yaml.ScalarEvent):
            return event.value if event.style else _plain(event.value)
        if len(path) >= DEEPEST:
            raise NotPlainError(line, "nested too deep")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(path)
        return self._mapping(path)

    def _items(self, path: tuple[str | int, ...]) -> list[Any]:
        found: list[Any] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            here = (*path, len(found))
            if len(here) <= _LINES_TO:
                self.lines[here] = event.start_mark.line + 1
            found.append(self._value(event, here))
        return found

    def _mapping(self, path: tuple[str | int, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            line = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent) or event.tag or event.anchor:
                raise NotPlainError(line, "a key that is no word")
            if event.value == "<<" or event.value in found:
                raise NotPlainError(line, f"the key {event.value} twice, or a merge key")
            here = (*path, event.value)
            if len(here) <= _LINES_TO:
                self.lines[here] = line
            found[event.value] = self._value(next(self._events), here)
        return found


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _NUMBER.fullmatch(text) else text
