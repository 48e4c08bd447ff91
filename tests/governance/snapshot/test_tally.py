import pyarrow as pa

from governance.snapshot.manifest import Bytes, Counts
from governance.snapshot.schema import LISTED
from governance.snapshot.tally import Tally
from tests.governance.snapshot.snapshots import batch


def test_every_row_is_counted_as_what_it_is() -> None:
    tally = Tally()
    tally.add(batch(("a", 10), ("b", 5)))
    tally.add(batch(("a", 7), latest=False))
    tally.add(batch(("c", 0), entry="delete_marker"))
    tally.add(batch(("d", 3), entry="upload", latest=False))
    assert tally.counts(2) == Counts(rows=5, versions=3, delete_markers=1, uploads=1, artifacts=2)
    assert tally.bytes() == Bytes(live=15, noncurrent=7, uploads=3, allocated=None)


def test_bytes_on_disk_are_summed_where_the_source_knows_them() -> None:
    row = {"key": "a", "is_latest": True, "entry": "version", "size": 1, "allocated": 4096}
    tally = Tally()
    tally.add(pa.RecordBatch.from_pylist([row], schema=LISTED))
    assert tally.bytes().allocated == 4096


def test_an_empty_listing_counts_nothing() -> None:
    tally = Tally()
    tally.add(pa.RecordBatch.from_pylist([], schema=LISTED))
    assert tally.counts(0) == Counts()
    assert tally.bytes() == Bytes()
