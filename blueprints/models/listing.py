"""One entry put into, or taken out of, a list of a YAML text; every other byte stays as it is.

For specifications that people write: comments, order, quoting and blank lines survive. The
comment that stands right above an entry belongs to it and goes with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from blueprints.engine.edit import NotEditableError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPENING = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
_COMMENT = re.compile(r"[ \t]*#")


@dataclass(frozen=True)
class _List:
    """Where a list stands."""

    key: int
    """Line of its key; counts from 0."""
    column: int
    """Of its dashes; of a list without entries, where they would be."""
    entries: tuple[tuple[int, int], ...]
    """First and last line of each."""
    empty: tuple[int, int] | None = None
    """The place of ``[]``, by characters; None where there are entries."""


def with_entry(text: str, key: str, entry: str) -> str:
    """The text with one more entry at the end of the list ``key`` of the top mapping.

    ``entry`` is a block mapping at the first column, in lines. Raises :class:`NotEditableError`
    where there is no such list, or one that is written in brackets. The caller reads the result
    again before anybody uses it.
    """
    mark, body, line_break = _plain(text)
    found = _find(body, key)
    indent = " " * found.column
    lines = [one.rstrip() for one in entry.strip("\n").split("\n")]
    made = [f"{indent}- {lines[0]}", *(f"{indent}  {one}" if one else "" for one in lines[1:])]
    if found.empty is not None:
        start, end = found.empty
        body = body[:start].rstrip(" ") + body[end:]
        after = found.key
    else:
        after = found.entries[-1][1]
        if _apart(body, found):
            made.insert(0, "")
    here = body.split("\n")
    here[after + 1 : after + 1] = made
    return mark + line_break.join([*here, ""] if here[-1] else here)


def without_entry(text: str, key: str, index: int) -> str:
    """The text without one entry of the list ``key``, and without the comment right above it.

    Raises as :func:`with_entry`; IndexError for an entry that there is not.
    """
    mark, body, line_break = _plain(text)
    found = _find(body, key)
    first, last = found.entries[index]
    lines = body.split("\n")
    above = found.entries[index - 1][1] if index else found.key
    while first - 1 > above and _COMMENT.match(lines[first - 1]):
        first -= 1
    # The blank line that set it apart goes with it; between the two that stay there is one still.
    if not lines[first - 1].strip() and first - 1 > above:
        first -= 1
    elif last + 2 < len(lines) and not lines[last + 1].strip() and len(found.entries) > 1:
        last += 1
    del lines[first : last + 1]
    if len(found.entries) == 1:
        head, _, comment = lines[found.key].partition(" #")
        lines[found.key] = f"{head.rstrip()} []{f' #{comment}' if comment else ''}"
    return mark + line_break.join(lines)


def _plain(text: str) -> tuple[str, str, str]:
    """The byte order mark, the text with plain line ends, and what its lines end with."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    line_break = "\r\n" if "\r\n" in text else "\n"
    return mark, text.removeprefix(mark).replace("\r\n", "\n"), line_break


def _apart(body: str, found: _List) -> bool:
    """Whether the entries are set apart by blank lines; one alone is not."""
    lines = body.split("\n")
    between = zip(found.entries, found.entries[1:], strict=False)
    return any(
        not line.strip() for (_, end), (start, _) in between for line in lines[end + 1 : start]
    )


def _find(body: str, key: str) -> _List:
    try:
        tokens = list(yaml.scan(body, Loader=_LOADER))
    except yaml.YAMLError as error:
        raise NotEditableError("not YAML") from error
    at = _value_of(tokens, key)
    line = tokens[at - 1].start_mark.line
    first = tokens[at]
    if isinstance(first, yaml.FlowSequenceStartToken):
        after = tokens[at + 1]
        if not isinstance(after, yaml.FlowSequenceEndToken):
            raise NotEditableError(f"{key} is written in brackets; write each on lines of its own")
        column = tokens[at - 2].start_mark.column + 2
        return _List(line, column, (), (first.start_mark.index, after.end_mark.index))
    if isinstance(first, yaml.BlockSequenceStartToken | yaml.BlockEntryToken):
        return _List(line, first.start_mark.column, tuple(_entries(body, tokens, at)))
    raise NotEditableError(f"{key} is no list that an entry can be put into")


def _value_of(tokens: list[Any], key: str) -> int:
    """The number of the token with which the value of a key of the top mapping begins."""
    depth = 0
    for number, token in enumerate(tokens):
        if isinstance(token, _OPENING):
            depth += 1
        elif isinstance(token, _CLOSING):
            depth -= 1
        elif (
            depth == 1
            and isinstance(token, yaml.KeyToken)
            and isinstance(tokens[number + 1], yaml.ScalarToken)
            and tokens[number + 1].value == key
        ):
            return number + 3  # the key, its text, the colon
    raise NotEditableError(f"there is no list {key}")


def _entries(body: str, tokens: list[Any], at: int) -> Iterator[tuple[int, int]]:
    """First and last line of each entry of a block list, which may stand without an indent."""
    indented = isinstance(tokens[at], yaml.BlockSequenceStartToken)
    depth = 0
    start: int | None = None
    end = 0
    for token in tokens[at + 1 if indented else at :]:
        if depth == 0 and isinstance(token, yaml.BlockEntryToken):
            if start is not None:
                yield start, _line(body, end)
            start = token.start_mark.line
            end = token.end_mark.index
            continue
        if isinstance(token, _CLOSING):
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and isinstance(token, yaml.KeyToken):
            break
        elif isinstance(token, _OPENING):
            depth += 1
        # The end of a block is where the next thing begins: it says nothing of this one.
        if not isinstance(token, yaml.BlockEndToken):
            end = token.end_mark.index
    if start is not None:
        yield start, _line(body, end)


def _line(body: str, end: int) -> int:
    """The line in which a text ends; a block scalar's mark stands after its last line."""
    return body[:end].rstrip().count("\n")
