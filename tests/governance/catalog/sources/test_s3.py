import pytest

from governance.catalog.sources.s3 import S3Source, store_record
from governance.store.client import Location, Store
from governance.store.errors import NotFoundError
from governance.workspace.config import StoreConfig
from tests.labs.seaweed import Lab


def source(lab: Lab, bucket: str, prefix: str = "", **config: str) -> S3Source:
    settings = StoreConfig.model_validate({"endpoint": lab.endpoint, **config})
    return S3Source(Store(settings), Location(bucket, prefix))


def test_a_bucket_says_which_place_it_is(login: Lab) -> None:
    one = source(login, "b", "p/").identity
    assert one.uri == "s3://b/p/"
    assert one.store.identity == login.endpoint.removeprefix("http://")
    assert (one.place.base_uri, one.place.prefix) == ("s3://b/", "p/")
    assert one.governance == ".tutela/"


def test_records_that_lie_elsewhere_hide_nothing_here(login: Lab) -> None:
    assert source(login, "b", governance="s3://records/x/").identity.governance is None
    assert source(login, "bb", governance="s3://bb/own/").identity.governance == "own/"


def test_rows_then_what_was_covered_then_contents(login: Lab) -> None:
    bucket = login.bucket(versioned=True)
    login.client.put_object(Bucket=bucket, Key="a", Body=b"hello")
    one = source(login, bucket)
    assert sum(batch.num_rows for batch in one.rows()) == 1
    assert one.found().versions == "all"
    assert one.found().gaps == ()
    assert one.reader().read("a", 1, 3) == b"ell"
    one.close()


def test_what_was_covered_is_not_known_before_the_rows(login: Lab) -> None:
    with pytest.raises(RuntimeError, match="rows"):
        source(login, "b").found()


def test_a_bucket_that_is_not_there_has_no_rows_and_an_error(login: Lab) -> None:
    with pytest.raises(NotFoundError):
        list(source(login, "never-made").rows())


def test_a_store_s_record_holds_what_is_needed_to_ask_again() -> None:
    config = StoreConfig(endpoint="https://s3.site", profile="p", region="r", ca_bundle="/x")
    record = store_record(config)
    assert record.identity == "s3.site:443"
    assert (record.endpoint, record.profile) == ("https://s3.site", "p")
    assert (record.region, record.ca_bundle) == ("r", "/x")
