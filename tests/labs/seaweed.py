"""The S3 of every test: a real SeaweedFS, one per test run, and what a test wants from it.

    def test_something(s3: Lab) -> None:
        bucket = s3.bucket(versioned=True)
        s3.client.put_object(Bucket=bucket, Key="a", Body=b"")

Credentials for a program under test: `s3.environ(who)`, to be merged into its environment.

What is enforced was tried on SeaweedFS 4.48: bucket policies are, per user, action and
`s3:prefix`, and a deny binds the administrator too. Static identities know only coarse actions
(Read, Write, List..), so `guest` has none and is given rights bucket by bucket.
"""

import itertools
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import boto3
import botocore.session
from botocore.config import Config

from tutela.demo.seaweed import Identity, SeaweedFS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

REGION = "us-east-1"
LIST_CURRENT = ("s3:ListBucket",)
LIST_ALL = (
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:ListBucketMultipartUploads",
    "s3:ListMultipartUploadParts",
)
READ = ("s3:GetObject", "s3:GetObjectVersion")


@dataclass
class Lab:
    """A running server with an administrator and a guest who may do nothing until `allow`."""

    server: SeaweedFS
    guest: Identity
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count, repr=False)
    _statements: dict[str, list[dict[str, object]]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.client = self.client_of(self.admin)

    @property
    def endpoint(self) -> str:
        """The URL of the server."""
        return self.server.endpoint

    @property
    def admin(self) -> Identity:
        """The identity that may do everything."""
        return self.server.admin

    def client_of(self, who: Identity, *, text_times: bool = False) -> "S3Client":
        """Return a plain boto3 client for one identity: the tests' own hand, not the product's."""
        core = botocore.session.Session()
        if text_times:
            factory = core.get_component("response_parser_factory")
            factory.set_parser_defaults(timestamp_parser=str)
        return boto3.session.Session(botocore_session=core).client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=who.access_key,
            aws_secret_access_key=who.secret_key,
            config=Config(
                s3={"addressing_style": "path"},
                retries={"max_attempts": 2},
                max_pool_connections=16,
            ),
        )

    def environ(self, who: Identity | None = None) -> dict[str, str]:
        """Return the standard AWS variables for one identity (default: the administrator)."""
        who = who or self.admin
        return {
            "AWS_ACCESS_KEY_ID": who.access_key,
            "AWS_SECRET_ACCESS_KEY": who.secret_key,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            # No configuration of whoever runs the tests.
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    def bucket(self, name: str = "t", *, versioned: bool = False) -> str:
        """Make an empty bucket of its own and return its name."""
        full = f"{name}-{next(self._numbers)}-{secrets.token_hex(3)}"
        self.client.create_bucket(Bucket=full)
        if versioned:
            self.client.put_bucket_versioning(
                Bucket=full, VersioningConfiguration={"Status": "Enabled"}
            )
        return full

    def allow(self, bucket: str, actions: Sequence[str], *, prefix: str | None = None) -> None:
        """Give the guest `actions` ("s3:ListBucket") on a bucket, or on one prefix of it."""
        self._add(bucket, "Allow", actions, prefix)

    def deny(self, bucket: str, actions: Sequence[str], *, prefix: str | None = None) -> None:
        """Refuse the guest `actions` on a bucket, or on one prefix of it, whatever was allowed."""
        self._add(bucket, "Deny", actions, prefix)

    def _add(self, bucket: str, effect: str, actions: Sequence[str], prefix: str | None) -> None:
        statement: dict[str, object] = {
            "Effect": effect,
            "Principal": {"AWS": [f"arn:aws:iam::000000000000:user/{self.guest.name}"]},
            "Action": list(actions),
            "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        }
        if prefix is not None:
            statement["Condition"] = {"StringLike": {"s3:prefix": f"{prefix}*"}}
        statements = self._statements.setdefault(bucket, [])
        statements.append(statement)
        policy: Mapping[str, object] = {"Version": "2012-10-17", "Statement": statements}
        self.client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))

    def unfinished_upload(self, bucket: str, key: str, parts: Sequence[int]) -> str:
        """Start a multipart upload with parts of these many bytes, abandon it, return its id."""
        upload = self.client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
        for number, size in enumerate(parts, 1):
            self.client.upload_part(
                Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=bytes(size)
            )
        return upload
