"""From a workspace to facts and decisions in a database: what every answer is taken from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from governance.decide.decide import decide
from governance.decide.engine import connect
from governance.decide.facts import build
from governance.decide.known import evidence_of
from governance.decide.listings import Listing
from governance.decide.projects import project_of
from governance.errors import GovernanceError
from governance.evidence.known import Known, known_evidence
from governance.pin.cache import known_pins
from governance.policy.parse import Source as PolicySource
from governance.policy.parse import parse_file
from governance.retention.certificate import hushed
from governance.retention.contents import read_contents
from governance.retention.scope import EVERYTHING, Scope
from governance.retention.sources import source_of
from governance.snapshot.reader import Snapshot, latest
from governance.workspace.config import ProjectConfig
from governance.workspace.workspace import Workspace


class NothingScannedError(GovernanceError):
    """There is no snapshot to report on."""

    kind = "no snapshot"


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
    evidence: tuple[Known, ...]
    """Every source of evidence that counted."""


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
    evidence = known_evidence(workspace, chosen, now)
    owner = own(about, workspace.config.projects)
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
        decide(connection, sources, now=now, evidence=evidence_of(_heard(evidence, owner)))
        if about.project is not None:
            _hush_roots(connection, workspace.config.projects, about.project)
        read_contents(connection, chosen)
    except BaseException:
        connection.close()
        raise
    return Decided(connection, chosen, sources, pins.as_of, evidence)


def _hush_roots(
    connection: duckdb.DuckDBPyConnection, projects: Mapping[str, ProjectConfig], project: str
) -> None:
    """Name no other project's artifact in the reason why one of this project is needed."""
    owner = project_of(projects, "c.holder || '/'")
    connection.execute(
        "UPDATE decisions SET reason = 'needed by something outside this project'"  # noqa: S608
        " FROM (SELECT DISTINCT i.fact FROM shielded i JOIN claims c ON c.claim IN (i.root, i.last)"
        f" WHERE c.holder LIKE '%://%' AND {owner} <> $1) AS other"
        " WHERE decisions.fact = other.fact AND starts_with(decisions.rule, 'protect:')"
        " AND starts_with(decisions.reason, 'needed by ')",
        [project],
    )


def _heard(evidence: Sequence[Known], project: ProjectConfig | None) -> tuple[Known, ...]:
    """The sources as reasons may quote them; in a project's report no other's places are named."""
    return tuple(hushed(one, project) for one in evidence) if project else tuple(evidence)


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
    gaps = source_of(snapshot, own(scope, configured)).gaps[:_GAPS]
    words = "; ".join(f"{gap.prefix or 'all of it'}: {gap.reason}" for gap in gaps)
    return replace(listing, incomplete=words or "it was cut short")


def own(scope: Scope, configured: Mapping[str, ProjectConfig]) -> ProjectConfig | None:
    """The configuration of the one project of a report; one that owns nothing where it has none."""
    if scope.project is None:
        return None
    return configured.get(scope.project, ProjectConfig(pattern="^(?!)."))


def _shown(path: Path, workspace: Workspace) -> str:
    """A policy file as messages and reports call it: from the folder that `.tutela` lies in."""
    home = workspace.folder.parent
    return str(path.relative_to(home)) if path.is_relative_to(home) else str(path)
