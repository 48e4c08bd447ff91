"""Makes a report of a workspace: its newest snapshots, its policy, its pins, one decision."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from governance.decide.projects import UNKNOWN
from governance.evidence.kinds import STORE
from governance.retention import certificate, orphans, partial, reclaim, rows, totals
from governance.retention.certificate import Certificate
from governance.retention.dangling import dangling
from governance.retention.decided import Decided, decide_workspace, own
from governance.retention.document import Report
from governance.retention.duplicates import duplicates
from governance.retention.notice import Notice, notice
from governance.retention.outlook import outlook
from governance.retention.scope import EVERYTHING, Scope, parse_scope
from governance.retention.sources import Source, cautions, register, source_of
from governance.workspace.config import ProjectConfig
from governance.workspace.workspace import Workspace


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
    evidence = _evidence(decided, sources, own(scope, configured), now)
    growth, quotas = outlook(workspace, decided, sources, scope, now)
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
        evidence=evidence,
        dangling=dangling(connection, _looked_at(sources, scope, configured)),
        cautions=(*cautions(sources), *certificate.cautions(evidence)),
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


def _sources(
    decided: Decided, scope: Scope, configured: Mapping[str, ProjectConfig]
) -> tuple[Source, ...]:
    """The snapshots that hold something in scope; all of them where the scope is everything."""
    project = own(scope, configured)
    held = rows.records(decided.connection, "SELECT DISTINCT snapshot FROM rows")
    present = {str(row["snapshot"]) for row in held}
    return tuple(
        source_of(snapshot, project)
        for snapshot in decided.snapshots
        if scope == EVERYTHING or snapshot.manifest.id in present
    )


def _looked_at(
    sources: Sequence[Source], scope: Scope, configured: Mapping[str, ProjectConfig]
) -> list[str]:
    """Where something that is needed would have been found, as far as the report may name it."""
    project = own(scope, configured)
    if project is not None:
        return list(project.prefixes)
    return [scope.prefix] if scope.prefix else [source.uri for source in sources]


def _evidence(
    decided: Decided,
    sources: Sequence[Source],
    project: ProjectConfig | None,
    now: datetime,
) -> tuple[Certificate, ...]:
    """A certificate for each source that is about what the report is about."""
    scanned = {source.snapshot for source in sources}
    found = certificate.certificates(decided.evidence, decided.policies, now)
    about = [one for one in found if one.reading.kind != STORE or one.reading.name in scanned]
    if project is not None:
        narrowed = (certificate.narrowed(one, project) for one in about)
        about = [one for one in narrowed if one is not None]
    return tuple(about)
