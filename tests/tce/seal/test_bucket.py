import pytest

from governance.store.client import Store
from governance.store.errors import NotFoundError
from governance.store.objects import Objects
from governance.workspace.config import StoreConfig
from tce.seal.bucket import Bucket
from tests.labs.seaweed import Lab


@pytest.fixture(autouse=True)
def login(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)


def bucket(s3: Lab, name: str) -> Bucket:
    return Bucket(Objects(Store(StoreConfig(endpoint=s3.endpoint)), name), "a/")


def test_only_what_lies_below_its_prefix_belongs_to_it(s3: Lab) -> None:
    name = s3.bucket()
    for key in ("a/b", "a/c/", "ab"):
        s3.client.put_object(Bucket=name, Key=key, Body=b"")
    ours = bucket(s3, name)
    assert list(ours.below("")) == [("b", 0)]
    assert ours.uri == f"s3://{name}/a/"


def test_a_bucket_that_is_not_there_is_told_as_one(s3: Lab) -> None:
    with pytest.raises(NotFoundError, match="no-such"):
        list(bucket(s3, "no-such-bucket").below(""))
