"""The synthetic snapshot is one that tutela itself could have written."""

from pathlib import Path

import pyarrow.parquet as pq

from bench.snapshot import write
from governance.snapshot.reader import read_snapshot
from governance.snapshot.schema import ARTIFACTS, OBJECTS


def test_it_is_read_as_a_snapshot_and_has_its_columns(tmp_path: Path) -> None:
    snapshot = read_snapshot(write(tmp_path, 10_000))
    counts = snapshot.manifest.counts
    assert (counts.rows, counts.artifacts, counts.delete_markers) == (10_000, 125, 10)
    for file, schema in ((snapshot.objects, OBJECTS), (snapshot.artifacts, ARTIFACTS)):
        found = pq.read_schema(file)
        assert found.names == schema.names
        # DuckDB names the same types; it cannot say that a column is never null.
        types = [str(kind).replace("element", "item") for kind in found.types]
        assert types == [str(kind) for kind in schema.types]


def test_the_same_seed_gives_the_same_rows(tmp_path: Path) -> None:
    first, again, other = (
        pq.read_table(read_snapshot(write(tmp_path / name, 2_000, seed=seed)).objects)
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert first.equals(again)
    assert not first.equals(other)
