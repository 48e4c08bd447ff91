"""Stores as places of models: fills the seam that blueprints mirror through."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from blueprints.supply.place import PIECE, Options, PlaceError, Sink

if TYPE_CHECKING:
    from governance.store.objects import Objects


def open_store(uri: str, options: Options) -> Sink:
    """Return the prefix of a bucket, which is asked for at once.

    Raises:
        StoreError: it cannot be reached.
    """
    from governance.store.client import Store, can_reach, location_of
    from governance.store.objects import Objects
    from governance.workspace.config import store_given

    where = location_of(uri)
    given = store_given(
        endpoint=options.endpoint,
        profile=options.profile,
        region=options.region,
        ca_bundle=options.ca_bundle,
        checksum=options.checksum,
    )
    store = Store(given)
    can_reach(store, where.bucket)
    prefix = where.prefix.rstrip("/")
    if not prefix:
        raise PlaceError(f"{uri} names a whole bucket", "s3://BUCKET/ORGANISATION/NAME")
    return Prefix(Objects(store, where.bucket), f"{prefix}/", options.state)


class Prefix:
    """Objects below a prefix, which ends with a slash.

    `state`: a folder by which a later run goes on within a large object; without, it begins anew.
    """

    def __init__(self, objects: "Objects", prefix: str, state: Path | None = None) -> None:
        self._objects, self._prefix, self._state = objects, prefix, state

    @property
    def uri(self) -> str:
        """``s3://bucket/prefix/``."""
        return self._objects.uri(self._prefix)

    def files(self) -> Iterator[tuple[str, int]]:
        """Every object; keys that end with a slash hold nothing."""
        for key, size in self._objects.below(self._prefix):
            if not key.endswith("/"):
                yield key.removeprefix(self._prefix), size

    def read(self, path: str) -> Iterator[bytes]:
        """The contents of one object; a broken connection is taken up again."""
        with self._objects.stream(self._prefix + path) as stream:
            while piece := stream.read(PIECE):
                yield piece

    def write(self, path: str, size: int, pieces: Iterable[bytes], *, replace: bool) -> None:
        """Make an object in parts; one that is not whole does not appear."""
        from governance.store.multipart import ChangedError, Writer, part_size
        from tutela.partial import Partial

        key = self._prefix + path
        uri = self._objects.uri(key)
        large = self._state is not None and size > part_size(size)
        journal = Partial(self._state, uri, size) if self._state is not None and large else None
        try:
            writer = Writer(self._objects, key, expected=size, replace=replace, journal=journal)
            with writer:
                try:
                    done = sum(writer.write(piece) for piece in pieces)
                    if done != size:
                        raise PlaceError(f"{uri} would not have {size} bytes")
                    writer.complete()
                except (PlaceError, ChangedError):
                    # What was sent is not what it should be: nobody goes on with it.
                    writer.abandon()
                    if journal is not None:
                        journal.end()
                    raise
            if journal is not None:
                journal.end()
        finally:
            if journal is not None:
                journal.close()

    def close(self) -> None:
        """Close the connections."""
        self._objects.close()
