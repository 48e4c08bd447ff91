"""How storage grew: from successive snapshots, or from what is left, and then it says so."""
# ruff: noqa: S608 - statements are made of this package's own text; foreign text is a parameter
# or passes governance.decide.engine.quote.

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import duckdb

from governance.retention.rows import integer, records, total

Basis = Literal["snapshots", "survivors", "none"]

_SETTLE = timedelta(hours=6)
"""Several sources are scanned one after another: points closer than this are one point."""


@dataclass(frozen=True)
class Point:
    """Logical bytes at one time."""

    at: datetime
    live: int
    noncurrent: int = 0
    uploads: int = 0

    @property
    def stored(self) -> int:
        """What a quota counts."""
        return self.live + self.noncurrent + self.uploads


@dataclass(frozen=True)
class Growth:
    """Points in order of time, and what they were made from."""

    basis: Basis
    points: tuple[Point, ...] = ()

    @property
    def words(self) -> str:
        """What the points are, for whoever reads the chart."""
        match self.basis:
            case "snapshots":
                return f"{len(self.points)} points from complete snapshots"
            case "survivors":
                return (
                    "survivors only: objects that are still there, by modification time; "
                    "what was deleted since is not seen"
                )
            case "none":
                return "cannot be known: nothing has a modification time"

    def as_json(self) -> dict[str, object]:
        """`basis`, `words` and the points."""
        return {
            "basis": self.basis,
            "words": self.words,
            "points": [
                {
                    "at": point.at.isoformat(),
                    "bytes": point.live,
                    "bytes_noncurrent": point.noncurrent,
                    "bytes_upload": point.uploads,
                }
                for point in self.points
            ],
        }


def from_snapshots(histories: Mapping[str, Sequence[Point]]) -> Growth:
    """The sum over sources of what each was last known to hold.

    `histories` has one series per source, in any order, of complete snapshots only: a listing that
    was cut short is never taken for objects gone. The sum starts when every source has been seen
    once, since before that a new source would look like growth. With fewer than two points the
    basis is `none`.
    """
    series = {
        source: sorted(points, key=lambda point: point.at)
        for source, points in histories.items()
        if points
    }
    if not series or len(series) < len(histories):
        return Growth("none")
    start = max(points[0].at for points in series.values())
    times = sorted({point.at for points in series.values() for point in points} | {start})
    totals: list[Point] = []
    for at in (time for time in times if time >= start):
        last = [[p for p in points if p.at <= at][-1] for points in series.values()]
        total = Point(
            at,
            sum(point.live for point in last),
            sum(point.noncurrent for point in last),
            sum(point.uploads for point in last),
        )
        if totals and at - totals[-1].at < _SETTLE:
            totals.pop()
        totals.append(total)
    return Growth("snapshots", tuple(totals)) if len(totals) > 1 else Growth("none")


def survivors(connection: duckdb.DuckDBPyConnection, now: datetime) -> dict[str | None, Growth]:
    """Cumulative bytes of what is live now, by month of modification, the last at `now`.

    By project, and under None of all in scope. Needs `rows` and `contents` (fact, size, modified).
    Objects without a time, or with one after `now`, are counted from the beginning: they may be
    of any age. At most the last 36 months.
    """
    found = records(
        connection,
        f"""
        WITH months AS (
            SELECT fact, date_trunc('month', CASE WHEN modified <= $1 THEN modified END) AS month,
                   {total("size")} AS size
            FROM contents GROUP BY ALL
        )
        SELECT project, month, {total("size")} AS size FROM months JOIN rows USING (fact)
        GROUP BY project, month ORDER BY month NULLS FIRST
        """,
        [now],
    )
    sums: dict[str | None, dict[datetime | None, int]] = {None: {}}
    for row in found:
        month = row["month"] if isinstance(row["month"], datetime) else None
        for project in (None, str(row["project"])):
            months = sums.setdefault(project, {})
            months[month] = months.get(month, 0) + integer(row["size"])
    return {project: _cumulative(months, now) for project, months in sums.items()}


def _cumulative(months: Mapping[datetime | None, int], now: datetime) -> Growth:
    """A point at the beginning of each month; `months` are in order, None first."""
    points: list[Point] = []
    so_far = 0
    for month, size in months.items():
        if month is not None:
            points.append(Point(month, so_far))
        so_far += size
    if not points:
        return Growth("none")
    return Growth("survivors", (*points[-36:], Point(now, so_far)))
