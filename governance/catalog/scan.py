"""`tutela catalog scan`: lists sources, recognises artifacts, writes one snapshot per source."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from blueprints.display import count, size, visible
from governance.catalog.sources.open import check_source, open_source
from governance.catalog.sources.source import Source
from governance.errors import GovernanceError
from governance.evidence.store.read import read_store
from governance.pin.places import place_of
from governance.pin.sync import sync
from governance.recognise.engine import recognise
from governance.sealed.look import look
from governance.snapshot.manifest import Manifest, snapshot_id
from governance.snapshot.reader import Snapshot
from governance.snapshot.writer import Writer, remove_leftovers
from governance.version import version
from governance.workspace.config import StoreConfig
from governance.workspace.workspace import Workspace

NAMED = 10
"""Gaps and skipped places that the text names; the manifest names more."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Taken:
    """One source that was scanned."""

    snapshot: Snapshot
    pins: str | None
    """Why pins could not be read, in words."""


@dataclass(frozen=True)
class Failed:
    """One source that could not be scanned; there is no new snapshot of it."""

    source: str
    error: GovernanceError


@dataclass(frozen=True)
class Scanned:
    """What `tutela catalog scan` did, in the order of the sources."""

    taken: tuple[Taken, ...]
    failed: tuple[Failed, ...]
    leftovers: tuple[str, ...]
    """Half snapshots of runs that were killed; they are removed."""

    @property
    def exit_code(self) -> int:
        """0, or 4 where a listing is incomplete or a source failed, or 1 where all failed."""
        if not self.taken:
            return 1
        whole = all(one.snapshot.manifest.complete for one in self.taken)
        return 0 if whole and not self.failed else 4

    def __str__(self) -> str:
        lines = [f"removed {name}, left by a run that was killed" for name in self.leftovers]
        for taken in self.taken:
            lines += _lines(taken)
        for failed in self.failed:
            lines.append(f"{visible(failed.source)}: not scanned: {visible(str(failed.error))}")
            lines += [f"  {visible(hint)}" for hint in getattr(failed.error, "__notes__", [])]
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Schema `tutela/catalog-scan/v1`."""
        return {
            "schema": "tutela/catalog-scan/v1",
            "snapshots": [
                {**one.snapshot.manifest.as_json(), "pins_problem": one.pins} for one in self.taken
            ],
            "failed": [
                {
                    "source": one.source,
                    "kind": one.error.kind,
                    "message": str(one.error),
                    "hints": list(getattr(one.error, "__notes__", [])),
                }
                for one in self.failed
            ],
            "leftovers": list(self.leftovers),
        }


def scan(
    workspace: Workspace,
    named: Sequence[str],
    given: StoreConfig,
    *,
    now: datetime,
    cwd: Path,
    progress: Progress,
) -> Scanned:
    """Scan each source, or those of `tutela.yaml` where none is named.

    One that fails does not stop the others; where it is the only one, its error is raised.

    Raises:
        SourceError: one is no source at all; nothing was scanned then.
        GovernanceError: nothing to scan; or the only source cannot be scanned.
    """
    base = cwd if named else workspace.folder
    sources = list(dict.fromkeys(named or workspace.config.sources))
    if not sources:
        raise GovernanceError(
            "no source is named, and tutela.yaml names none",
            "tutela catalog scan s3://BUCKET --endpoint-url URL",
        )
    for name in sources:
        check_source(name, base)
    leftovers = tuple(remove_leftovers(workspace.snapshots_dir))
    taken: list[Taken] = []
    failed: list[Failed] = []
    for name in sources:
        try:
            with closing(open_source(name, workspace, given, base)) as source:
                taken.append(scan_source(workspace, source, now=now, progress=progress))
        except GovernanceError as error:
            if len(sources) == 1:
                raise
            failed.append(Failed(name, error))
    return Scanned(tuple(taken), tuple(failed), leftovers)


def scan_source(
    workspace: Workspace, source: Source, *, now: datetime, progress: Progress
) -> Taken:
    """Write one snapshot. Interrupted at any point, it leaves nothing behind.

    Raises:
        GovernanceError: nothing can be listed, the disk is full, another scan writes it.
    """
    place = source.identity
    began = time.monotonic()
    shown = visible(place.uri)
    with Writer(
        workspace.snapshots_dir, snapshot_id(now, place.store.identity, place.uri)
    ) as writer:
        progress(f"listing {shown}")
        for batch in source.rows():
            writer.append(batch)
            progress(f"listing {shown}: {writer.tally.rows:,} rows")
        found = source.found()
        reader = source.reader()
        looked = look(
            writer.listed(),
            place.place.base_uri,
            reader,
            [workspace.folder / headers for headers in workspace.config.headers],
            lambda text: progress(f"{shown}: {text}"),
        )
        recognise(
            writer.listed(),
            writer.folder,
            place=place.place,
            read=reader,
            progress=lambda text: progress(f"{shown}: {text}"),
            told=looked.told,
        )
        started = min(place.as_of, now) if place.as_of else now
        read_store(
            writer.folder,
            place=place.place,
            source=place.uri,
            gaps=found.gaps,
            as_of=started,
            now=now,
            reader=reader,
            progress=lambda text: progress(f"{shown}: {text}"),
            looked=looked,
        )
        snapshot = writer.commit(
            Manifest(
                id=writer.id,
                source=place.uri,
                listing=place.listing,
                store=place.store,
                bucket=place.bucket,
                prefix=place.prefix,
                started=started,
                finished=now + timedelta(seconds=round(time.monotonic() - began, 3)),
                tool_version=version(),
                complete=not found.gaps,
                gaps=found.gaps,
                skipped=found.skipped,
                skipped_count=found.skipped_count,
                versions=found.versions,
                uploads=found.uploads,
                lower_bound=found.lower_bound,
                missing_rights=found.missing_rights,
                notes=found.notes,
                governance=place.governance,
            )
        )
    return Taken(snapshot, _sync_pins(workspace, snapshot.manifest, now, progress))


def _sync_pins(
    workspace: Workspace, manifest: Manifest, now: datetime, progress: Progress
) -> str | None:
    where = place_of(manifest, workspace.config)
    if where is None:
        return None
    return sync(workspace, where, now=now, progress=progress).problem


def _lines(taken: Taken) -> list[str]:
    manifest = taken.snapshot.manifest
    counts, amounts = manifest.counts, manifest.bytes
    bound = "at least " if manifest.lower_bound else ""
    lines = [f"{visible(manifest.source)}: snapshot {manifest.id}"]
    if manifest.listing:
        lines.append(f"  from the listing {visible(manifest.listing)}")
    lines.append(
        f"  {count(counts.artifacts)} artifacts, {bound}{size(amounts.live)} in current objects"
    )
    stored = f"{bound}{size(amounts.noncurrent)} in older versions"
    uploads = f"{size(amounts.uploads)} in {count(counts.uploads)} unfinished uploads"
    if not manifest.source.startswith("file:"):
        lines.append(f"  {stored}, {uploads}")
    if amounts.allocated is not None:
        lines.append(f"  {size(amounts.allocated)} allocated on disk")
    if not manifest.complete:
        lines.append("  INCOMPLETE: what was not listed is unknown, not gone, and all is kept")
    lines += _some("not listed", [(gap.prefix, gap.reason) for gap in manifest.gaps])
    skipped = [(skip.prefix, skip.reason) for skip in manifest.skipped]
    lines += _some("left out", skipped, manifest.skipped_count)
    lines += [f"  missing right: {visible(right)}" for right in manifest.missing_rights]
    lines += [f"  note: {visible(note)}" for note in manifest.notes]
    if taken.pins is not None:
        lines.append(f"  pins are not known, so all is kept: {visible(taken.pins)}")
    return lines


def _some(what: str, places: Sequence[tuple[str, str]], total: int | None = None) -> list[str]:
    lines = [
        f"  {what}: {visible(prefix) or 'everything'} ({visible(reason)})"
        for prefix, reason in places[:NAMED]
    ]
    more = (len(places) if total is None else total) - len(lines)
    return lines + ([f"  {what}: {count(more)} more places"] if more > 0 else [])
