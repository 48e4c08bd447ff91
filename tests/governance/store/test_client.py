from pathlib import Path

import pytest

from governance.store.client import (
    Location,
    Store,
    governance_location,
    location_of,
    versioning_of,
)
from governance.store.errors import CredentialsError, StoreError
from governance.workspace.config import StoreConfig
from tests.labs.scripted import Reply, Scripted
from tests.labs.seaweed import Lab


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, s3: Lab) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("uri", "bucket", "prefix"),
    [
        ("s3://b", "b", ""),
        ("s3://b/", "b", ""),
        ("s3://b/a/b/", "b", "a/b/"),
        ("s3://b//a", "b", "/a"),
        ("s3://b/a b?c#d%20", "b", "a b?c#d%20"),
    ],
)
def test_a_prefix_is_taken_raw(uri: str, bucket: str, prefix: str) -> None:
    assert location_of(uri) == Location(bucket, prefix)


@pytest.mark.parametrize("uri", ["s3://", "s3:///a", "b", "file:///a", ""])
def test_what_names_no_bucket_is_refused(uri: str) -> None:
    with pytest.raises(StoreError, match="not an S3 address"):
        location_of(uri)


def test_records_lie_in_the_bucket_itself_unless_configured() -> None:
    assert governance_location(StoreConfig(), "b") == Location("b", ".tutela/")
    elsewhere = StoreConfig(governance="s3://records/site/")
    assert governance_location(elsewhere, "b") == Location("records", "site/")


def test_a_bucket_s_versioning_is_known_before_it_is_listed(s3: Lab) -> None:
    store = Store(StoreConfig(endpoint=s3.endpoint))
    never, kept = s3.bucket(), s3.bucket(versioned=True)
    assert versioning_of(store, never) == "never"
    assert versioning_of(store, kept) == "Enabled"
    s3.client.put_bucket_versioning(Bucket=kept, VersioningConfiguration={"Status": "Suspended"})
    assert versioning_of(store, kept) == "Suspended"


def test_paths_name_the_bucket_and_no_checksum_is_sent_unasked(s3: Lab) -> None:
    with Scripted(lambda _: Reply()) as server:
        client = Store(StoreConfig(endpoint=server.endpoint)).client()
        client.put_object(Bucket="b", Key="k", Body=b"x")
        assert server.requests[0].path == "/b/k"


def test_an_endpoint_of_the_environment_is_the_store_that_is_talked_to(
    s3: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.endpoint)
    resolved = Store(StoreConfig()).resolved()
    assert resolved.config.endpoint == s3.endpoint
    assert resolved.config.known_as == s3.endpoint.removeprefix("http://")


def test_without_an_endpoint_the_store_is_aws() -> None:
    assert Store(StoreConfig(region="eu-central-1")).resolved().config.known_as == "aws"


def test_an_endpoint_of_a_profile_is_found_too(
    s3: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text(f"[profile site]\nendpoint_url = {s3.endpoint}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    assert Store(StoreConfig(profile="site")).resolved().config.endpoint == s3.endpoint


def test_a_profile_that_does_not_exist_is_an_error_of_credentials() -> None:
    with pytest.raises(CredentialsError):
        Store(StoreConfig(profile="nobody")).client()


def test_a_ca_bundle_that_does_not_exist_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no CA bundle"):
        Store(StoreConfig(ca_bundle=str(tmp_path / "none.pem"))).client()


def test_throttling_is_waited_out(s3: Lab) -> None:
    answers = iter([503, 503, 200])
    with Scripted(lambda _: Reply(next(answers))) as server:
        Store(StoreConfig(endpoint=server.endpoint)).client().head_bucket(Bucket="b")
        assert len(server.requests) == 3
