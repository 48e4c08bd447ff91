"""What earlier snapshots of the same sources held, by project."""
# ruff: noqa: S608 - statements are made of this package's own text; foreign text is a parameter
# or passes governance.decide.engine.quote.

from collections.abc import Mapping, Sequence

from governance.decide.engine import connect
from governance.decide.facts import build
from governance.decide.listings import Listing
from governance.retention.growth import Point
from governance.retention.rows import integer, records, total
from governance.retention.scope import Scope
from governance.snapshot.reader import Snapshot
from governance.workspace.config import ProjectConfig

MOST = 12
"""Snapshots of one source that are read again; more would only make the line smoother."""


def earlier(chosen: Snapshot, known: Sequence[Snapshot]) -> tuple[Snapshot, ...]:
    """The complete snapshots of what `chosen` is a snapshot of, itself included, oldest first.

    Those whose sizes are lower bounds where its are not (or the other way round) are left out: a
    right that was given or taken is not growth. At most `MOST`, spread evenly over time's order.
    """
    this = chosen.manifest
    same = [
        snapshot
        for snapshot in known
        if snapshot.manifest.source == this.source
        and snapshot.manifest.store.identity == this.store.identity
        and snapshot.manifest.complete
        and snapshot.manifest.lower_bound == this.lower_bound
        and snapshot.manifest.finished <= this.finished
    ]
    same.sort(key=lambda snapshot: snapshot.manifest.finished)
    if len(same) <= MOST:
        return tuple(same)
    last = len(same) - 1
    return tuple(same[round(index * last / (MOST - 1))] for index in range(MOST))


def totals(snapshot: Snapshot) -> Point:
    """What all of a snapshot held, from its manifest."""
    said = snapshot.manifest.bytes
    return Point(snapshot.manifest.finished, said.live, said.noncurrent, said.uploads)


def by_project(
    snapshot: Snapshot, projects: Mapping[str, ProjectConfig], scope: Scope
) -> dict[str, Point]:
    """What each project held in a snapshot, within the scope; reads all of its objects.

    A snapshot with nothing in scope gives one point of 0 bytes, for the project "".
    """
    connection = connect()
    try:
        build(connection, [Listing.of(snapshot)], projects=projects)
        found = records(
            connection,
            f"""
            SELECT project, {total("bytes")} AS live, {total("bytes_noncurrent")} AS old,
                   {total("bytes_upload")} AS uploads
            FROM facts WHERE {scope.condition} GROUP BY project
            """,
        )
    finally:
        connection.close()
    at = snapshot.manifest.finished
    points = {
        str(row["project"]): Point(
            at, integer(row["live"]), integer(row["old"]), integer(row["uploads"])
        )
        for row in found
    }
    return points or {"": Point(at, 0)}


def add(points: Mapping[str, Point]) -> Point:
    """The sum over the projects of one snapshot."""
    values = list(points.values())
    return Point(
        values[0].at,
        sum(point.live for point in values),
        sum(point.noncurrent for point in values),
        sum(point.uploads for point in values),
    )


def of_project(points: Mapping[str, Point], project: str) -> Point:
    """What one project held; 0 bytes where it is not there."""
    at = next(iter(points.values())).at
    return points.get(project, Point(at, 0))
