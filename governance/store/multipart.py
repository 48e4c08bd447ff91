"""One large object, written as a stream: it appears whole, or not at all.

Parts are sent while more is written, a bounded number at once. What is smaller than a part goes in
one request. With a :class:`Journal` a later run goes on where this one ended.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

from governance.store.errors import ConflictError, NotFoundError, StoreError, calling
from governance.store.objects import Objects

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

MEMORY = 128 << 20
"""Bytes of parts at once, for objects of up to some 600 GB; larger ones need two larger parts."""
SMALLEST = 8 << 20
"""Bytes of a part: 5 MiB and more for S3; larger ones were no faster (SeaweedFS 4.48)."""
MOST_PARTS = 10_000
LARGEST_PART = 5 << 30
"""Bytes of a part, as S3 has them."""
AT_ONCE = 4
_PIECE = 1 << 20


class ChangedError(StoreError):
    """What is written now is not what was begun: it may not go on under the same key."""

    kind = "changed"


class Journal(Protocol):
    """What a later run has to know; each call is durable when it returns."""

    def upload(self) -> str | None:
        """Return the id of the upload that was begun."""

    def begin(self, upload: str) -> None:
        """Note an upload's id."""

    def digest(self, number: int) -> str | None:
        """Return the SHA-256 of a part that may have left this machine already."""

    def sending(self, number: int, digest: str) -> None:
        """Note that a part is about to leave this machine."""


def part_size(expected: int) -> int:
    """Bytes of a part for an object of `expected` bytes, which may turn out a little larger.

    Raises:
        StoreError: no store takes such an object.
    """
    needed = -(-expected // (MOST_PARTS - 100))
    if needed > LARGEST_PART:
        raise StoreError(f"an object of {expected} bytes: more than S3 takes")
    return max(SMALLEST, -(-needed >> 20) << 20)


class _Body:
    """A part as botocore wants a file, in large pieces and without a copy.

    Of bytes it makes a copy to read from, and of a file the HTTP library asks for 16 KiB at a time;
    what it gets, it sends.
    """

    def __init__(self, part: memoryview) -> None:
        self._part = part
        self._at = 0

    def __len__(self) -> int:
        return len(self._part)

    def read(self, size: int = -1) -> memoryview:
        """Return the next piece, perhaps more than was asked for."""
        end = len(self._part) if size < 0 else self._at + max(size, _PIECE)
        piece = self._part[self._at : end]
        self._at += len(piece)
        return piece

    def readinto(self, into: memoryview) -> int:
        """Fill `into`."""
        piece = self._part[self._at : self._at + len(into)]
        into[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def tell(self) -> int:
        """Where it is."""
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go elsewhere: to the begin, for another attempt."""
        self._at = offset + (0, self._at, len(self._part))[whence]
        return self._at


class Writer(io.RawIOBase):
    """Takes the bytes of one object; :meth:`complete` makes it, anything else leaves nothing.

    As a context manager it gives up what was not completed. Methods raise StoreError.
    """

    def __init__(
        self,
        objects: Objects,
        key: str,
        *,
        expected: int = 0,
        replace: bool = False,
        journal: Journal | None = None,
    ) -> None:
        if not replace and objects.exists(key):
            raise ConflictError(f"there is {objects.uri(key)} already")
        self._objects, self._key, self._replace, self._journal = objects, key, replace, journal
        self._part = part_size(expected)
        buffers = max(2, min(AT_ONCE + 1, MEMORY // self._part))
        self._free: SimpleQueue[bytearray | None] = SimpleQueue()
        for _ in range(buffers):
            self._free.put(None)  # made when first needed: most objects are small
        self._buffer: bytearray | None = None
        self._filled = self._written = 0
        self._upload: str | None = None
        self._there: Mapping[int, tuple[str, int]] = {}
        self._sent: list[Future[str]] = []
        self._pool = ThreadPoolExecutor(buffers - 1)
        self._done = False

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any, /) -> int:
        """Take all of `data`.

        Raises:
            ChangedError: with a journal: a part is not what was sent before.
            StoreError: a part cannot be sent.
        """
        view = memoryview(data).cast("B")
        at = 0
        while at < len(view):
            if self._buffer is not None and self._filled == self._part:
                self._send()
            if self._buffer is None:
                self._buffer = self._free.get() or bytearray(self._part)
                self._filled = 0
            some = min(len(view) - at, self._part - self._filled)
            self._buffer[self._filled : self._filled + some] = view[at : at + some]
            self._filled += some
            at += some
        self._written += at
        return at

    def _send(self) -> None:
        """Hand the buffer to a thread that sends it; wait where all are busy."""
        buffer, self._buffer = self._buffer, None
        if buffer is None:
            return
        for future in self._sent:
            if future.done():
                future.result()
        if self._upload is None:
            self._upload = self._begin()
        number = len(self._sent) + 1
        body = memoryview(buffer)[: self._filled]
        if self._journal is not None and self._known(self._journal, number, body):
            self._free.put(buffer)
            done: Future[str] = Future()
            done.set_result(self._there[number][0])
            self._sent.append(done)
            return
        self._sent.append(self._pool.submit(self._send_part, number, body, buffer))

    def _known(self, journal: Journal, number: int, body: bytes | memoryview) -> bool:
        """Tell whether the store has this part already; note it, where it has not."""
        digest = hashlib.sha256(body).hexdigest()
        before = journal.digest(number)
        if before is None:
            journal.sending(number, digest)
        elif before != digest:
            raise ChangedError(f"{self._uri}: part {number} is not what was sent before")
        return before is not None and self._there.get(number, ("", -1))[1] == len(body)

    def _send_part(self, number: int, body: memoryview, buffer: bytearray) -> str:
        try:
            with calling(self._objects.target, "s3:PutObject", f"write {self._uri}"):
                reply = self._objects.client.upload_part(
                    Bucket=self._objects.bucket,
                    Key=self._key,
                    UploadId=self._upload or "",
                    PartNumber=number,
                    Body=cast("IO[bytes]", _Body(body)),
                )
            return reply["ETag"]
        finally:
            self._free.put(buffer)

    def _begin(self) -> str:
        if self._journal is not None and (before := self._journal.upload()):
            try:
                self._there = self._parts(before)
            except NotFoundError:
                pass  # the store has given it up; the same parts are sent once more
            else:
                return before
        with calling(self._objects.target, "s3:PutObject", f"write {self._uri}"):
            reply = self._objects.client.create_multipart_upload(
                Bucket=self._objects.bucket, Key=self._key
            )
        if self._journal is not None:
            self._journal.begin(reply["UploadId"])
        return reply["UploadId"]

    def _parts(self, upload: str) -> dict[int, tuple[str, int]]:
        """ETag and size of the parts that the store has."""
        found: dict[int, tuple[str, int]] = {}
        marker = 0
        while True:
            doing = f"look at the parts of {self._uri}"
            with calling(self._objects.target, "s3:ListMultipartUploadParts", doing):
                reply = self._objects.client.list_parts(
                    Bucket=self._objects.bucket,
                    Key=self._key,
                    UploadId=upload,
                    PartNumberMarker=marker,
                )
            for part in reply.get("Parts", []):
                found[part["PartNumber"]] = (part["ETag"], part["Size"])
            after = max(found, default=0)
            if not reply.get("IsTruncated") or after <= marker:
                return found
            marker = after

    def complete(self) -> None:
        """Make the object of everything that was written.

        Raises:
            ConflictError: there is one meanwhile, and it is not to be replaced.
            ChangedError: as :meth:`write`.
            StoreError: it cannot be made.
        """
        if self._upload is None and self._journal is not None and self._journal.upload():
            self._upload = self._begin()
        if self._upload is None:
            body = bytes(memoryview(self._buffer or b"")[: self._filled])
            if self._journal is not None:
                self._known(self._journal, 1, body)
            self._objects.write(self._key, body, replace=self._replace)
        else:
            self._send()
            self._join()
        size = self._objects.head(self._key).size
        if size != self._written:
            raise StoreError(f"{self._uri} has {size} bytes, and {self._written} were written")
        self._done = True
        self._end()

    def _join(self) -> None:
        parts: list[CompletedPartTypeDef] = [
            {"PartNumber": number, "ETag": future.result()}
            for number, future in enumerate(self._sent, 1)
        ]
        request: Any = {} if self._replace else {"IfNoneMatch": "*"}
        with calling(self._objects.target, "s3:PutObject", f"write {self._uri}"):
            self._objects.client.complete_multipart_upload(
                Bucket=self._objects.bucket,
                Key=self._key,
                UploadId=self._upload or "",
                MultipartUpload={"Parts": parts},
                **request,
            )

    def abandon(self) -> None:
        """Leave nothing in the store, not even parts.

        Raises:
            StoreError: the store does not do it.
        """
        self._end()
        upload = self._upload or (self._journal.upload() if self._journal else None)
        if upload is None:
            return
        try:
            with calling(
                self._objects.target, "s3:AbortMultipartUpload", f"give up writing {self._uri}"
            ):
                self._objects.client.abort_multipart_upload(
                    Bucket=self._objects.bucket, Key=self._key, UploadId=upload
                )
        except NotFoundError:
            pass

    def _end(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._buffer = None

    @property
    def _uri(self) -> str:
        return self._objects.uri(self._key)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give up what was not completed; with a journal its parts stay for a later run."""
        try:
            if not self._done and self._journal is None:
                self.abandon()
        except StoreError:
            # Why it was not completed says more than that its parts are still there.
            if kind is None:
                raise
        finally:
            self._end()
            self.close()
