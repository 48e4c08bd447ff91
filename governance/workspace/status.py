"""`tutela status`: what is configured, which snapshots there are, and what is missing. Offline."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from blueprints.display import count, size, span, table, visible, when
from blueprints.errors import ExpectedError
from governance.evidence.kinds import LINKS, STORE
from governance.evidence.known import Known as Evidence
from governance.evidence.known import known_evidence
from governance.evidence.words import as_json, mend, overview, title
from governance.pin.cache import Known, known_pins
from governance.policy.parse import parse_file
from governance.snapshot.manifest import Manifest
from governance.snapshot.reader import Snapshot, latest
from governance.workspace.config import Config
from governance.workspace.workspace import Workspace

OLD = timedelta(days=7)
"""A snapshot older than this is called old: grace periods are of this order."""


@dataclass(frozen=True)
class Missing:
    """Something that is not there or not right, and what to type."""

    what: str
    hint: str | None = None


@dataclass(frozen=True)
class PolicyFile:
    """One configured policy file."""

    path: Path
    rules: int | None
    """None: it cannot be read, or is not right."""


@dataclass(frozen=True)
class Status:
    """What `tutela status` shows."""

    workspace: Workspace
    now: datetime
    snapshots: tuple[Snapshot, ...]
    """The newest of each source."""
    policies: tuple[PolicyFile, ...]
    pins: Known
    evidence: tuple[Evidence, ...]
    """Sources that are registered or were read; the stores' and the workspace's own where they
    say something or fail."""
    missing: tuple[Missing, ...]

    def __str__(self) -> str:
        config = self.workspace.config
        parts = [f"workspace {visible(str(self.workspace.folder))}"]
        parts += _block("stores", ("name", "type", "where", "profile", "buckets"), _stores(config))
        parts += _block("projects", ("name", "owners", "quota"), _projects(config))
        head = ("source", "taken", "age", "artifacts", "bytes", "listing")
        rows = [self._snapshot_row(snapshot.manifest) for snapshot in self.snapshots]
        parts += _block("snapshots", head, rows, right={2, 3, 4})
        parts += _block("policy", ("file", "rules"), [self._policy_row(p) for p in self.policies])
        read = f" (read {when(self.pins.as_of)})" if self.pins.as_of is not None else ""
        parts += ["", f"pins: {count(len(self.pins.unreleased))}{read}"]
        parts += ["", "evidence:", overview(self.evidence, self.now)] if self.evidence else []
        if self.missing:
            parts += ["", "missing:"]
        for missing in self.missing:
            parts.append(f"  {visible(missing.what)}")
            if missing.hint is not None:
                parts.append(f"    {visible(missing.hint)}")
        return "\n".join(parts)

    def _snapshot_row(self, manifest: Manifest) -> tuple[str, ...]:
        return (
            manifest.source,
            when(manifest.started),
            span(self.now - manifest.started),
            count(manifest.counts.artifacts),
            ("≥ " if manifest.lower_bound else "") + size(_stored(manifest)),
            "complete" if manifest.complete else "incomplete",
        )

    def _policy_row(self, policy: PolicyFile) -> tuple[str, str]:
        folder = self.workspace.folder
        inside = policy.path.is_relative_to(folder)
        shown = policy.path.relative_to(folder) if inside else policy.path
        return str(shown), "wrong" if policy.rules is None else count(policy.rules)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/status/v1``."""
        config = self.workspace.config
        return {
            "schema": "tutela/status/v1",
            "workspace": str(self.workspace.folder),
            "as_of": self.now.isoformat(),
            "stores": [
                {"name": name, **store.model_dump()} for name, store in config.stores.items()
            ],
            "sources": config.sources,
            "projects": [
                {"name": name, **project.model_dump()} for name, project in config.projects.items()
            ],
            "evidence": [as_json(known, self.now) for known in self.evidence],
            "snapshots": [_snapshot(snapshot.manifest, self.now) for snapshot in self.snapshots],
            "policies": [
                {"file": str(policy.path), "rules": policy.rules} for policy in self.policies
            ],
            "pins": len(self.pins.unreleased),
            "pins_as_of": self.pins.as_of.isoformat() if self.pins.as_of else None,
            "missing": [{"what": one.what, "hint": one.hint} for one in self.missing],
        }


def status(workspace: Workspace, now: datetime) -> Status:
    """Look at a workspace without asking any store.

    Raises SnapshotError for a snapshot that is damaged or of a newer schema.
    """
    snapshots = tuple(latest(workspace))
    policies, problems = [], []
    max_age: timedelta | None = None
    for path in workspace.policy_paths():
        try:
            policy = parse_file(path).policy
            policies.append(PolicyFile(path, len(policy.rules)))
            age = policy.evidence.max_age.delta
            max_age = age if max_age is None else min(age, max_age)
        except ExpectedError as error:
            policies.append(PolicyFile(path, None))
            problems += [Missing(message) for message in error.messages]
    pins = known_pins(workspace, snapshots, now)
    evidence = known_evidence(workspace, snapshots, now)
    missing = (
        *problems,
        *_missing(workspace.config, snapshots, now),
        *_unread(pins, snapshots),
        *(one for known in evidence for one in _unanswered(known, max_age, now)),
    )
    shown = tuple(known for known in evidence if _is_shown(known))
    return Status(workspace, now, snapshots, tuple(policies), pins, shown, missing)


def _is_shown(known: Evidence) -> bool:
    said = known.reading
    return said.kind not in (LINKS, STORE) or bool(said.claims) or not said.complete


def _unanswered(known: Evidence, max_age: timedelta | None, now: datetime) -> Iterator[Missing]:
    """A source that nothing can be expired by, and why."""
    said = known.reading
    if not said.complete:
        why = said.problems[0].words if said.problems else "it did not answer completely"
        more = f" (and {count(said.problem_count - 1)} more)" if said.problem_count > 1 else ""
        hint = None if ": tutela " in why else mend(known)
        yield Missing(f"{title(known)}: {why}{more}", hint)
    elif not known.registered:
        yield Missing(f"{title(known)} is no longer in tutela.yaml, and counts", mend(known))
    elif said.as_of is not None and max_age is not None and said.kind not in (LINKS, STORE):
        age = now - said.as_of
        if age > max_age or said.as_of > now:
            when_ = f"{span(age)} old" if age > max_age else "dated in the future"
            what = f"{title(known)} is {when_}; the policy relies on {span(max_age)} at most"
            yield Missing(what, f"tutela evidence read {said.name}")


def _unread(pins: Known, snapshots: tuple[Snapshot, ...]) -> Iterator[Missing]:
    for snapshot in snapshots:
        why = pins.unknown.get(snapshot.manifest.id)
        if why is not None:
            what = f"{snapshot.manifest.source}: pins are not known, so all is kept: {why}"
            yield Missing(what, None if "tutela " in why else "tutela pin list")


def _missing(config: Config, snapshots: tuple[Snapshot, ...], now: datetime) -> Iterator[Missing]:
    scanned = {snapshot.manifest.source.rstrip("/") for snapshot in snapshots}
    never = [source for source in config.sources if _is_uri(source, scanned)]
    if not snapshots:
        yield Missing("no snapshot yet", "tutela catalog scan SOURCE")
    else:
        for source in never:
            yield Missing(f"{source} was never scanned", f"tutela catalog scan {source}")
    for snapshot in snapshots:
        manifest = snapshot.manifest
        again = f"tutela catalog scan {manifest.source}"
        age = now - manifest.started
        if age > OLD:
            yield Missing(f"the snapshot of {manifest.source} is {span(age)} old", again)
        if manifest.gaps:
            places = "one place" if len(manifest.gaps) == 1 else f"{len(manifest.gaps)} places"
            yield Missing(f"{manifest.source}: {places} could not be listed", "tutela catalog show")
        if manifest.missing_rights:
            rights = ", ".join(manifest.missing_rights)
            yield Missing(f"{manifest.source}: rights are missing: {rights}", "tutela doctor")
    if not config.policies:
        yield Missing(
            "no policy: everything is kept",
            "say `policy: policy.yaml` in tutela.yaml",
        )
    if not config.projects:
        yield Missing(
            "no projects: every artifact belongs to `unknown`", "say `projects:` in tutela.yaml"
        )


def _is_uri(source: str, scanned: set[str]) -> bool:
    """A configured URI that no snapshot is of; listings are named otherwise in a snapshot."""
    return source.startswith(("s3://", "file://")) and source.rstrip("/") not in scanned


def _stored(manifest: Manifest) -> int:
    return manifest.bytes.live + manifest.bytes.noncurrent + manifest.bytes.uploads


def _snapshot(manifest: Manifest, now: datetime) -> dict[str, object]:
    return {
        "id": manifest.id,
        "source": manifest.source,
        "started": manifest.started.isoformat(),
        "age_seconds": int((now - manifest.started).total_seconds()),
        "complete": manifest.complete,
        "lower_bound": manifest.lower_bound,
        "missing_rights": list(manifest.missing_rights),
        "artifacts": manifest.counts.artifacts,
        "bytes": _stored(manifest),
    }


def _stores(config: Config) -> list[tuple[str, ...]]:
    return [
        (
            name,
            store.type,
            store.endpoint or "AWS",
            store.profile or "-",
            ", ".join(store.buckets) or "any",
        )
        for name, store in config.stores.items()
    ]


def _projects(config: Config) -> list[tuple[str, ...]]:
    return [
        (
            name,
            ", ".join(project.owners) or "unknown",
            "unknown" if project.quota is None else size(project.quota),
        )
        for name, project in config.projects.items()
    ]


def _block(
    title: str, head: tuple[str, ...], rows: list[tuple[str, ...]], right: set[int] | None = None
) -> list[str]:
    """A titled table; "none" where it would be empty."""
    if not rows:
        return ["", f"{title}: none"]
    return ["", f"{title}:", table(head, rows, right=right or ())]
