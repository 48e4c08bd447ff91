"""Workspaces with something to pin: in a POSIX tree, and in a bucket of the real server."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from governance.snapshot import schema
from governance.snapshot.manifest import (
    ARTIFACTS,
    OBJECTS,
    Bytes,
    Counts,
    Manifest,
    StoreRecord,
    digest_of,
    snapshot_id,
)
from governance.snapshot.reader import Snapshot
from governance.workspace.workspace import Workspace
from tests.governance.decide.things import NOW, artifact, days, entry

ROOTS = ["runs/a/checkpoint-1/", "runs/a/checkpoint-2/", "runs/b/checkpoint-1/", "data/x.gguf"]
POLICY = """version: 1
rules:
  - {id: age, match: {prefix: "*"}, else: {after: 30d, action: delete}}
"""


def tree(folder: Path) -> Workspace:
    """A workspace with a scanned POSIX tree `/scratch`."""
    place = Workspace.create(folder)
    add(place, "file:///scratch/", "/scratch", StoreRecord(identity="file"))
    return place


def bucket(folder: Path, name: str, endpoint: str, *, config: str = "") -> Workspace:
    """A workspace with a scanned bucket of a server."""
    place = Workspace.create(folder, config)
    record = StoreRecord(
        identity=endpoint.removeprefix("http://"), type="seaweedfs", endpoint=endpoint
    )
    add(place, f"s3://{name}/", name, record)
    return place


def add(place: Workspace, base: str, name: str, store: StoreRecord) -> Snapshot:
    """Write a snapshot of four old artifacts."""
    folder = place.snapshots_dir / snapshot_id(NOW, store.identity, base)
    folder.mkdir(parents=True)
    artifacts = [
        artifact(n, root, uri=base + root, bucket=name, run=root.partition("/")[0] + "/")
        for n, root in enumerate(ROOTS)
    ]
    objects = [
        entry(n, modified=days(100), key=f"{root}model.safetensors" if root[-1] == "/" else root)
        for n, root in enumerate(ROOTS)
    ]
    pq.write_table(pa.Table.from_pylist(objects, schema=schema.OBJECTS), folder / OBJECTS)
    pq.write_table(pa.Table.from_pylist(artifacts, schema=schema.ARTIFACTS), folder / ARTIFACTS)
    manifest = Manifest(
        id=folder.name,
        source=base,
        store=store,
        bucket=name,
        started=NOW,
        finished=NOW,
        tool_version="1",
        complete=True,
        versions="all",
        uploads="listed",
        lower_bound=False,
        counts=Counts(artifacts=len(ROOTS)),
        bytes=Bytes(),
        files={name: digest_of(folder / name) for name in (OBJECTS, ARTIFACTS)},
    ).sealed()
    (folder / "manifest.json").write_text(manifest.model_dump_json(by_alias=True))
    return Snapshot(folder, manifest)


def quiet(text: str) -> None:
    """Progress that nobody looks at."""
