"""Keeps the latest read of each place, in bounded memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from governance.evidence.claim import MAX_TEXT

MOST_PLACES = 1_000_000
"""Places that are kept apart; beyond that, what lies in one folder is one place."""
LONGEST = MAX_TEXT - 100
"""Characters of a place; a longer one counts for its folder."""

_ZONE = re.compile(r"\s*(?:UTC|GMT|Z)$", re.IGNORECASE)
_FRACTION = re.compile(r"(\.\d{6})\d+")
# The largest whole number that is still seconds (the year 5138), milliseconds, microseconds.
_UNITS = ((1e11, 1), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9))


@dataclass(frozen=True)
class LastRead:
    """When a place was last read."""

    place: str
    seconds: float
    """Since 1970."""
    by: str


class LastReads:
    """The latest read of every place that was added. Not thread-safe."""

    def __init__(self, most: int = MOST_PLACES) -> None:
        self._most = most
        self._last: dict[str, tuple[float, str]] = {}
        self.folded = False
        """Some places are folders of what was read."""
        self.first: float | None = None
        self.latest: float | None = None

    def saw(self, seconds: float) -> None:
        """Note that the log has an entry of this time, whatever it is of."""
        self.first = seconds if self.first is None else min(self.first, seconds)
        self.latest = seconds if self.latest is None else max(self.latest, seconds)

    def add(self, place: str, seconds: float, by: str) -> None:
        """Add one read."""
        if len(place) > LONGEST:
            place = _folder(place[:LONGEST])
            self.folded = True
        known = self._last.get(place)
        if known is None or known[0] < seconds:
            self._last[place] = (seconds, by)
        while len(self._last) > self._most:
            self._fold()

    def __iter__(self) -> Iterator[LastRead]:
        """Yield the latest read of each place, by place."""
        for place in sorted(self._last):
            seconds, by = self._last[place]
            yield LastRead(place, seconds, by)

    def _fold(self) -> None:
        """Put what lies deepest into its folder, until half of the room is free."""
        self.folded = True
        deepest = max(map(_depth, self._last))
        while len(self._last) > self._most // 2 and deepest > 1:
            folded: dict[str, tuple[float, str]] = {}
            for place, last in self._last.items():
                into = _folder(place) if _depth(place) >= deepest else place
                folded[into] = max(folded.get(into, last), last)
            self._last = folded
            deepest -= 1
        if len(self._last) > self._most:
            # Buckets without end: what is read at all was read just now.
            self._most = len(self._last) * 2


def seconds_of(value: object) -> float | None:
    """Return a time as logs write it as seconds since 1970, None for what is none.

    Times without a zone are UTC; numbers are seconds or, when large, milli-, micro- or nanoseconds.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return next((value / unit for most, unit in _UNITS if 0 < value < most), None)
    if isinstance(value, date) and not isinstance(value, datetime):
        return None
    if isinstance(value, str):
        text = _FRACTION.sub(r"\1", _ZONE.sub("", value.strip()))
        try:
            return seconds_of(float(text))
        except ValueError:
            pass
        try:
            value = datetime.fromisoformat(text)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    try:
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError, OSError):
        return None


def _folder(place: str) -> str:
    return place.rstrip("/").rpartition("/")[0] + "/"


def _depth(place: str) -> int:
    return place.partition("://")[2].strip("/").count("/") + 1
