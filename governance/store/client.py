"""One S3 client per store: where it is, whose credentials, how patient.

Credentials come from the standard chain (environment, profile, SSO, instance) and stay in boto3.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config

from governance.store.errors import (
    AccessDeniedError,
    StoreError,
    Target,
    UnsupportedError,
    calling,
)
from governance.version import version
from governance.workspace.config import StoreConfig

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

POOL = 16
"""Connections: as many as recognition has reading threads."""
Versioning = Literal["Enabled", "Suspended", "never", "unknown"]
"""Whether a bucket keeps versions; "never" means that it never did."""
CONNECT_TIMEOUT, READ_TIMEOUT = 10, 60
"""Seconds. A store under load may take most of a minute for a page of versions."""
PATIENT, QUICK = 8, 2
"""Attempts in all. Quick is for the first call, that a wrong endpoint is reported at once."""


@dataclass(frozen=True)
class Store:
    """One configured store, ready to be asked about buckets."""

    config: StoreConfig

    def target(self, bucket: str = "") -> Target:
        """Return what errors have to name."""
        config = self.config
        return Target(bucket, config.endpoint, config.profile, config.ca_bundle)

    def client(
        self,
        *,
        attempts: int | None = None,
        text_times: bool = False,
        read_timeout: float = READ_TIMEOUT,
    ) -> S3Client:
        """Return a thread-safe boto3 client. Nothing is sent yet.

        A call is tried `attempts` times, PATIENT where none is given. With `text_times`,
        timestamps in answers stay text, whatever boto3's types say: parsing them one by one is a
        fifth of the work of a listing.

        Raises:
            StoreError: no such profile, no such CA bundle, an endpoint that is no URL.
        """
        config = self.config
        try:
            with calling(self.target(), "", f"use {self.target().where}"):
                session = boto3.session.Session(
                    botocore_session=_core(text_times),
                    profile_name=config.profile,
                    region_name=config.region,
                )
                return session.client(
                    "s3",
                    endpoint_url=config.endpoint,
                    # Stores other than AWS have one region, and any name for it will do.
                    region_name=session.region_name or "us-east-1",
                    verify=self._verify(),
                    config=_behaviour(config, attempts or PATIENT, read_timeout),
                )
        except ValueError as error:
            raise StoreError(
                f"not an endpoint URL: {config.endpoint}", "--endpoint-url https://s3.example.org"
            ) from error

    def resolved(self) -> Store:
        """Return the store with the endpoint that the environment or a profile names, if any.

        An artifact's id depends on the store, so it must be known which one is talked to.

        Raises:
            StoreError: as :meth:`client`.
        """
        if self.config.endpoint is not None:
            return self
        client = self.client()
        url = client.meta.endpoint_url
        client.close()
        if ".amazonaws." in f"{urlsplit(url).hostname}.":
            return self
        return Store(self.config.model_copy(update={"endpoint": url}))

    def _verify(self) -> str | None:
        bundle = self.config.ca_bundle
        if bundle is None:
            return None
        path = Path(bundle).expanduser()
        if not path.is_file():
            raise StoreError(f"no CA bundle at {path}", "--ca-bundle FILE")
        return str(path)


def _core(text_times: bool) -> botocore.session.Session:
    core = botocore.session.Session()
    if text_times:
        factory = core.get_component("response_parser_factory")
        factory.set_parser_defaults(timestamp_parser=str)
    return core


def _behaviour(config: StoreConfig, attempts: int, read_timeout: float) -> Config:
    return Config(
        s3={"addressing_style": "path" if config.path_style else "auto"},
        retries={"mode": "adaptive", "total_max_attempts": attempts},
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=read_timeout,
        max_pool_connections=POOL,
        # Many stores refuse or ignore the checksums that newer SDKs send with every write.
        request_checksum_calculation=config.checksum,
        response_checksum_validation=config.checksum,
        tcp_keepalive=True,
        # Access logs tell tutela's own reads from those that count (`governance.evidence.reads`).
        user_agent_extra=f"tutela/{version()}",
    )


@dataclass(frozen=True)
class Location:
    """A bucket and a key prefix in it."""

    bucket: str
    prefix: str = ""

    @property
    def uri(self) -> str:
        """`s3://bucket/prefix`, raw."""
        return f"s3://{self.bucket}/{self.prefix}"


def location_of(uri: str) -> Location:
    """Parse `s3://bucket[/prefix]`; the prefix is raw, as S3 compares it.

    Raises:
        StoreError: no bucket is named.
    """
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    if not uri.startswith("s3://") or not bucket:
        raise StoreError(f"not an S3 address: {uri}", "s3://BUCKET/PREFIX")
    return Location(bucket, prefix)


def governance_location(config: StoreConfig, bucket: str) -> Location:
    """Return where tutela keeps its own records (pins) for a bucket."""
    if config.governance is not None:
        return location_of(config.governance)
    return Location(bucket, ".tutela/")


def versioning_of(store: Store, bucket: str) -> Versioning:
    """Ask whether a bucket keeps versions: the first call of a scan, and without patience.

    What is wrong with endpoint or credentials shows here. "unknown" where it may not be asked.

    Raises:
        StoreError: whatever else the matter is.
    """
    client = store.client(attempts=QUICK)
    try:
        with calling(store.target(bucket), "s3:GetBucketVersioning", f"look at bucket {bucket}"):
            return client.get_bucket_versioning(Bucket=bucket).get("Status", "never")
    except (AccessDeniedError, UnsupportedError):
        return "unknown"
    finally:
        client.close()


def can_reach(store: Store, bucket: str) -> None:
    """Ask for one key, without patience: a store that is down is told in seconds.

    Raises:
        StoreError: whatever the matter is; AccessDeniedError where only listing is not allowed.
    """
    client = store.client(attempts=QUICK)
    try:
        with calling(store.target(bucket), "s3:ListBucket", f"list bucket {bucket}"):
            client.list_objects_v2(Bucket=bucket, MaxKeys=1)
    finally:
        client.close()
