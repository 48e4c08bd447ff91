"""Stores as places of models: fills the seam that blueprints mirror through."""

from collections.abc import Iterable, Iterator
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
    return Prefix(Objects(store, where.bucket), f"{prefix}/")


class Prefix:
    """Objects below a prefix, which ends with a slash."""

    def __init__(self, objects: "Objects", prefix: str) -> None:
        self._objects, self._prefix = objects, prefix

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
        from governance.store.multipart import Writer

        key = self._prefix + path
        with Writer(self._objects, key, expected=size, replace=replace) as writer:
            done = sum(writer.write(piece) for piece in pieces)
            if done != size:
                raise PlaceError(f"{self._objects.uri(key)} would not have {size} bytes")
            writer.complete()

    def close(self) -> None:
        """Close the connections."""
        self._objects.close()
