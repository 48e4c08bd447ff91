"""When a project's quota fills if it grows on as it did: a range, or that nobody can know."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from governance.retention.growth import Growth, Point

_FAR = timedelta(days=3650)
"""Beyond ten years a date says nothing: it is given as None."""


@dataclass(frozen=True)
class Quota:
    """What a project has used of its quota (bytes), and when the rest is used up."""

    project: str
    quota: int
    used: int
    basis: str
    """snapshots, survivors, or none where the rate cannot be known."""
    earliest: datetime | None
    """At the fastest rate seen; None where even that does not fill it in ten years."""
    latest: datetime | None
    """At the slowest rate seen; None where that never fills it, or where it cannot be known."""
    words: str

    def as_json(self) -> dict[str, object]:
        """Every field by name; times in ISO form."""
        return {
            "project": self.project,
            "quota": self.quota,
            "used": self.used,
            "basis": self.basis,
            "earliest": self.earliest.isoformat() if self.earliest else None,
            "latest": self.latest.isoformat() if self.latest else None,
            "words": self.words,
        }


def quota(project: str, limit: int, used: int, growth: Growth, now: datetime) -> Quota:
    """The range of dates on which `used` reaches `limit` bytes.

    From snapshots: between the fastest and the slowest growth seen between two of them; a single
    interval says little, so it is taken from half to double. From survivors (what is left, by
    modification time) only the earliest date is given: what was deleted is not seen, so the
    store grew at most as fast as the survivors say.
    """
    if used >= limit:
        return Quota(project, limit, used, growth.basis, now, now, "the quota is used up now")
    rates = _rates(growth.points)
    if growth.basis == "none" or not rates:
        words = "cannot be known: it takes two complete snapshots, at least a day apart"
        return Quota(project, limit, used, "none", None, None, words)
    if growth.basis == "survivors":
        fast = sum(rates) / len(rates)
        earliest = _when(limit - used, fast, now)
        words = (
            f"not before {earliest:%B %Y}, judged from what is left (survivors only)"
            if earliest
            else "not within ten years, judged from what is left (survivors only)"
        )
        return Quota(project, limit, used, "survivors", earliest, None, words)
    slow, fast = min(rates), max(rates)
    if len(rates) == 1:
        slow, fast = min(fast / 2, fast * 2), max(fast / 2, fast * 2)
    earliest, latest = _when(limit - used, fast, now), _when(limit - used, slow, now)
    return Quota(project, limit, used, "snapshots", earliest, latest, _words(earliest, latest))


def _words(earliest: datetime | None, latest: datetime | None) -> str:
    if earliest is None:
        return "not within ten years at the rates seen"
    if latest is None:
        return f"{earliest:%d %b %Y} at the fastest rate seen, never at the slowest"
    return f"between {earliest:%d %b %Y} and {latest:%d %b %Y} at the rates seen"


def _when(rest: int, rate: float, now: datetime) -> datetime | None:
    """When `rest` bytes are used up at `rate` bytes a second; None beyond ten years."""
    if rate <= 0 or rest / rate > _FAR.total_seconds():
        return None
    return now + timedelta(seconds=rest / rate)


def _rates(points: tuple[Point, ...]) -> list[float]:
    """Bytes a second between points at least a day apart: shorter intervals are noise."""
    rates: list[float] = []
    start = 0
    for index, point in enumerate(points):
        seconds = (point.at - points[start].at).total_seconds()
        if index and seconds >= 86_400:
            rates.append((point.stored - points[start].stored) / seconds)
            start = index
    return rates
