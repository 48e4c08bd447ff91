"""Makes a report of a workspace: its newest snapshots, its policy, its pins, one decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from governance.decide.decide import decide
from governance.decide.engine import connect
from governance.decide.facts import build
from governance.decide.listings import Listing
from governance.decide.projects import UNKNOWN
from governance.errors import GovernanceError
from governance.pin.cache import known_pins
from governance.policy.parse import Source as PolicySource
from governance.policy.parse import parse_file
from governance.retention import history, orphans, partial, reclaim, rows, totals
from governance.retention.contents import read_contents
from governance.retention.document import Report
from governance.retention.duplicates import duplicates
from governance.retention.growth import Growth, from_snapshots, survivors
from governance.retention.notice import Notice, notice
from governance.retention.quota import Quota, quota
from governance.retention.scope import EVERYTHING, Scope, parse_scope
from governance.retention.sources import Source, cautions, register, source_of
from governance.snapshot.reader import Snapshot, latest, snapshots
from governance.workspace.config import ProjectConfig
from governance.workspace.workspace import Workspace


class NothingScannedError(GovernanceError):
    """There is no snapshot to report on."""

    kind = "no-snapshot"


_GAPS = 2
"""Gaps named in a reason."""


@dataclass(frozen=True)
class Decided:
    """A database with `facts`, `decisions` and `contents`, and what they were made from."""

    connection: duckdb.DuckDBPyConnection
    snapshots: tuple[Snapshot, ...]
    policies: tuple[PolicySource, ...]
    pins_as_of: datetime | None
    """When the pins that lie in stores were last read; None where none do."""


def report(
    workspace: Workspace,
    *,
    now: datetime,
    tool: str = "",
    scope: str | None = None,
    project: str | None = None,
    run: str | None = None,
    policies: Sequence[Path] | None = None,
    with_notice: bool = False,
) -> Report:
    """Report on the newest snapshot of every source of a workspace, as decided at `now`.

    `scope` is a project's name or the URI of a bucket or prefix, `run` the root of a series of
    saves; without them it is about everything. `policies` replaces the configured files. Raises
    NothingScannedError, UnknownScopeError, and what a damaged snapshot or a wrong policy raises.
    """
    known = [*workspace.config.projects, UNKNOWN]
    asked = parse_scope(scope, project=project, run=run, projects=known)
    decided = decide_workspace(workspace, now=now, policies=policies, about=asked)
    try:
        return _assemble(workspace, decided, asked, now, tool, with_notice=with_notice)
    finally:
        decided.connection.close()


def decide_workspace(
    workspace: Workspace,
    *,
    now: datetime,
    policies: Sequence[Path] | None = None,
    about: Scope = EVERYTHING,
) -> Decided:
    """Facts and decisions of the newest snapshots; the caller closes the connection.

    All artifacts are decided together, whatever it is `about`: that only sees to it that reasons
    name no place outside a project.
    """
    chosen = tuple(latest(workspace))
    if not chosen:
        raise NothingScannedError(
            f"nothing was scanned in {workspace.folder}", "tutela catalog scan s3://BUCKET"
        )
    paths = workspace.policy_paths() if policies is None else policies
    sources = tuple(parse_file(path, _shown(path, workspace)) for path in paths)
    pins = known_pins(workspace, chosen, now)
    connection = connect(workspace.cache_dir)
    try:
        build(
            connection,
            [
                _listing(snapshot, about, workspace.config.projects, pins.unknown)
                for snapshot in chosen
            ],
            projects=workspace.config.projects,
            pins=pins.unreleased,
        )
        decide(connection, sources, now=now)
        read_contents(connection, chosen)
    except BaseException:
        connection.close()
        raise
    return Decided(connection, chosen, sources, pins.as_of)


def _assemble(
    workspace: Workspace,
    decided: Decided,
    scope: Scope,
    now: datetime,
    tool: str,
    *,
    with_notice: bool,
) -> Report:
    connection = decided.connection
    configured = workspace.config.projects
    rows.select(connection, scope.condition)
    sources = _sources(decided, scope, configured)
    register(connection, sources)
    growth, quotas = _growth(workspace, decided, sources, scope, now)
    notices: tuple[Notice, ...] | None = None
    if with_notice:
        contacts = {name: item.contact for name, item in configured.items() if item.contact}
        notices = notice(connection, now=now, contacts=contacts)
    return Report(
        as_of=now,
        tool=tool,
        scope=scope,
        sources=sources,
        policies=tuple(policy.name for policy in decided.policies),
        pins_as_of=decided.pins_as_of,
        cautions=cautions(sources),
        artifacts=rows.table(connection),
        whole=totals.whole(connection),
        projects=totals.groups(connection, "project"),
        kinds=totals.groups(connection, "kind"),
        rules=totals.rules(connection),
        reclaim=reclaim.reclaim(connection),
        partial=partial.partial(connection),
        duplicates=duplicates(connection),
        orphans=orphans.orphans(connection),
        growth=growth,
        quotas=quotas,
        notices=notices,
    )


def _listing(
    snapshot: Snapshot,
    scope: Scope,
    configured: Mapping[str, ProjectConfig],
    pins_unknown: Mapping[str, str],
) -> Listing:
    """The listing of a snapshot; in a project's report its gaps are named as `source_of` does."""
    listing = Listing.of(snapshot, pins_unknown=pins_unknown.get(snapshot.manifest.id))
    if scope.project is None or listing.incomplete is None:
        return listing
    gaps = source_of(snapshot, _own(scope, configured)).gaps[:_GAPS]
    words = "; ".join(f"{gap.prefix or 'all of it'}: {gap.reason}" for gap in gaps)
    return replace(listing, incomplete=words or "it was cut short")


def _own(scope: Scope, configured: Mapping[str, ProjectConfig]) -> ProjectConfig | None:
    """The configuration of the one project of a report; one that owns nothing where it has none."""
    if scope.project is None:
        return None
    return configured.get(scope.project, ProjectConfig(pattern="^(?!)."))


def _sources(
    decided: Decided, scope: Scope, configured: Mapping[str, ProjectConfig]
) -> tuple[Source, ...]:
    """The snapshots that hold something in scope; all of them where the scope is everything."""
    own = _own(scope, configured)
    held = rows.records(decided.connection, "SELECT DISTINCT snapshot FROM rows")
    present = {str(row["snapshot"]) for row in held}
    return tuple(
        source_of(snapshot, own)
        for snapshot in decided.snapshots
        if scope == EVERYTHING or snapshot.manifest.id in present
    )


def _growth(
    workspace: Workspace,
    decided: Decided,
    sources: Sequence[Source],
    scope: Scope,
    now: datetime,
) -> tuple[Growth, tuple[Quota, ...]]:
    """How the scope grew, and for every project in it with a quota when that fills.

    A quota is of a whole project: a report of a part of one says nothing about it.
    """
    configured = workspace.config.projects
    whole_projects = scope.prefix is None and scope.run is None
    limits = {
        name: item.quota
        for name, item in configured.items()
        if item.quota is not None and whole_projects and scope.project in (None, name)
    }
    named = {source.snapshot for source in sources}
    known = snapshots(workspace)
    series = {
        snapshot.manifest.id: history.earlier(snapshot, known)
        for snapshot in decided.snapshots
        if snapshot.manifest.id in named
    }
    if scope == EVERYTHING and not limits:
        growth = from_snapshots(
            {name: [history.totals(snapshot) for snapshot in past] for name, past in series.items()}
        )
        return _or_survivors(decided, growth, now), ()
    held = {
        name: [history.by_project(snapshot, configured, scope) for snapshot in past]
        for name, past in series.items()
    }
    total = from_snapshots(
        {name: [history.add(points) for points in past] for name, past in held.items()}
    )
    used = {group.name: group.all.stored for group in totals.groups(decided.connection, "project")}
    quotas = []
    for name, limit in limits.items():
        growth = from_snapshots(
            {
                source: [history.of_project(points, name) for points in past]
                for source, past in held.items()
                if any(name in points for points in past)
            }
        )
        if growth.basis == "none":
            growth = survivors(decided.connection, now, name)
        quotas.append(quota(name, limit, used.get(name, 0), growth, now))
    return _or_survivors(decided, total, now), tuple(quotas)


def _or_survivors(decided: Decided, growth: Growth, now: datetime) -> Growth:
    return survivors(decided.connection, now) if growth.basis == "none" else growth


def _shown(path: Path, workspace: Workspace) -> str:
    """A policy file as messages and reports call it: from the folder that `.tutela` lies in."""
    home = workspace.folder.parent
    return str(path.relative_to(home)) if path.is_relative_to(home) else str(path)
