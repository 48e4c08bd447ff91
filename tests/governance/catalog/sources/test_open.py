from pathlib import Path

import pytest

from governance.catalog.sources.open import (
    ListingSource,
    SourceError,
    TreeSource,
    check_source,
    open_recorded,
    open_source,
    store_for,
)
from governance.catalog.sources.s3 import S3Source
from governance.snapshot.reader import snapshots
from governance.store.errors import StoreError
from governance.workspace.config import Config, StoreConfig, store_given
from governance.workspace.workspace import Workspace
from tests.governance.catalog.places import scanned
from tests.labs.seaweed import Lab

CONFIG = Config(
    stores={
        "site": StoreConfig(
            endpoint="http://site:1", buckets=["alpha"], identity="site", region="here"
        ),
        "other": StoreConfig(endpoint="http://other:1"),
    }
)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("gs://bucket", "neither s3:// nor file://"),
        ("file://relative/path", "not an absolute path"),
        ("bucket", "not a source"),
        ("listing.txt", "not a source"),
        ("", "is a folder"),
        (".", "is a folder"),
    ],
)
def test_what_is_no_source_is_refused_with_what_to_type(
    named: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        check_source(named, tmp_path)
    assert caught.value.exit_code == 2
    assert caught.value.__notes__


def test_an_address_without_a_bucket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="not an S3 address"):
        check_source("s3:///x", tmp_path)


def test_each_kind_of_source_is_opened(workspace: Workspace, login: Lab, tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("Bucket,Key,Size\nb,k,1\n")
    for named, kind in (
        ("s3://b/x", S3Source),
        (f"file://{tmp_path}", TreeSource),
        ("l.csv", ListingSource),
    ):
        source = open_source(named, workspace, StoreConfig(), tmp_path)
        assert isinstance(source, kind)
        source.close()


def test_a_path_is_made_canonical(workspace: Workspace, tmp_path: Path) -> None:
    source = open_source(f"file://{tmp_path}/x/../y/", workspace, StoreConfig(), tmp_path)
    assert source.identity.uri == f"file://{tmp_path}/y"


def test_a_bucket_that_a_store_names_is_there() -> None:
    assert store_for("alpha", CONFIG, StoreConfig()).config.known_as == "site"
    assert store_for("beta", CONFIG, StoreConfig()).config.known_as == "other:1"


def test_the_command_line_changes_what_is_configured() -> None:
    given = store_given(region="there", profile=None, endpoint=None, ca_bundle=None)
    config = store_for("alpha", CONFIG, given).config
    assert (config.known_as, config.region) == ("site", "there")


def test_an_endpoint_that_is_given_chooses_the_configured_store_that_has_it() -> None:
    given = store_given(endpoint="http://site:1/")
    assert store_for("gamma", CONFIG, given).config.known_as == "site"
    elsewhere = store_given(endpoint="http://new:2")
    assert store_for("alpha", CONFIG, elsewhere).config.known_as == "new:2"
    assert store_for("alpha", CONFIG, elsewhere).config.region is None


def test_a_snapshot_s_source_is_opened_where_it_was_taken(login: Lab, workspace: Workspace) -> None:
    bucket = login.bucket()
    login.client.put_object(Bucket=bucket, Key="p/a", Body=b"x")
    scanned(workspace, f"s3://{bucket}/p/", endpoint=login.endpoint)
    [snapshot] = snapshots(workspace)
    source = open_recorded(snapshot.manifest, workspace)
    assert source.identity.uri == f"s3://{bucket}/p/"
    assert sum(batch.num_rows for batch in source.rows()) == 1
    source.close()


def test_own_records_in_a_listing_file_are_left_out(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("Bucket,Key,Size\nb,k,1\nb,.tutela/pins/x,1\n")
    source = open_source("l.csv", workspace, StoreConfig(), tmp_path)
    keys = [key for batch in source.rows() for key in batch.column("key").to_pylist()]
    assert keys == ["k"]
