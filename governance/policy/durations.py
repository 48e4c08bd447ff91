"""Spans of time as a policy writes them: `48h`, `14d`, `2y`."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from pydantic import PlainValidator

_UNITS = {
    "s": ("second", 1),
    "min": ("minute", 60),
    "h": ("hour", 3600),
    "d": ("day", 86_400),
    "w": ("week", 7 * 86_400),
    # As long as the longest year: "10y" is never shorter than ten years of any calendar.
    "y": ("year", 366 * 86_400),
}
_DURATION = re.compile(r"([+-]?)([0-9]{1,9})\s*([A-Za-z]+)")
_MONTHS = {"m", "mo", "mon", "month", "months"}

LONGEST = 200 * 366 * 86_400
"""Seconds. Anything longer is taken for a slip of the hand."""


@dataclass(frozen=True, order=True)
class Duration:
    """A positive span of time; two are equal when they last as long, however they are written."""

    seconds: int
    words: str = field(compare=False)
    """As a person reads it: "14 days"."""

    @property
    def delta(self) -> timedelta:
        """The same as a difference of times."""
        return timedelta(seconds=self.seconds)

    @property
    def micros(self) -> int:
        """Microseconds, the unit that decisions are computed in."""
        return self.seconds * 1_000_000


def parse_duration(text: object) -> Duration:
    """Return the duration that `48h`, `14d` or `2y` says: more than nothing, at most 200 years.

    Units: s, min, h, d, w, y (366 days). Raises ValueError saying what is wrong.
    """
    if isinstance(text, Duration):
        return text
    if not isinstance(text, str):
        raise ValueError("needs a unit, such as 48h, 14d or 2y")
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError("is not a duration such as 48h, 14d or 2y")
    sign, number, letters = found.groups()
    if letters.lower() in _MONTHS:
        raise ValueError("could mean minutes (30min) or months (90d)")
    if letters not in _UNITS:
        raise ValueError(f"has no such unit; known: {', '.join(_UNITS)}")
    if sign == "-":
        raise ValueError("is negative; nothing is younger than now")
    word, unit = _UNITS[letters]
    seconds = int(number) * unit
    if seconds == 0:
        raise ValueError("is nothing at all; say how long")
    if seconds > LONGEST:
        raise ValueError("is longer than 200 years; leave the rule out to keep for good")
    plural = "" if int(number) == 1 else "s"
    return Duration(seconds, f"{int(number)} {word}{plural}")


Span = Annotated[Duration, PlainValidator(parse_duration)]
"""A duration in a pydantic model."""
