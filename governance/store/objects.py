"""Whole objects of one bucket: read as streams, small ones written, listed, removed.

For what is sealed and opened; recognition reads ranges (`reading`), pins are `records`. Large
objects are written by `multipart`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError
from urllib3.exceptions import HTTPError

from governance.artifact import Entry
from governance.store.client import Store, versioning_of
from governance.store.errors import (
    ConflictError,
    NotFoundError,
    StoreError,
    UnsupportedError,
    calling,
)

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

AGAIN = 5
"""How often in a row a stream is taken up again where the connection breaks."""


@dataclass(frozen=True)
class Head:
    """What a store says of one object."""

    size: int
    etag: str


class Objects:
    """The objects of one bucket. Thread-safe; `close` when done."""

    def __init__(self, store: Store, bucket: str) -> None:
        self.store = store
        self.bucket = bucket
        self.client: S3Client = store.client()
        self.target = store.target(bucket)

    def head(self, key: str) -> Head:
        """Ask for an object's size.

        Raises:
            NotFoundError: there is none.
            StoreError: it cannot be asked.
        """
        with calling(self.target, "s3:GetObject", f"read {self.uri(key)}"):
            reply = self.client.head_object(Bucket=self.bucket, Key=key)
        return Head(reply["ContentLength"], reply["ETag"])

    def read(self, key: str, most: int) -> bytes:
        """Return a small object whole.

        Raises:
            NotFoundError: there is none.
            StoreError: it has more than `most` bytes; it cannot be read.
        """
        with self.stream(key) as stream:
            text = stream.read(most + 1)
        if len(text) > most:
            raise StoreError(f"{self.uri(key)} has more than {most} bytes")
        return text

    def stream(self, key: str) -> Stream:
        """Open an object to be read from its begin to its end; the caller closes it.

        Raises:
            NotFoundError: there is none.
            StoreError: it cannot be read.
        """
        return Stream(self, key, self.head(key))

    def write(self, key: str, text: bytes, *, replace: bool) -> None:
        """Write a small object; without `replace`, only where there is none.

        Raises:
            ConflictError: there is one.
            StoreError: it cannot be written.
        """
        request: Any = {"Bucket": self.bucket, "Key": key, "Body": text}
        if not replace:
            if self.exists(key):
                raise ConflictError(f"there is {self.uri(key)} already")
            request["IfNoneMatch"] = "*"
        try:
            self._put(request)
        except UnsupportedError:
            if replace:
                raise
            # A look beforehand is then all that protects it.
            self._put({name: request[name] for name in ("Bucket", "Key", "Body")})

    def _put(self, request: Any) -> None:
        with calling(self.target, "s3:PutObject", f"write {self.uri(request['Key'])}"):
            self.client.put_object(**request)

    def exists(self, key: str) -> bool:
        """Tell whether there is a current object of exactly this key.

        Raises:
            StoreError: it cannot be asked.
        """
        try:
            self.head(key)
        except NotFoundError:
            return False
        return True

    def remove(self, key: str) -> None:
        """Delete the current version; one that is not there is no error.

        Raises:
            StoreError: it cannot be deleted.
        """
        with calling(self.target, "s3:DeleteObject", f"delete {self.uri(key)}"):
            self.client.delete_object(Bucket=self.bucket, Key=key)

    def below(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield key and size of every current object whose key starts with `prefix`.

        Raises:
            StoreError: they cannot be listed, or not all of them.
        """
        # Listings are columns; whoever reads and writes objects need not wait for Arrow.
        from governance.store.listing import Listing
        from governance.store.pages import BotoLister

        with closing(self.store.client(text_times=True)) as client:
            lister = BotoLister(client, self.bucket, self.target, store_type=self.store.config.type)
            listing = Listing(
                lister,
                prefix,
                versioning=versioning_of(self.store, self.bucket),
                folder_by_folder=lambda: lister.profile.pages_lose_names,
            )
            for batch in listing.rows():
                for row in batch.select(["key", "size", "is_latest", "entry"]).to_pylist():
                    if row["is_latest"] and row["entry"] == str(Entry.VERSION):
                        yield row["key"], row["size"]
        for gap in listing.coverage.gaps:
            raise StoreError(f"cannot list all of {self.uri(prefix)}: {gap.reason}")

    def uri(self, key: str) -> str:
        """``s3://bucket/key``, raw."""
        return f"s3://{self.bucket}/{key}"

    def close(self) -> None:
        """Close the connections."""
        self.client.close()


class Stream(io.RawIOBase):
    """One version of an object as a stream. A read gives all that was asked for, except at the end.

    A broken connection is taken up again where it broke, and only of the same contents (If-Match).
    Reads raise StoreError.
    """

    def __init__(self, objects: Objects, key: str, head: Head) -> None:
        self.size = head.size
        self._objects, self._key, self._etag = objects, key, head.etag
        self._at = 0
        self._body: StreamingBody | None = None

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill `buffer`, but for the end of the object."""
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), self.size - self._at)
        done = failed = 0
        while done < wanted:
            got = self._some(wanted - done)
            if not got:
                failed += 1
                if failed > AGAIN:
                    raise StoreError(f"the connection broke off while {self._uri} was read")
                continue
            view[done : done + len(got)] = got
            done += len(got)
            self._at += len(got)
            failed = 0
        return done

    def read(self, size: int | None = -1, /) -> bytes:
        """Return `size` bytes, fewer at the end only; all that is left without a size."""
        left = self.size - self._at
        buffer = bytearray(left if size is None or size < 0 else min(size, left))
        self.readinto(buffer)
        return bytes(buffer)

    def _some(self, most: int) -> bytes:
        """Some bytes from here; none where the connection broke."""
        try:
            body = self._body or self._open()
            got = body.read(most)
        except (BotoCoreError, HTTPError, OSError):
            got = b""
        if not got:
            self._drop()
        return got

    def _open(self) -> StreamingBody:
        objects = self._objects
        with calling(objects.target, "s3:GetObject", f"read {self._uri}"):
            reply = objects.client.get_object(
                Bucket=objects.bucket, Key=self._key, IfMatch=self._etag, Range=f"bytes={self._at}-"
            )
        # A store that ignores the range sends the whole object from its begin.
        if self._at and reply["ResponseMetadata"]["HTTPStatusCode"] == 200:
            raise StoreError(f"{self._uri}: the store does not read ranges")
        if reply["ETag"] != self._etag:
            raise ConflictError(f"{self._uri} was replaced while it was read")
        self._body = reply["Body"]
        return self._body

    def _drop(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None

    @property
    def _uri(self) -> str:
        return self._objects.uri(self._key)

    def close(self) -> None:
        """Close the connection."""
        self._drop()
        super().close()
