"""What the files of a folder are, found out before nobody can: for their manifests.

The catalog's own recogniser looks at names and headers, as in a scan; what it finds travels with
each file, so that a bucket of sealed ones still shows checkpoints and datasets.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from governance.artifact import Entry, Kind
from governance.recognise.engine import Place, recognise
from governance.sealed.manifest import Content
from governance.store.pages import rows_of
from tce.seal.setting import Setting
from tce.seal.sources import Item, Source

_NOTHING = (Kind.UNKNOWN, Kind.DEBRIS)


def recognised(source: Source, setting: Setting) -> Source:
    """Return `source` with the content of every file that belongs to something."""
    if not source.items:
        return source
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        _write(source.items, folder / "listed.parquet")
        recognise(
            folder / "listed.parquet",
            folder,
            place=Place("sealed", "sealed", ""),
            read=source.items[0].place.reader(),
            progress=setting.progress,
        )
        artifacts = pq.read_table(folder / "artifacts.parquet").to_pylist()
        columns = ["key", "artifact"]
        objects = pq.read_table(folder / "objects.parquet", columns=columns).to_pylist()
    members: dict[int, list[str]] = {}
    for one in objects:
        members.setdefault(one["artifact"], []).append(one["key"])
    contents = {
        key: content
        for one in artifacts
        for key, content in _contents(one, members.get(one["artifact"], []))
    }
    items = tuple(replace(item, content=contents.get(item.name)) for item in source.items)
    return replace(source, items=items)


def _contents(artifact: dict[str, object], keys: Sequence[str]) -> list[tuple[str, Content]]:
    if artifact["kind"] in _NOTHING:
        return []
    root = str(artifact["root"])
    base = artifact["base_model"]
    return [
        (
            key,
            Content(
                artifact=root.rstrip("/") or root,
                kind=str(artifact["kind"]),
                layout=str(artifact["layout"]) or None,
                member=_member(key, root),
                members=len(keys),
                needs=[str(base)] if base else [],
            ),
        )
        for key in keys
    ]


def _member(key: str, root: str) -> str:
    """The path within the artifact; of an artifact that is one file, its name."""
    inside = key.removeprefix(root) if root.endswith("/") else ""
    return inside or key.rpartition("/")[2]


def _write(items: Sequence[Item], file: Path) -> None:
    number = len(items)
    nothing: list[str | None] = [None] * number
    batch = rows_of(
        key=[item.name for item in items],
        version_id=nothing,
        is_latest=[True] * number,
        entry=[str(Entry.VERSION)] * number,
        size=[item.size for item in items],
        modified=nothing,
        etag=nothing,
        storage_class=nothing,
        owner=nothing,
    )
    with pq.ParquetWriter(file, batch.schema) as writer:
        writer.write_batch(batch)
