"""What is known besides the listing. What is missing, stale or failed always means keep."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from governance.evidence.roots import SOURCE_WORDS

OPTIONAL = ("reads", "images", "code")
"""Kinds that only policies which name them rely on: they answer no question about who needs what,
or their silence keeps by itself."""
UNDATED = ("store", "links")
"""Kinds that are as old as the listing itself: their age counts only where a policy names them."""


@dataclass(frozen=True)
class Doubt:
    """Something that a source could not say, and the place (URI) that it can be about."""

    words: str
    within: str | None = None
    """Null: everything."""


@dataclass(frozen=True)
class Reading:
    """One source of evidence as it was last read."""

    kind: str
    as_of: datetime | None
    """Null: it never answered."""
    name: str = ""
    doubts: tuple[Doubt, ...] = ()
    """Empty: it answered completely."""
    trusted: bool = True
    """False: it may only add reasons to keep."""
    claims: Path | pa.Table | None = None
    notes: Path | pa.Table | None = None
    """Columns as in `governance.evidence.schema`."""
    reach: tuple[str, ...] = ()
    """Places (URIs) that it can be about at all; empty: everything."""

    @property
    def called(self) -> str:
        """The source for a reason: kind and name."""
        return f"{self.kind} ({self.name})" if self.name else self.kind

    def lacks(self, max_age: timedelta | None, now: datetime) -> str | None:
        """Say in words why it cannot be relied on anywhere; None where it can."""
        for doubt in self.doubts:
            if doubt.within is None:
                return f"{self.called} was not read completely ({doubt.words})"
        if self.as_of is None:
            return f"{self.called} was never read"
        if self.as_of > now:
            return f"{self.called} is dated in the future"
        if max_age is not None and now - self.as_of > max_age:
            return f"{self.called} was last read {self.as_of:%Y-%m-%d %H:%M} UTC, too long ago"
        return None


@dataclass(frozen=True)
class Evidence:
    """The sources that there are, whether or not any policy names them."""

    readings: tuple[Reading, ...] = ()

    def of(self, name: str) -> list[Reading]:
        """Return the readings that a policy means by `kind` or `kind:name`."""
        kind, _, own = SOURCE_WORDS.get(name, name).partition(":")
        return [one for one in self.readings if one.kind == kind and own in ("", one.name)]

    def lacking(self, named: list[str], max_age: timedelta, now: datetime) -> Iterator[str]:
        """Say in words what cannot be relied on: of the sources named, and of all that are there.

        What is there and no policy names counts as well: it was registered to be relied on.
        """
        for name in named:
            if not self.of(name):
                yield f"{name} is not configured"
        for reading, age in self._counting(named, max_age):
            why = reading.lacks(age, now)
            if why is not None and not reading.reach:
                yield why

    def doubts(self, named: list[str], max_age: timedelta, now: datetime) -> Iterator[Doubt]:
        """Yield what is in doubt about single places, of the sources that count."""
        for reading, age in self._counting(named, max_age):
            for doubt in reading.doubts:
                if doubt.within is not None:
                    yield Doubt(f"{reading.called}: {doubt.words}", doubt.within)
            why = reading.lacks(age, now)
            if why is not None and not (reading.as_of is None and reading.doubts):
                yield from (Doubt(why, place) for place in reading.reach)

    def _counting(
        self, named: list[str], max_age: timedelta
    ) -> Iterator[tuple[Reading, timedelta | None]]:
        """Yield the sources that count, and how old each may be."""
        relied = [reading for name in named for reading in self.of(name)]
        for reading in self.readings:
            if reading in relied:
                yield reading, max_age
            elif reading.kind not in OPTIONAL:
                yield reading, None if reading.kind in UNDATED else max_age
