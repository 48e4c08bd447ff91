"""Small real workspaces: Parquet and manifests on disk, as a scan would have left them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from governance.decide.engine import connect
from governance.evidence.schema import Reading
from governance.pin.cache import Cached
from governance.pin.cache import store as store_pins
from governance.pin.places import place_of
from governance.retention.rows import ROWS
from governance.retention.sources import Source
from governance.snapshot import schema
from governance.snapshot.manifest import (
    ARTIFACTS,
    OBJECTS,
    Bytes,
    Counts,
    Gap,
    Manifest,
    StoreRecord,
    digest_of,
    snapshot_id,
)
from governance.snapshot.reader import Snapshot
from governance.workspace.workspace import Workspace
from tests.governance.evidence.readings import add_reading

NOW = datetime(2026, 11, 22, 1, 20, tzinfo=UTC)
STORE = "s3.example.org:443"


def days(number: float) -> datetime:
    """So many days before NOW."""
    return NOW - timedelta(days=number)


@dataclass(frozen=True)
class File:
    """One row of a listing."""

    key: str
    size: int
    role: str = "weights"
    modified: datetime | None = field(default_factory=lambda: days(100))
    etag: str | None = None
    entry: str = "version"
    is_latest: bool = True


@dataclass(frozen=True)
class Thing:
    """One artifact and its rows."""

    root: str
    files: Sequence[File]
    kind: str = "checkpoint"
    layout: str = "hf-trainer"
    run: str = ""
    step: int | None = None
    complete: bool | None = True
    missing: Sequence[str] = ()
    why: str | None = None
    slot: str = ""
    live: bool = True


def save(run: str, step: int, size: int = 1000, *, age: float = 100, **more: object) -> Thing:
    """A complete checkpoint with weights and optimizer state of `size` bytes each."""
    root = f"{run}checkpoint-{step}/"
    fields: dict[str, object] = {"run": run, "step": step, **more}
    files = (
        File(f"{root}model.safetensors", size, "weights", days(age)),
        File(f"{root}optimizer.pt", 3 * size, "optimizer", days(age)),
        File(f"{root}trainer_state.json", 10, "other", days(age)),
    )
    return Thing(root, files, **fields)  # type: ignore[arg-type]


def artifact_id(thing: Thing, bucket: str, store: str = STORE) -> str:
    """The id that a scan gives."""
    parts = (store, bucket, thing.root)
    text = "".join(hashlib.sha256(part.encode()).hexdigest() for part in parts) + thing.slot
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def workspace(folder: Path, config: str = "", policy: str | None = None) -> Workspace:
    """A workspace with this `tutela.yaml` and, beside it, `policy.yaml`."""
    if policy is not None:
        config += "\npolicy: policy.yaml\n"
    made = Workspace.create(folder, config)
    if policy is not None:
        (made.folder / "policy.yaml").write_text(policy, encoding="utf-8")
    return made


def add_snapshot(
    place: Workspace,
    things: Sequence[Thing],
    *,
    at: datetime = NOW,
    bucket: str = "lab",
    prefix: str = "",
    store_type: str = "seaweedfs",
    versions: str = "unversioned",
    complete: bool = True,
    gaps: Sequence[Gap] = (),
    lower_bound: bool = False,
    missing_rights: Sequence[str] = (),
) -> Snapshot:
    """Write one snapshot of `things`; the ids, counts and sums are those a scan would write."""
    posix = store_type == "file"
    store = "file" if posix else STORE
    base = f"file://{bucket}/" if posix else f"s3://{bucket}/"
    source = base + prefix
    identity = snapshot_id(at, store, source)
    folder = place.snapshots_dir / identity
    folder.mkdir(parents=True)
    pq.write_table(_objects(things, posix), folder / OBJECTS)
    pq.write_table(_artifacts(things, bucket, store, base), folder / ARTIFACTS)
    rows = [file for thing in things for file in thing.files]
    live = [f for f in rows if f.entry == "version" and f.is_latest]
    manifest = Manifest(
        id=identity,
        source=source,
        store=StoreRecord(identity=store, type="generic" if posix else store_type),
        bucket=bucket,
        prefix=prefix,
        started=at,
        finished=at,
        tool_version="0.1.0",
        complete=complete,
        gaps=tuple(gaps),
        versions=versions,  # type: ignore[arg-type]
        uploads="listed",
        lower_bound=lower_bound,
        missing_rights=tuple(missing_rights),
        counts=Counts(rows=len(rows), artifacts=len(things)),
        bytes=Bytes(
            live=sum(f.size for f in live),
            noncurrent=sum(f.size for f in rows if f.entry == "version" and not f.is_latest),
            uploads=sum(f.size for f in rows if f.entry == "upload"),
        ),
        files={name: digest_of(folder / name) for name in (OBJECTS, ARTIFACTS)},
    ).sealed()
    (folder / "manifest.json").write_text(manifest.model_dump_json(by_alias=True))
    # A scan reads what the bucket says of itself: without that, everything in it is kept.
    said = Reading(
        kind="store",
        name="lab",
        place=source,
        writers=f"whoever may write to {source}",
        trusted=False,
        asked=at,
        as_of=at,
        complete=True,
    )
    add_reading(folder / "evidence", said)
    # A scan reads the pins of the store too: without that, everything in it is kept.
    pins = place_of(manifest, place.config)
    if pins is not None:
        store_pins(place, pins, Cached(as_of=at, problem=None))
    return Snapshot(folder, manifest)


def _objects(things: Sequence[Thing], posix: bool) -> pa.Table:
    rows = [
        {
            "key": file.key,
            "version_id": None,
            "is_latest": file.is_latest,
            "entry": file.entry,
            "size": file.size,
            "allocated": file.size if posix else None,
            "modified": file.modified,
            "etag": file.etag,
            "storage_class": None,
            "owner": None,
            "artifact": number,
            "role": file.role,
        }
        for number, thing in enumerate(things)
        for file in thing.files
    ]
    return pa.Table.from_pylist(rows, schema=schema.OBJECTS)


def _artifacts(things: Sequence[Thing], bucket: str, store: str, base: str) -> pa.Table:
    rows = [
        {
            "artifact": number,
            "id": artifact_id(thing, bucket, store),
            "bucket": bucket,
            "root": thing.root,
            "slot": thing.slot,
            "uri": base + thing.root,
            "kind": thing.kind,
            "layout": thing.layout,
            "parts": [thing.layout],
            "run": thing.run,
            "step": thing.step,
            "complete": thing.complete,
            "missing": list(thing.missing),
            "why": thing.why,
            "base_model": None,
            "mixed_weights": None,
            "mixed_optimizer": None,
            "live": thing.live,
        }
        for number, thing in enumerate(things)
    ]
    return pa.Table.from_pylist(rows, schema=schema.ARTIFACTS)


def row(number: int = 0, **fields: object) -> dict[str, object]:
    """One row of a report's table: a kept, complete checkpoint of 4000 bytes, but for `fields`."""
    plain: dict[str, object] = {
        "fact": number,
        "id": f"{number:024x}",
        "uri": f"s3://lab/run/checkpoint-{number}/",
        "project": "p",
        "kind": "checkpoint",
        "layout": "hf-trainer",
        "parts": ["hf-trainer"],
        "run": "run/",
        "step": number,
        "bytes": 4000,
        "bytes_weights": 1000,
        "bytes_optimizer": 3000,
        "bytes_other": 0,
        "bytes_noncurrent": 0,
        "bytes_upload": 0,
        "allocated": None,
        "objects": 2,
        "versions": 2,
        "delete_markers": 0,
        "complete": True,
        "missing": [],
        "why": None,
        "base_model": None,
        "live": True,
        "newest": days(100),
        "oldest": days(100),
        "verdict": "keep",
        "level": "keep",
        "rule": "thin",
        "reason": "because",
        "until": None,
        "expires_after": None,
        "policy_line": "policy.yaml:4",
        "notice_seconds": 14 * 86_400,
        "owners": [],
        "pins": [],
        "store": STORE,
        "source": "s3://lab/",
        "snapshot": "s",
        "listing_complete": True,
        "lower_bound": False,
    }
    return {**plain, **fields}


def table(rows: Sequence[dict[str, object]]) -> pa.Table:
    """Rows as a report holds them."""
    return pa.Table.from_pylist(list(rows), schema=ROWS)


def database(rows: Sequence[dict[str, object]]) -> duckdb.DuckDBPyConnection:
    """A connection with the table `rows`."""
    connection = connect()
    fact = pa.array([item["fact"] for item in rows], pa.int64())
    incoming = table(rows).append_column("fact", fact)
    connection.register("incoming", incoming)
    connection.execute("CREATE TEMP TABLE rows AS FROM incoming")
    connection.unregister("incoming")
    return connection


def source(**fields: object) -> Source:
    """A complete snapshot of an unversioned bucket in a store that gives bytes back."""
    plain: dict[str, object] = {
        "snapshot": "s",
        "uri": "s3://lab/",
        "finished": NOW,
        "store": STORE,
        "type": "seaweedfs",
        "complete": True,
        "versions": "unversioned",
        "uploads": "listed",
        "lower_bound": False,
    }
    return Source(**{**plain, **fields})  # type: ignore[arg-type]
