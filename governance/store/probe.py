"""Asks a store and its buckets, call by call, what works: for `tutela doctor`. Nothing is written.

Every right is tried with the call that a scan makes, and nothing is concluded from one about
another.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from governance.store.client import QUICK, Store
from governance.store.errors import (
    AccessDeniedError,
    StoreError,
    UnsupportedError,
    calling,
    code_of,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_NO_SUCH = "tutela-doctor/asks-whether-it-may-read"
"""A key that is not there; only its refusal is of interest."""
_NO_UPLOAD = "0" * 32

_ALLOWED_ALL_THE_SAME = {
    # The store understood, found nothing or nothing to do, and would have answered.
    "NoSuchKey",
    "NoSuchUpload",
    "NotFound",
    "HTTP 404",
    "InvalidRange",
    "HTTP 416",
    "ObjectLockConfigurationNotFoundError",
    "InvalidBucketState",
}

State = Literal["ok", "missing", "failed", "unknown"]


@dataclass(frozen=True)
class Answer:
    """How a store answered its first call."""

    credentials: str | None
    """Where the credentials came from, in words; None: there are none. Never a secret."""
    server_time: datetime | None
    """The Date header of the answer, UTC, to the second."""
    seconds: float
    """From the start of the call to the answer."""
    error: StoreError | None
    """Why there was no usable answer; a refusal of the call itself is none."""


@dataclass(frozen=True)
class Right:
    """One right on one bucket."""

    name: str
    state: State
    detail: str = ""
    hints: tuple[str, ...] = ()


def ask_store(store: Store, bucket: str | None) -> Answer:
    """Make one cheap call (a key of ``bucket``, else the names of the buckets).

    Whatever goes wrong is in the answer, except what makes a client impossible.

    Raises:
        StoreError: no such profile, no such CA bundle, an endpoint that is no URL.
    """
    client = store.client(attempts=QUICK)
    heard: list[datetime] = []
    client.meta.events.register("after-call.s3", _listener(heard))
    started = time.monotonic()
    error: StoreError | None = None
    try:
        if bucket is not None:
            with calling(store.target(bucket), "s3:ListBucket", f"list bucket {bucket}"):
                client.list_objects_v2(Bucket=bucket, MaxKeys=1)
        else:
            with calling(store.target(), "s3:ListAllMyBuckets", "list the buckets"):
                client.list_buckets()
    except AccessDeniedError:
        pass  # it answered; which rights are missing is asked for each bucket
    except StoreError as caught:
        error = caught
    finally:
        client.close()
    seconds = time.monotonic() - started
    return Answer(_credentials(store), heard[-1] if heard else None, seconds, error)


def _listener(heard: list[datetime]) -> Callable[..., None]:
    def note_date(http_response: object, **_: object) -> None:
        headers: Mapping[str, str] = getattr(http_response, "headers", {})
        try:
            heard.append(parsedate_to_datetime(headers["date"]).astimezone(UTC))
        except (KeyError, ValueError, TypeError, OverflowError):
            return

    return note_date


def _credentials(store: Store) -> str | None:
    profile = store.config.profile
    try:
        found = boto3.session.Session(profile_name=profile).get_credentials()
    except BotoCoreError:
        return None
    if found is None:
        return None
    source = _SOURCES.get(found.method, found.method)
    return f"profile {profile} ({source})" if profile else source


_SOURCES = {
    "env": "environment variables",
    "shared-credentials-file": "shared credentials file",
    "config-file": "configuration file",
    "iam-role": "role of this machine",
    "container-role": "role of this container",
    "assume-role": "assumed role",
    "assume-role-with-web-identity": "assumed role (web identity)",
    "sso": "single sign-on",
    "custom-process": "credential process",
}


def ask_bucket(store: Store, bucket: str) -> list[Right]:
    """Try each right that a scan wants on a bucket, one call each.

    Raises:
        StoreError: as :func:`ask_store`.
    """
    client = store.client(attempts=QUICK)
    try:
        return list(_rights(client, store, bucket))
    finally:
        client.close()


def _rights(client: S3Client, store: Store, bucket: str) -> Iterator[Right]:
    key: list[str] = []
    upload: list[tuple[str, str]] = []

    def list_keys() -> None:
        found = client.list_objects_v2(Bucket=bucket, MaxKeys=1)
        key.extend(one["Key"] for one in found.get("Contents", []))

    def list_uploads() -> None:
        found = client.list_multipart_uploads(Bucket=bucket, MaxUploads=1)
        upload.extend((one["Key"], one["UploadId"]) for one in found.get("Uploads", []))

    def list_parts() -> None:
        of, number = upload[0] if upload else (_NO_SUCH, _NO_UPLOAD)
        client.list_parts(Bucket=bucket, Key=of, UploadId=number, MaxParts=1)

    def read() -> None:
        reply = client.get_object(Bucket=bucket, Key=key[0] if key else _NO_SUCH, Range="bytes=0-0")
        reply["Body"].close()

    calls: list[tuple[str, Callable[[], object]]] = [
        ("s3:ListBucket", list_keys),
        (
            "s3:ListBucketVersions",
            lambda: client.list_object_versions(Bucket=bucket, MaxKeys=1),
        ),
        ("s3:ListBucketMultipartUploads", list_uploads),
        ("s3:ListMultipartUploadParts", list_parts),
        ("s3:GetObject", read),
        ("s3:GetBucketVersioning", lambda: client.get_bucket_versioning(Bucket=bucket)),
        (
            "s3:GetBucketObjectLockConfiguration",
            lambda: client.get_object_lock_configuration(Bucket=bucket),
        ),
    ]
    may_list = True
    for name, call in calls:
        right = _try(store, bucket, name, call)
        if name == "s3:ListBucket":
            may_list = right.state == "ok"
            if right.state == "failed":
                # No such bucket, a wrong key: the other calls would only say the same again.
                yield right
                return
        if name == "s3:GetObject" and right.state == "missing" and not (key and may_list):
            # A key that is not there is refused, not missed, by who may not list.
            right = Right(name, "unknown", "no object is known to try it on")
        yield right


def _try(store: Store, bucket: str, name: str, call: Callable[[], object]) -> Right:
    try:
        with calling(store.target(bucket), name, f"use {name} on bucket {bucket}"):
            try:
                call()
            except ClientError as error:
                if code_of(error) not in _ALLOWED_ALL_THE_SAME:
                    raise
    except AccessDeniedError as error:
        return Right(name, "missing", "refused", tuple(error.__notes__[-1:]))
    except UnsupportedError:
        return Right(name, "unknown", "the store does not know this call")
    except StoreError as error:
        return Right(name, "failed", str(error), tuple(getattr(error, "__notes__", ())))
    return Right(name, "ok")
