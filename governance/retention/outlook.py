"""How what is asked about grew, and when each quota in it fills."""

from collections.abc import Sequence
from datetime import datetime

from governance.retention import history, totals
from governance.retention.decided import Decided
from governance.retention.growth import Growth, Point, from_snapshots, survivors
from governance.retention.quota import Quota, quota
from governance.retention.scope import EVERYTHING, Scope
from governance.retention.sources import Source
from governance.snapshot.reader import snapshots
from governance.workspace.workspace import Workspace

_Held = dict[str, list[dict[str, Point]]]
"""By snapshot: what each project held in it and in the earlier ones of its source."""


def outlook(
    workspace: Workspace, decided: Decided, sources: Sequence[Source], scope: Scope, now: datetime
) -> tuple[Growth, tuple[Quota, ...]]:
    """How the scope grew, and for every project in it with a quota when that fills.

    Needs the table `rows`. A quota is of a whole project: a report of a part of one says nothing
    about it.
    """
    whole_projects = scope.prefix is None and scope.run is None
    limits = {
        name: item.quota
        for name, item in workspace.config.projects.items()
        if item.quota is not None and whole_projects and scope.project in (None, name)
    }
    named = {source.snapshot for source in sources}
    known = snapshots(workspace)
    series = {
        snapshot.manifest.id: history.earlier(snapshot, known)
        for snapshot in decided.snapshots
        if snapshot.manifest.id in named
    }
    held: _Held = {}
    if all(len(past) < 2 for past in series.values()):
        growth = Growth("none")
    elif scope == EVERYTHING and not limits:
        # The manifests have the sums already.
        growth = from_snapshots(
            {name: [history.totals(snapshot) for snapshot in past] for name, past in series.items()}
        )
    else:
        configured = workspace.config.projects
        held = {
            name: [history.by_project(snapshot, configured, scope) for snapshot in past]
            for name, past in series.items()
        }
        growth = from_snapshots(
            {name: [history.add(points) for points in past] for name, past in held.items()}
        )
    return _with_survivors(decided, growth, held, limits, now)


def _with_survivors(
    decided: Decided, growth: Growth, held: _Held, limits: dict[str, int], now: datetime
) -> tuple[Growth, tuple[Quota, ...]]:
    """Where snapshots say too little, what is left says at least something."""
    by_project = {name: _of_project(held, name) for name in limits}
    if "none" in {growth.basis, *(item.basis for item in by_project.values())}:
        left = survivors(decided.connection, now)
        growth = left[None] if growth.basis == "none" else growth
        for name, item in by_project.items():
            by_project[name] = left.get(name, item) if item.basis == "none" else item
    used = {group.name: group.all.stored for group in totals.groups(decided.connection, "project")}
    return growth, tuple(
        quota(name, limit, used.get(name, 0), by_project[name], now)
        for name, limit in limits.items()
    )


def _of_project(held: _Held, name: str) -> Growth:
    """One project's growth, over the sources in which it ever had anything."""
    return from_snapshots(
        {
            source: [history.of_project(points, name) for points in past]
            for source, past in held.items()
            if any(name in points for points in past)
        }
    )
