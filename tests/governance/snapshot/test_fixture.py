"""A snapshot that an earlier tutela wrote can still be read, listed and decided on."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from governance.decide.engine import connect
from governance.decide.facts import build
from governance.decide.listings import Listing
from governance.snapshot.manifest import Bytes, Counts, digest_of
from governance.snapshot.reader import Snapshot, latest
from governance.snapshot.schema import ARTIFACTS, OBJECTS

FIXTURES = Path(__file__).parents[2] / "fixtures" / "snapshots"


class Home:
    """The fixture as a workspace."""

    snapshots_dir = FIXTURES / "v1" / "snapshots"


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    [found] = latest(Home())
    return found


def test_its_manifest_says_what_was_scanned(snapshot: Snapshot) -> None:
    manifest = snapshot.manifest
    assert manifest.source == "s3://alpha/"
    assert manifest.store.identity == "lab"
    assert manifest.complete
    assert manifest.counts == Counts(
        rows=17, versions=15, delete_markers=1, uploads=1, artifacts=manifest.counts.artifacts
    )
    assert manifest.bytes.uploads == 700
    assert manifest.bytes.noncurrent == 502
    assert isinstance(manifest.bytes, Bytes)


def test_its_files_are_as_they_were_written(snapshot: Snapshot) -> None:
    for name, record in snapshot.manifest.files.items():
        assert digest_of(snapshot.folder / name) == record


def test_its_columns_are_those_that_are_read_today(snapshot: Snapshot) -> None:
    for path, schema in ((snapshot.objects, OBJECTS), (snapshot.artifacts, ARTIFACTS)):
        found = pq.read_schema(path)
        assert found.names == schema.names
        for name in schema.names:
            assert found.field(name).type == schema.field(name).type


def test_facts_are_made_from_it(snapshot: Snapshot) -> None:
    connection = connect()
    build(connection, [Listing.of(snapshot)])
    found = connection.execute(
        "SELECT root, kind, complete FROM facts WHERE kind = 'checkpoint' ORDER BY root"
    ).fetchall()
    connection.close()
    assert found == [
        ("runs/a/checkpoint-10/", "checkpoint", True),
        ("runs/a/checkpoint-20/", "checkpoint", False),
    ]
