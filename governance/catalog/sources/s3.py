"""A bucket, or a prefix of it, as a source."""

from collections.abc import Iterator

import pyarrow as pa

from governance.catalog.sources.source import Found, Identity
from governance.recognise.reading import Reader
from governance.snapshot.manifest import StoreRecord
from governance.store.client import Location, Store, governance_location, versioning_of
from governance.store.listing import Listing
from governance.store.pages import PAGE, BotoLister
from governance.store.reading import StoreReader
from governance.workspace.config import StoreConfig


class S3Source:
    """One bucket of one store, below one prefix."""

    def __init__(self, store: Store, location: Location, *, page: int = PAGE) -> None:
        self._store = store
        self._location = location
        self._client = store.client(text_times=True)
        own = governance_location(store.config, location.bucket)
        self._own = own.prefix if own.bucket == location.bucket and own.prefix else None
        self._lister = BotoLister(
            self._client,
            location.bucket,
            store.target(location.bucket),
            store_type=store.config.type,
            page=page,
        )
        self._listing: Listing | None = None
        self._reader: StoreReader | None = None

    @property
    def identity(self) -> Identity:
        """Which place this is."""
        return Identity(
            uri=self._location.uri,
            store=store_record(self._store.config),
            bucket=self._location.bucket,
            prefix=self._location.prefix,
            governance=self._own,
        )

    def rows(self) -> Iterator[pa.RecordBatch]:
        """Yield every version, delete marker and unfinished upload.

        Raises:
            StoreError: nothing of it can be listed.
        """
        self._listing = Listing(
            self._lister,
            self._location.prefix,
            versioning=versioning_of(self._store, self._location.bucket),
            excluded=self._own,
            folder_by_folder=lambda: self._lister.profile.pages_lose_names,
        )
        return self._listing.rows()

    def found(self) -> Found:
        """Return what was covered."""
        if self._listing is None:
            raise RuntimeError("rows() comes first")
        coverage = self._listing.coverage
        return Found(
            versions=coverage.versions,
            uploads=coverage.uploads,
            lower_bound=coverage.lower_bound,
            gaps=tuple(coverage.gaps),
            missing_rights=tuple(coverage.missing_rights),
            notes=tuple(coverage.notes),
        )

    def reader(self) -> Reader:
        """Return a reader of current versions."""
        self._reader = self._reader or StoreReader(self._store, self._location.bucket)
        return self._reader

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        if self._reader is not None:
            self._reader.close()


def store_record(config: StoreConfig) -> StoreRecord:
    """Return what a manifest says about a store."""
    return StoreRecord(
        identity=config.known_as,
        type=config.type,
        endpoint=config.endpoint,
        region=config.region,
        profile=config.profile,
        path_style=config.path_style,
        ca_bundle=config.ca_bundle,
        checksum=config.checksum,
    )
