"""Text for people: nothing hidden in it, amounts and dates as they are read, aligned tables."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta

WIDTH = 100
"""Columns that every table fits into."""

# Characters that str.isprintable() lets through although they show nothing: fillers, grapheme
# joiner, variation selectors, blank braille (Unicode: Default_Ignorable_Code_Point, plus U+2800).
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MARKS_IN_A_ROW = 2
_NARROWEST = 6
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")


def visible(text: str) -> str:
    """The same text with everything a terminal would obey, hide or reorder written out.

    Control, escape, bidirectional, zero-width, unassigned and lone surrogate characters, odd
    spaces and line ends become ``\\n``, ``\\x1b``, ``\\u202e``. More than two accents on one
    letter are written out too. Printable text stays as it is, so this is for reading, not for
    turning back.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    marks = 0
    for character in text:
        is_mark = unicodedata.category(character) in ("Mn", "Me")
        marks = marks + 1 if is_mark else 0
        hidden = not character.isprintable() or _UNSEEN.match(character) is not None
        lone_mark = is_mark and (not shown or marks > _MARKS_IN_A_ROW)
        shown.append(_escape(character) if hidden or lone_mark else character)
    return "".join(shown)


def _escape(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def width(text: str) -> int:
    """Columns that printable text takes in a terminal: wide characters two, accents none."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shorten(text: str, columns: int) -> str:
    """At most ``columns`` columns of text; what is too long loses its middle to ``…``."""
    if width(text) <= columns:
        return text
    if columns <= 1:
        return "…"[:columns]
    head, room = "", columns // 2
    for character in text:
        if width(head) + _columns(character) > room:
            break
        head += character
    tail, room = "", columns - 1 - width(head)
    for character in reversed(text[len(head) :]):
        if width(tail) + _columns(character) > room:
            break
        tail = character + tail
    return f"{head}…{tail}"


def size(amount: int) -> str:
    """Bytes in decimal units with the digits that matter: ``980 GB``, ``1.2 TB``, ``17 B``."""
    if abs(amount) < 1000:
        return f"{amount} B"
    power = 0
    value = float(amount)
    # 999.5 is where the rounded text would need a fourth digit.
    while abs(value) >= 999.5 and power < len(_UNITS) - 1:
        value /= 1000
        power += 1
    digits = 1 if abs(value) < 99.95 else 0
    return f"{value:,.{digits}f} {_UNITS[power]}"


def count(amount: int) -> str:
    """A whole number with its thousands apart: ``1,234,567``."""
    return f"{amount:,}"


def day(moment: datetime | None) -> str:
    """The date in UTC, or ``unknown``."""
    return "unknown" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d}"


def when(moment: datetime | None) -> str:
    """Date and time in UTC to the minute, or ``unknown``."""
    return "unknown" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def span(duration: timedelta) -> str:
    """How long, in the largest unit that counts at least two: ``36 hours``, ``3 days``."""
    seconds = int(duration.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    for name, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{sign}{seconds // length} {name}"
    return f"{sign}{seconds} second{'' if seconds == 1 else 's'}"


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Collection[int] = (),
    whole: Collection[int] = (),
    columns: int = WIDTH,
) -> str:
    """An aligned table of at most ``columns`` columns; every cell is made visible.

    ``right`` are the columns of figures: set to the right and, like those in ``whole``, never
    shortened. The others share what is left, the widest giving way first. All rows have as many
    cells as ``head``.
    """
    cells = [[visible(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    _fit(widths, set(range(len(head))) - set(right) - set(whole), columns)
    lines = []
    for row in cells:
        line = "  ".join(
            _pad(shorten(cell, widths[index]), widths[index], index in right)
            for index, cell in enumerate(row)
        )
        lines.append(line.rstrip())
    return "\n".join(lines)


def _pad(cell: str, columns: int, to_the_right: bool) -> str:
    blank = " " * (columns - width(cell))
    return blank + cell if to_the_right else cell + blank


def _fit(widths: list[int], flexible: set[int], columns: int) -> None:
    """Cut the widest flexible columns until all fit, though none below 6 columns."""
    room = columns - 2 * (len(widths) - 1)
    room -= sum(size_ for index, size_ in enumerate(widths) if index not in flexible)
    cap = max((widths[index] for index in flexible), default=0)
    while cap > _NARROWEST and sum(min(widths[index], cap) for index in flexible) > room:
        cap -= 1
    spare = room - sum(min(widths[index], cap) for index in flexible)
    for index in sorted(flexible):
        if widths[index] > cap:
            widths[index] = cap + (1 if spare > 0 else 0)
            spare -= 1
