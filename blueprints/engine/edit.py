"""Single values changed in a YAML text; every other byte stays as it is.

For files whose author is a person: nothing is written anew, so that comments, order, quoting and
blank lines survive, and a diff shows what was changed and nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import yaml
from yaml.error import Mark
from yaml.events import (
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

Keys = tuple[str, ...]
"""Keys of mappings, from the top."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NotEditableError(ValueError):
    """A text in which a value cannot be changed for itself."""


@dataclass(frozen=True)
class _Scalar:
    start: int
    end: int
    style: str | None


@dataclass(frozen=True)
class _Mapping:
    column: int
    flow: bool
    last: int
    """After the last value that stands in it; 0 where it is empty."""
    end: int
    """After the mapping itself."""


_Places = dict[Keys, _Scalar | _Mapping]


def with_texts(text: str, values: Mapping[Keys, str]) -> str:
    """The text with these values; keys that it does not have are added to their mapping.

    Values and new keys are one-line texts that YAML reads as text without quotes. Raises
    :class:`NotEditableError` where a value or mapping does not stand for itself: a block scalar, a
    list on the way, an empty mapping. The caller reads the result again before anybody uses it.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark)
    try:
        places = dict(_places(body))
    except yaml.YAMLError as error:
        raise NotEditableError("not YAML") from error
    found = [_edit(body, places, keys, value) for keys, value in values.items()]
    edits = sorted(found, key=lambda edit: edit[:2])  # new keys of one place keep their order
    done, parts = 0, [mark]
    for start, end, new in edits:
        parts += [body[done:start], new]
        done = end
    return "".join([*parts, body[done:]])


def _edit(text: str, places: _Places, keys: Keys, value: str) -> tuple[int, int, str]:
    there = places.get(keys)
    if isinstance(there, _Scalar):
        if there.style not in (None, "", "'", '"') or there.start == there.end:
            raise NotEditableError(f"{'.'.join(keys)} is no text on a line")
        quote = there.style or ""
        return there.start, there.end, f"{quote}{value}{quote}"
    above = places.get(keys[:-1])
    if there is not None or not isinstance(above, _Mapping) or not above.last:
        raise NotEditableError(f"{'.'.join(keys)} has no place of its own")
    pair = f"{keys[-1]}: {value}"
    if above.flow:
        return above.last, above.last, f", {pair}"
    line_end = text.find("\n", above.last - 1) + 1
    indent = " " * above.column
    if not line_end:
        return len(text), len(text), f"\n{indent}{pair}"
    line_break = "\r\n" if text[:line_end].endswith("\r\n") else "\n"
    return line_end, line_end, f"{indent}{pair}{line_break}"


def _places(text: str) -> Iterator[tuple[Keys, _Scalar | _Mapping]]:
    events = iter(list(yaml.parse(text, Loader=_LOADER)))
    for event in events:
        if isinstance(event, MappingStartEvent):
            yield from _mapping(event, events, ())
            return


def _mapping(
    start: Any, events: Iterator[Any], above: Keys
) -> Iterator[tuple[Keys, _Scalar | _Mapping]]:
    last, stop = 0, _end(start)
    for key in events:
        if isinstance(key, CollectionEndEvent):
            stop = _after(key, last or stop)
            break
        if not isinstance(key, ScalarEvent):
            raise NotEditableError("a key that is no text")
        keys = (*above, str(key.value))
        value = next(events)
        if isinstance(value, ScalarEvent):
            last = _end(value)
            yield keys, _Scalar(_start(value), last, value.style)
        elif isinstance(value, MappingStartEvent):
            found = dict(_mapping(value, events, keys))
            yield from found.items()
            last = found[keys].end
        else:
            last = _passed(value, events)
    yield above, _Mapping(start.start_mark.column, bool(start.flow_style), last, stop)


def _passed(start: Any, events: Iterator[Any]) -> int:
    """Where a list ends; nobody asks for what is in it."""
    if not isinstance(start, SequenceStartEvent):
        raise NotEditableError("an alias")
    depth, end = 1, _end(start)
    while depth:
        event = next(events)
        if isinstance(event, CollectionEndEvent):
            depth -= 1
            end = _after(event, end)
        else:
            depth += isinstance(event, CollectionStartEvent)
            end = _end(event)
    return end


def _after(event: Any, last: int) -> int:
    """The end of a collection: its bracket, or of a block its last value."""
    return _end(event) if _start(event) != _end(event) else last


def _start(event: Event) -> int:
    return cast(Mark, event.start_mark).index  # every event of a text has its place


def _end(event: Event) -> int:
    return cast(Mark, event.end_mark).index
