"""Ranged reads for recognition: a few bytes of a few objects, from several threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from governance.recognise.reading import MAX_READ, Unreadable
from governance.store.client import Store
from governance.store.errors import code_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_GONE = {"NoSuchKey", "HTTP 404", "NotFound"}
_BEYOND = {"InvalidRange", "HTTP 416"}
_FROZEN = {"InvalidObjectState"}


class StoreReader:
    """Reads current versions of one bucket's objects. Thread-safe; `close` when done."""

    def __init__(self, store: Store, bucket: str) -> None:
        self._client: S3Client = store.client()
        self._bucket = bucket

    def read(self, key: str, start: int, length: int) -> bytes:
        """Return `length` bytes from `start`, fewer only where the object ends.

        Raises:
            Unreadable: with a reason that a report can show; never anything of botocore's.
        """
        if length <= 0:
            return b""
        if length > MAX_READ:
            raise Unreadable(f"a read of {length} bytes is more than is ever needed")
        try:
            reply = self._client.get_object(
                Bucket=self._bucket, Key=key, Range=f"bytes={start}-{start + length - 1}"
            )
            with reply["Body"] as body:
                # A store that ignores the range sends the whole object: take what was asked for.
                whole = reply["ResponseMetadata"]["HTTPStatusCode"] == 200
                if whole and start:
                    raise Unreadable("the store does not read ranges")
                expected = min(length, reply["ContentLength"])
                read = body.read(expected)
                if len(read) < expected:
                    raise Unreadable("the connection to the store broke off")
                return read
        except ClientError as error:
            code = code_of(error)
            if code in _BEYOND:
                return b""
            raise Unreadable(_reason(code)) from error
        except (BotoCoreError, OSError) as error:
            raise Unreadable("the connection to the store failed") from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _reason(code: str) -> str:
    if code in ("AccessDenied", "HTTP 403"):
        return "the right s3:GetObject is missing"
    if code in _GONE:
        return "it is gone since it was listed"
    if code in _FROZEN:
        return "it lies in an archive tier"
    return f"the store says {code}"
