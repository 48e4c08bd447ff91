"""Recognition end to end: a listing in, artifacts and the owner of every row out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from governance.artifact import Kind
from governance.recognise import cells, layouts, records, runs, sealed
from governance.recognise.find import Layout
from governance.recognise.folder import Tree
from governance.recognise.judge import Opinion, judge
from governance.recognise.reading import Reader
from governance.recognise.resolve import Artifact, Resolved, resolve
from governance.recognise.roles import Roles
from governance.recognise.write import write_artifacts, write_objects
from governance.sealed.told import Told

MEMORY = "2GB"
"""What DuckDB may use before it spills to disk beside the output."""


@dataclass(frozen=True)
class Place:
    """Where the listing was taken."""

    store: str
    """The store's identity; part of every artifact's id."""
    bucket: str
    base_uri: str
    """What a key is appended to: `s3://bucket/` or `file:///path/`."""
    prefix: str = ""
    """The scanned prefix; nothing above it was seen."""


def recognise(
    listed: Path,
    out: Path,
    *,
    place: Place,
    read: Reader,
    progress: Callable[[str], None],
    known: Sequence[Layout] = layouts.LAYOUTS,
    told: Sequence[Told] = (),
) -> None:
    """Write `objects.parquet` and `artifacts.parquet` into `out` from the rows of `listed`.

    `told` are sealed artifacts, which no layout can know. Every row belongs to exactly one
    artifact, whatever the order of the rows. Raises nothing for strange names or contents: what is
    not understood becomes kind `unknown` or `complete` null.
    """
    with duckdb.connect(
        config={"memory_limit": MEMORY, "threads": 2, "temp_directory": str(out / ".spill")}
    ) as connection:
        _understand(connection, str(listed), place, read, progress, known, told)
        progress("writing artifacts")
        write_artifacts(connection, str(listed), out, place.store, place.bucket, place.base_uri)
        write_objects(connection, str(listed), out)


def _understand(
    connection: duckdb.DuckDBPyConnection,
    listed: str,
    place: Place,
    read: Reader,
    progress: Callable[[str], None],
    known: Sequence[Layout],
    told: Sequence[Told],
) -> None:
    """Leave in SQL tables who owns what; the trees of folders end with this function."""
    progress("grouping objects into folders")
    cells.split(connection, listed, _names(known, told))
    live, gone = cells.trees(connection)
    sealed.put(live, told, {layout.NAME for layout in known})
    progress("recognising layouts")
    roles = Roles(known)
    resolved = resolve(live, known, place.prefix, roles)
    opinions: list[Opinion] = []
    _table(connection, "named", _NAMED, [])
    for some in judge(resolved.artifacts, read, progress):
        named = _take_named(len(opinions), some)
        if named:
            _table(connection, "named", _NAMED, named)
        opinions += some
    buried = _bury(gone, resolved, roles)
    deleted = resolve(gone, known, place.prefix, roles)
    _load(connection, resolved, deleted, buried, opinions)


def _names(known: Sequence[Layout], told: Sequence[Told]) -> str:
    patterns = [layout.FILES for layout in known if layout.FILES] + [runs.FILES, records.FILES]
    patterns += [layouts.sealed.BODIES] if told else []
    return "|".join(f"(?:{pattern})" for pattern in patterns)


def _bury(gone: Tree, live: Resolved, roles: Roles) -> list[tuple[str, str, int, bool, str]]:
    """Give deleted files inside a live artifact's folder to that artifact; empty their folders."""
    rows = []
    for folder in gone:
        path = folder.path
        while path not in live.wholes and path:
            path = path[: path.rfind("/", 0, -1) + 1]
        index = live.wholes.get(path)
        if index is None:
            continue
        artifact = live.artifacts[index]
        for cell in folder.cells:
            role = roles.of_parts(artifact, folder.path, cell.shape)
            rows.append((folder.path, cell.shape, index, False, str(role)))
        folder.cells, folder.files = [], {}
    return rows


_NO_WHOLENESS = {
    Kind.RUN: "run-level files have no notion of completeness",
    Kind.UNKNOWN: "no layout recognises it",
}

_ARTIFACT = pa.schema(
    [
        ("index", pa.int32()),
        ("root", pa.string()),
        ("slot", pa.string()),
        ("kind", pa.string()),
        ("layout", pa.string()),
        ("parts", pa.list_(pa.string())),
        ("run", pa.string()),
        ("step", pa.int64()),
        ("sure", pa.bool_()),
        ("missing", pa.list_(pa.string())),
        ("why", pa.string()),
        ("base_model", pa.string()),
        ("mixed_weights", pa.int64()),
        ("mixed_optimizer", pa.int64()),
        ("live", pa.bool_()),
    ]
)
_SHAPE = pa.schema(
    [
        ("dir", pa.string()),
        ("shape", pa.string()),
        ("index", pa.int32()),
        ("each", pa.bool_()),
        ("role", pa.string()),
        ("live", pa.bool_()),
    ]
)
_NAME = pa.schema(
    [
        ("dir", pa.string()),
        ("name", pa.string()),
        ("index", pa.int32()),
        ("role", pa.string()),
        ("live", pa.bool_()),
    ]
)
_NAMED = pa.schema(
    [("index", pa.int32()), ("key", pa.string()), ("least", pa.int64()), ("exact", pa.int64())]
)


def _load(
    connection: duckdb.DuckDBPyConnection,
    live: Resolved,
    deleted: Resolved,
    buried: list[tuple[str, str, int, bool, str]],
    opinions: Sequence[Opinion],
) -> None:
    """Make the tables `artifact`, `by_shape` and `by_name` of both trees."""
    same = {(one.root, one.slot): index for index, one in enumerate(live.artifacts)}
    shift = len(live.artifacts)
    moved = [
        same.get((one.root, one.slot), shift + index) for index, one in enumerate(deleted.artifacts)
    ]
    artifacts = [
        _row(index, one, opinion, True)
        for index, (one, opinion) in enumerate(zip(live.artifacts, opinions, strict=True))
    ]
    artifacts += [
        _row(shift + index, one, Opinion(unsure=["only deleted versions are left"]), False)
        for index, one in enumerate(deleted.artifacts)
        if moved[index] >= shift
    ]
    shapes = [(*row, True) for row in live.shapes] + [(*row, False) for row in buried]
    shapes += [
        (path, shape, moved[index], each, role, False)
        for path, shape, index, each, role in deleted.shapes
    ]
    names = [(*row, True) for row in live.names]
    names += [(path, name, moved[index], role, False) for path, name, index, role in deleted.names]
    for table, schema, rows in (
        ("artifact", _ARTIFACT, artifacts),
        ("by_shape", _SHAPE, shapes),
        ("by_name", _NAME, names),
    ):
        _table(connection, table, schema, rows)


def _take_named(first: int, opinions: Sequence[Opinion]) -> list[tuple[object, ...]]:
    """Return rows of what the opinions name, and let the opinions forget it."""
    rows: list[tuple[object, ...]] = [
        (first + index, one.key, one.least, one.exact)
        for index, opinion in enumerate(opinions)
        for one in opinion.named
    ]
    for opinion in opinions:
        opinion.named = []
    return rows


def _row(index: int, one: Artifact, opinion: Opinion, live: bool) -> tuple[object, ...]:
    why = opinion.why + opinion.unsure
    if not one.finds:
        why = [_NO_WHOLENESS[one.kind]]
    mixed = opinion.mixed or (None, None)
    return (
        index,
        one.root,
        one.slot,
        one.kind,
        one.layout,
        one.parts,
        one.run,
        one.step,
        # Files that nothing recognised or that have no notion of wholeness are never "complete".
        not opinion.unsure and bool(one.finds),
        opinion.missing,
        "; ".join(dict.fromkeys(why)) or None,
        opinion.base_model,
        *mixed,
        live,
    )


def _table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    schema: pa.Schema,
    rows: Sequence[tuple[object, ...]],
) -> None:
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    arrays = [
        pa.array([str(value) if isinstance(value, str) else value for value in column], one.type)
        for column, one in zip(columns, schema, strict=True)
    ]
    connection.register("incoming", pa.table(arrays, schema=schema))
    empty = f"CREATE TABLE IF NOT EXISTS {name} AS SELECT * FROM incoming LIMIT 0"  # noqa: S608 - our names
    connection.execute(empty)
    connection.execute(f"INSERT INTO {name} SELECT * FROM incoming")  # noqa: S608 - our names
    connection.unregister("incoming")
