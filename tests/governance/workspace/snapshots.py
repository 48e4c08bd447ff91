"""Snapshots as far as their manifest goes, for tests that do not look into the rows."""

from datetime import datetime
from pathlib import Path
from typing import Any

from governance.evidence.schema import Reading
from governance.snapshot.manifest import (
    ARTIFACTS,
    MANIFEST,
    OBJECTS,
    Manifest,
    StoreRecord,
    digest_of,
    snapshot_id,
)
from governance.workspace.workspace import Workspace
from tests.governance.evidence.readings import add_reading


def add_snapshot(workspace: Workspace, bucket: str, started: datetime, **more: Any) -> Manifest:
    """Write a snapshot of a whole bucket whose two tables are placeholders."""
    evidence = more.pop("evidence", True)
    store = more.pop("store", StoreRecord(identity="s3.example.org:443"))
    source = f"s3://{bucket}"
    name = snapshot_id(started, store.identity, source)
    folder = workspace.snapshots_dir / name
    folder.mkdir()
    for file in (OBJECTS, ARTIFACTS):
        (folder / file).write_bytes(b"PAR1")
    said: dict[str, Any] = {
        "id": name,
        "source": source,
        "store": store,
        "bucket": bucket,
        "started": started,
        "finished": started,
        "tool_version": "0",
        "complete": True,
        "versions": "all",
        "uploads": "listed",
        "lower_bound": False,
        "files": {file: digest_of(folder / file) for file in (OBJECTS, ARTIFACTS)},
    }
    manifest = Manifest.model_validate({**said, **more}).sealed()
    if evidence:
        add_reading(
            folder / "evidence",
            Reading(
                kind="store",
                name=name,
                place=source,
                writers="whoever may write there",
                trusted=False,
                asked=manifest.started,
                as_of=manifest.started,
                complete=True,
            ),
        )
    Path(folder / MANIFEST).write_text(manifest.to_text())
    return manifest
