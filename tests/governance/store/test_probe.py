"""Each right is asked for with the call that needs it, on a real server."""

import pytest

from governance.store.client import Store
from governance.store.probe import ask_bucket, ask_store
from governance.workspace.config import StoreConfig
from tests.labs.seaweed import LIST_ALL, Lab

RIGHTS = [
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:ListBucketMultipartUploads",
    "s3:ListMultipartUploadParts",
    "s3:GetObject",
    "s3:GetBucketVersioning",
    "s3:GetBucketObjectLockConfiguration",
]


@pytest.fixture
def guest(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store as somebody without any right sees it."""
    for name, value in s3.environ(s3.guest).items():
        monkeypatch.setenv(name, value)
    return Store(StoreConfig(endpoint=s3.endpoint))


def test_each_right_is_found_missing_alone(s3: Lab, guest: Store) -> None:
    bucket = s3.bucket()
    s3.client.put_object(Bucket=bucket, Key="a", Body=b"x")
    s3.unfinished_upload(bucket, "u", [5])
    s3.allow(bucket, RIGHTS)
    assert {right.state for right in ask_bucket(guest, bucket)} == {"ok"}
    for name in RIGHTS[1:]:
        other = s3.bucket()
        s3.client.put_object(Bucket=other, Key="a", Body=b"x")
        s3.allow(other, RIGHTS)
        s3.deny(other, [name])
        asked = {right.name: right.state for right in ask_bucket(guest, other)}
        assert asked == {right: "missing" if right == name else "ok" for right in RIGHTS}


def test_an_empty_object_and_an_empty_bucket_can_be_read(s3: Lab, guest: Store) -> None:
    bucket = s3.bucket()
    s3.allow(bucket, RIGHTS)
    assert {right.state for right in ask_bucket(guest, bucket)} == {"ok"}
    s3.client.put_object(Bucket=bucket, Key="empty", Body=b"")
    assert {right.state for right in ask_bucket(guest, bucket)} == {"ok"}


def test_asking_writes_nothing(s3: Lab, guest: Store) -> None:
    bucket = s3.bucket(versioned=True)
    s3.allow(bucket, LIST_ALL)
    ask_bucket(guest, bucket)
    assert "Versions" not in s3.client.list_object_versions(Bucket=bucket)
    assert "Uploads" not in s3.client.list_multipart_uploads(Bucket=bucket)


def test_a_store_that_refuses_the_call_still_tells_its_time(guest: Store) -> None:
    answer = ask_store(guest, None)
    assert answer.error is None
    assert answer.server_time is not None
    assert answer.credentials == "environment variables"
