"""The newest snapshots of a workspace as the table `facts`, for what the catalogue shows."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from governance.decide.engine import connect
from governance.decide.facts import build
from governance.decide.listings import Listing
from governance.retention.contents import read_contents
from governance.retention.decided import NothingScannedError
from governance.snapshot.reader import Snapshot, latest
from governance.workspace.workspace import Workspace


@contextmanager
def newest_facts(
    workspace: Workspace,
) -> Iterator[tuple[duckdb.DuckDBPyConnection, tuple[Snapshot, ...]]]:
    """Give a database with `facts` and `contents`, and the snapshots that they were made from.

    Raises:
        NothingScannedError: there is no snapshot.
        SnapshotError: one is damaged or newer.
    """
    chosen = tuple(latest(workspace))
    if not chosen:
        raise NothingScannedError(
            f"nothing was scanned in {workspace.folder}", "tutela catalog scan s3://BUCKET"
        )
    workspace.cache_dir.mkdir(parents=True, exist_ok=True)
    connection = connect(workspace.cache_dir)
    try:
        listings = [Listing.of(snapshot) for snapshot in chosen]
        build(connection, listings, projects=workspace.config.projects)
        read_contents(connection, chosen)
        yield connection, chosen
    finally:
        connection.close()
