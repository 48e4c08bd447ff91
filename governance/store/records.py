"""Small JSON records (pins) under the governance prefix of a store. Written once, never replaced.

A record lies in a bucket, so anybody who may write there could have put it: what is read here is
size-capped, has to be a JSON object, and may only ever add reasons to keep.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from pydantic import JsonValue

from governance.store.client import Location, Store, governance_location
from governance.store.errors import (
    AccessDeniedError,
    ConflictError,
    NotFoundError,
    StoreError,
    UnsupportedError,
    calling,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ListObjectsV2RequestTypeDef, PutObjectRequestTypeDef

MAX_RECORD = 64 * 1024
"""Bytes of one record."""
MAX_RECORDS = 100_000
"""Records under one prefix; far more than anybody pins, far less than fills the memory."""


class BadRecordError(StoreError):
    """Something lies where a record should, and it is none."""

    kind = "bad record"


class RecordExistsError(ConflictError):
    """There is a record of this name, and records are never overwritten."""

    kind = "record exists"


class Records:
    """The records of one bucket: names are keys below its governance prefix."""

    def __init__(self, store: Store, bucket: str) -> None:
        self._store = store
        self.location: Location = governance_location(store.config, bucket)
        self._client: S3Client = store.client()
        self._target = store.target(self.location.bucket)

    def names(self, below: str = "") -> Iterator[str]:
        """Yield the names of all records that start with `below`, in the store's order.

        Raises:
            StoreError: they cannot all be listed (access denied, unreachable, too many).
        """
        prefix = self.location.prefix + below
        request: ListObjectsV2RequestTypeDef = {
            "Bucket": self.location.bucket,
            "Prefix": prefix,
            "EncodingType": "url",
        }
        seen = 0
        while True:
            with calling(self._target, "s3:ListBucket", f"list {self._uri(below)}"):
                page = self._client.list_objects_v2(**request)
            encoded = page.get("EncodingType") == "url"
            for item in page.get("Contents", []):
                key = unquote_plus(item["Key"]) if encoded else item["Key"]
                seen += 1
                if seen > MAX_RECORDS:
                    raise BadRecordError(f"more than {MAX_RECORDS} records in {self._uri(below)}")
                if key.startswith(prefix):
                    yield key.removeprefix(self.location.prefix)
            if "IsTruncated" not in page:
                # An answer that is no listing has no records either, and must not look like none.
                raise StoreError(f"cannot list {self._uri(below)}: the answer is not S3")
            if not page["IsTruncated"]:
                return
            token = page.get("NextContinuationToken")
            if not token or token == request.get("ContinuationToken"):
                raise StoreError(f"the listing of {self._uri(below)} does not go on")
            request["ContinuationToken"] = token

    def get(self, name: str) -> dict[str, JsonValue]:
        """Return one record.

        Raises:
            NotFoundError: there is none of this name.
            BadRecordError: it is larger than MAX_RECORD, not JSON, or not an object.
            StoreError: it cannot be read.
        """
        doing = f"read {self._uri(name)}"
        with calling(self._target, "s3:GetObject", doing):
            reply = self._client.get_object(
                Bucket=self.location.bucket, Key=self.location.prefix + name
            )
            with reply["Body"] as body:
                text = body.read(MAX_RECORD + 1)
        if len(text) > MAX_RECORD:
            raise BadRecordError(f"{self._uri(name)} has more than {MAX_RECORD} bytes")
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadRecordError(f"{self._uri(name)} is not JSON") from error
        if not isinstance(value, dict):
            raise BadRecordError(f"{self._uri(name)} is not a record")
        return value

    def put(self, name: str, record: Mapping[str, JsonValue]) -> None:
        """Write a new record.

        Where the store honours If-None-Match, two writers at once cannot both win. Elsewhere only
        a look beforehand protects what is there; names that are random ids make that enough.

        Raises:
            RecordExistsError: there is one of this name; it is untouched.
            BadRecordError: the record is too large.
            StoreError: it cannot be written.
        """
        text = json.dumps(record, sort_keys=True, ensure_ascii=False).encode()
        if len(text) > MAX_RECORD:
            raise BadRecordError(f"a record of {len(text)} bytes is too large")
        there = self._exists(name)
        if there:
            raise self._taken(name)
        try:
            self._write(name, text, conditional=True)
        except ConflictError as error:
            raise self._taken(name) from error
        except UnsupportedError:
            if there is None:
                raise
            self._write(name, text, conditional=False)

    def _exists(self, name: str) -> bool | None:
        """Tell whether a record is there; None where that may not be seen."""
        try:
            with calling(self._target, "s3:GetObject", f"read {self._uri(name)}"):
                self._client.head_object(
                    Bucket=self.location.bucket, Key=self.location.prefix + name
                )
        except NotFoundError:
            return False
        except AccessDeniedError:
            return None
        return True

    def _write(self, name: str, text: bytes, *, conditional: bool) -> None:
        request: PutObjectRequestTypeDef = {
            "Bucket": self.location.bucket,
            "Key": self.location.prefix + name,
            "Body": text,
            "ContentType": "application/json",
        }
        if conditional:
            request["IfNoneMatch"] = "*"
        with calling(self._target, "s3:PutObject", f"write {self._uri(name)}"):
            self._client.put_object(**request)

    def _taken(self, name: str) -> RecordExistsError:
        return RecordExistsError(f"there is a record {self._uri(name)} already")

    def _uri(self, name: str) -> str:
        return self.location.uri + name

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
