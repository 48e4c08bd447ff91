"""From what is typed as a SOURCE to the source itself."""

import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from governance.catalog.sources.inventory import ENDINGS, Inventory, open_inventory
from governance.catalog.sources.posix import PosixReader, PosixTree, key_of
from governance.catalog.sources.s3 import S3Source, store_record
from governance.catalog.sources.source import Found, Identity, Source
from governance.errors import GovernanceError
from governance.pin.places import place_of
from governance.recognise.reading import NoReader, Reader
from governance.snapshot.manifest import Manifest, StoreRecord
from governance.store.client import Location, Store, governance_location, location_of
from governance.workspace.config import Config, StoreConfig
from governance.workspace.workspace import Workspace


class SourceError(GovernanceError):
    """What was named as a source is none."""

    kind = "source"
    exit_code = 2


def check_source(named: str, cwd: Path) -> None:
    """Refuse what cannot be a source, without looking whether it is there.

    Raises:
        SourceError: it is neither s3://, nor file://, nor the name of a listing file.
        StoreError: s3:// without a bucket.
    """
    if named.startswith("s3://"):
        location_of(named)
        return
    if named.startswith("file://"):
        tail = named.removeprefix("file://")
        if not tail.startswith("/"):
            raise SourceError(f"not an absolute path: {named}", f"file://{cwd / tail}")
        return
    if "://" in named:
        raise SourceError(f"neither s3:// nor file://: {named}", "s3://BUCKET/PREFIX")
    path = cwd / Path(named).expanduser()
    if path.is_dir():
        raise SourceError(f"{named} is a folder", f"tutela catalog scan file://{path.resolve()}")
    if not named.endswith(ENDINGS):
        raise SourceError(
            f"not a source: {named}", "s3://BUCKET/PREFIX", "file:///PATH", "LISTING.parquet"
        )


def open_source(named: str, workspace: Workspace, given: StoreConfig, cwd: Path) -> Source:
    """Open what `named` says; `given` is what the command line says of its store.

    Raises:
        SourceError: as :func:`check_source`.
        StoreError: no such profile or CA bundle.
        ListingError: a listing file that cannot be read.
    """
    check_source(named, cwd)
    if named.startswith("s3://"):
        location = location_of(named)
        return S3Source(store_for(location.bucket, workspace.config, given), location)
    if named.startswith("file://"):
        root = Path(os.path.abspath(named.removeprefix("file://")))
        return TreeSource(root, workspace.folder)
    inventory = open_inventory(cwd / Path(named).expanduser())
    return ListingSource(inventory, workspace.config, given)


def open_recorded(manifest: Manifest, workspace: Workspace) -> Source:
    """Open the source of a snapshot again, at the store that it was taken from.

    Raises:
        StoreError: no such profile or CA bundle.
    """
    if manifest.source.startswith("file:"):
        return TreeSource(Path(manifest.bucket), workspace.folder)
    where = place_of(manifest, workspace.config)
    config = where.config if where else StoreConfig()
    return S3Source(Store(config), Location(manifest.bucket, manifest.prefix))


def store_for(bucket: str, config: Config, given: StoreConfig) -> Store:
    """Return the store of a bucket: as configured, changed by what the command line says.

    An endpoint that is given chooses the configured store that has it, so that an ad hoc scan
    of a known store finds its pins and gives the same artifact ids.
    """
    said = {name: getattr(given, name) for name in given.model_fields_set}
    configured = config.store_of(bucket)
    base = configured[1] if configured else StoreConfig()
    if given.endpoint is not None:
        same = [one for one in config.stores.values() if one.endpoint == given.endpoint]
        named = [one for one in same if bucket in one.buckets]
        base = (named or same or [StoreConfig()])[0]
    return Store(base.model_copy(update=said)).resolved()


class TreeSource:
    """A POSIX tree."""

    def __init__(self, root: Path, workspace: Path) -> None:
        self._root = root
        self._tree = PosixTree(root, workspace)

    @property
    def identity(self) -> Identity:
        """Which place this is."""
        path = key_of(os.fsencode(self._root))
        return Identity(uri=f"file://{path}", store=StoreRecord(identity="file"), bucket=path)

    def rows(self) -> Iterator[pa.RecordBatch]:
        """Yield one row per regular file."""
        return self._tree.rows()

    def found(self) -> Found:
        """Return what was covered; a tree has no versions and no uploads."""
        tree = self._tree
        return Found(
            versions="unversioned",
            uploads="listed",
            lower_bound=bool(tree.gaps),
            gaps=tuple(tree.gaps),
            skipped=tuple(tree.skipped),
            skipped_count=tree.skipped_count,
            missing_rights=tuple(sorted({gap.right for gap in tree.gaps if gap.right})),
            notes=tuple(tree.notes),
        )

    def reader(self) -> Reader:
        """Return a reader of the tree's files."""
        return PosixReader(self._root)

    def close(self) -> None:
        """Nothing is open."""


class ListingSource:
    """A listing that somebody else made; unfinished uploads are never in one."""

    def __init__(self, inventory: Inventory, config: Config, given: StoreConfig) -> None:
        self._inventory = inventory
        self._store = store_for(inventory.bucket, config, given)
        own = governance_location(self._store.config, inventory.bucket)
        self._own = own.prefix if own.bucket == inventory.bucket and own.prefix else None

    @property
    def identity(self) -> Identity:
        """Which place this is: the bucket that is listed, not the file."""
        bucket = self._inventory.bucket
        return Identity(
            uri=f"s3://{bucket}/",
            store=store_record(self._store.config),
            bucket=bucket,
            listing=str(self._inventory.path),
            governance=self._own,
            as_of=self._inventory.as_of,
        )

    def rows(self) -> Iterator[pa.RecordBatch]:
        """Yield the listing's rows, without tutela's own records."""
        for batch in self._inventory.rows():
            if self._own is None:
                yield batch
            else:
                yield batch.filter(pc.invert(pc.starts_with(batch.column("key"), self._own)))

    def found(self) -> Found:
        """Return what a listing covers: no uploads, and versions where it has the columns."""
        inventory = self._inventory
        return Found(
            versions="all" if inventory.versions else "current",
            uploads="not listed",
            lower_bound=True,
            gaps=tuple(inventory.gaps),
            notes=("a listing file names no unfinished uploads",),
        )

    def reader(self) -> Reader:
        """Return a reader that has nothing to read."""
        return NoReader()

    def close(self) -> None:
        """Nothing is open."""
