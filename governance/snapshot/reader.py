"""Finds the snapshots of a workspace and refuses what it does not understand.

A damaged or newer snapshot is an error and never skipped: a report that silently left one out
would call its objects unclaimed.
"""

import json
import re
import shlex
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from governance.snapshot.errors import NewerSnapshotError, SnapshotError
from governance.snapshot.manifest import (
    ARTIFACTS,
    ID,
    MANIFEST,
    MAX_MANIFEST,
    OBJECTS,
    Manifest,
)
from governance.snapshot.schema import SNAPSHOT_SCHEMA

_SCHEMA = re.compile(r"tutela/snapshot/v(\d+)")


class HasSnapshots(Protocol):
    """A workspace, as far as snapshots are concerned."""

    @property
    def snapshots_dir(self) -> Path: ...  # noqa: D102


@dataclass(frozen=True)
class Snapshot:
    """One immutable snapshot: its folder and what its manifest says."""

    folder: Path
    manifest: Manifest

    @property
    def objects(self) -> Path:
        """The Parquet file with one row per object version (`schema.OBJECTS`)."""
        return self.folder / OBJECTS

    @property
    def artifacts(self) -> Path:
        """The Parquet file with one row per artifact (`schema.ARTIFACTS`)."""
        return self.folder / ARTIFACTS


def folders(workspace: HasSnapshots) -> list[Path]:
    """Return the folders of finished snapshots, newest first, without opening them."""
    root = workspace.snapshots_dir
    if not root.is_dir():
        return []
    found = [path for path in root.iterdir() if ID.fullmatch(path.name) and path.is_dir()]
    return sorted(found, key=lambda path: path.name, reverse=True)


def snapshots(workspace: HasSnapshots) -> list[Snapshot]:
    """Return every snapshot, newest first.

    Raises:
        NewerSnapshotError: one was written by a newer tutela.
        SnapshotError: one is damaged.
    """
    return [read_snapshot(folder) for folder in folders(workspace)]


def latest(workspace: HasSnapshots) -> list[Snapshot]:
    """Return the newest snapshot of each source, so that no object is counted twice.

    Of sources that overlap (a bucket, and a prefix in it) the widest wins, whatever its age.

    Raises:
        NewerSnapshotError: one was written by a newer tutela.
        SnapshotError: one is damaged.
    """
    newest: dict[tuple[str, str, str], Snapshot] = {}
    # By when the rows were true: an old listing file may have been scanned today.
    for snapshot in sorted(snapshots(workspace), key=_age, reverse=True):
        newest.setdefault(_scope(snapshot), snapshot)
    return [
        snapshot
        for scope, snapshot in newest.items()
        if not any(_covers(other, scope) for other in newest if other != scope)
    ]


def _age(snapshot: Snapshot) -> tuple[datetime, str]:
    return snapshot.manifest.started, snapshot.manifest.id


def _scope(snapshot: Snapshot) -> tuple[str, str, str]:
    """Store, bucket and prefix; a POSIX tree's path is a prefix of the one file system."""
    manifest = snapshot.manifest
    if manifest.source.startswith("file:"):
        return manifest.store.identity, "", manifest.bucket.rstrip("/") + "/"
    return manifest.store.identity, manifest.bucket, manifest.prefix


def _covers(wide: tuple[str, str, str], narrow: tuple[str, str, str]) -> bool:
    return wide[:2] == narrow[:2] and narrow[2].startswith(wide[2])


def read_snapshot(folder: Path) -> Snapshot:
    """Return one snapshot after the cheap checks: schema, digest of the manifest, file lengths.

    Raises:
        NewerSnapshotError: it was written by a newer tutela.
        SnapshotError: the manifest or a file is missing, cut short or changed.
    """
    manifest = _read_manifest(folder)
    if manifest.digest != manifest.computed_digest():
        raise _damaged(folder, f"{MANIFEST} does not match its digest")
    if manifest.id != folder.name:
        raise _damaged(folder, f"{MANIFEST} is the one of {manifest.id}")
    for name in (OBJECTS, ARTIFACTS):
        record = manifest.files.get(name)
        if record is None:
            raise _damaged(folder, f"{MANIFEST} does not name {name}")
        try:
            length = (folder / name).stat().st_size
        except OSError as error:
            raise _damaged(folder, f"{name} cannot be read ({error.strerror})") from error
        if length != record.bytes:
            raise _damaged(folder, f"{name} has {length} bytes and should have {record.bytes}")
    return Snapshot(folder, manifest)


def _read_manifest(folder: Path) -> Manifest:
    try:
        with (folder / MANIFEST).open("rb") as file:
            text = file.read(MAX_MANIFEST + 1)
    except OSError as error:
        raise _damaged(folder, f"{MANIFEST} cannot be read ({error.strerror})") from error
    if len(text) > MAX_MANIFEST:
        raise _damaged(folder, f"{MANIFEST} has more than {MAX_MANIFEST} bytes")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged(folder, f"{MANIFEST} is not JSON") from error
    schema = values.get("schema") if isinstance(values, dict) else None
    if schema != SNAPSHOT_SCHEMA:
        raise _unknown_schema(folder, schema)
    try:
        return Manifest.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise _damaged(folder, f"{MANIFEST}: {field}: {first['msg'].lower()}") from error


def _unknown_schema(folder: Path, schema: object) -> SnapshotError:
    known = _SCHEMA.fullmatch(SNAPSHOT_SCHEMA)
    found = _SCHEMA.fullmatch(schema) if isinstance(schema, str) else None
    if known and found and int(found[1]) > int(known[1]):
        return NewerSnapshotError(
            f"snapshot {folder.name} has schema {found[0]}, newer than {SNAPSHOT_SCHEMA}",
            "pip install --upgrade tutela",
        )
    return _damaged(folder, f"{MANIFEST} does not say {SNAPSHOT_SCHEMA}")


def _damaged(folder: Path, what: str) -> SnapshotError:
    aside = folder.with_name(f"{folder.name}.damaged")
    return SnapshotError(
        f"snapshot {folder.name} is damaged: {what}",
        f"mv {shlex.quote(str(folder))} {shlex.quote(str(aside))} && tutela catalog scan SOURCE",
    )
