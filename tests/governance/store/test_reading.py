from concurrent.futures import ThreadPoolExecutor

import pytest

from governance.recognise.reading import MAX_READ, Unreadable
from governance.store.client import Store
from governance.store.reading import StoreReader
from governance.workspace.config import StoreConfig
from tests.labs.scripted import Reply, Scripted, error
from tests.labs.seaweed import LIST_CURRENT, Lab

KEYS = ["a", "a b+c%20", "x/é/\N{GRINNING FACE}", "<script>", "new\nline", "q?x=1&y#z"]


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch, s3: Lab) -> None:
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)


def reader(endpoint: str, bucket: str) -> StoreReader:
    return StoreReader(Store(StoreConfig(endpoint=endpoint)), bucket)


@pytest.mark.parametrize("key", KEYS)
def test_exactly_the_range_is_read_whatever_the_name(s3: Lab, login: None, key: str) -> None:
    bucket = s3.bucket()
    s3.client.put_object(Bucket=bucket, Key=key, Body=bytes(range(100)))
    read = reader(s3.endpoint, bucket).read
    assert read(key, 0, 10) == bytes(range(10))
    assert read(key, 90, 10) == bytes(range(90, 100))
    assert read(key, 95, 10) == bytes(range(95, 100))
    assert read(key, 100, 10) == b""
    assert read(key, 0, 0) == b""


def test_sixteen_threads_may_read_at_once(s3: Lab, login: None) -> None:
    bucket = s3.bucket()
    for number in range(64):
        s3.client.put_object(Bucket=bucket, Key=str(number), Body=b"%d" % number)
    read = reader(s3.endpoint, bucket).read
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda number: read(str(number), 0, 9), range(64)))
    assert found == [b"%d" % number for number in range(64)]


def test_a_read_says_why_it_cannot_be_had(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = s3.bucket()
    s3.client.put_object(Bucket=bucket, Key="a", Body=b"x")
    s3.allow(bucket, LIST_CURRENT)
    for name, value in s3.environ(s3.guest).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Unreadable, match="s3:GetObject is missing"):
        reader(s3.endpoint, bucket).read("a", 0, 1)


def test_what_is_gone_since_the_listing_is_said(s3: Lab, login: None) -> None:
    with pytest.raises(Unreadable, match="gone since it was listed"):
        reader(s3.endpoint, s3.bucket()).read("never", 0, 1)


def test_more_than_is_ever_needed_is_not_read(s3: Lab, login: None) -> None:
    with pytest.raises(Unreadable, match="more than is ever needed"):
        reader(s3.endpoint, s3.bucket()).read("a", 0, MAX_READ + 1)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(500, error("InternalError")), "InternalError"),
        (Reply(403, error("InvalidObjectState")), "archive"),
        (Reply(206, b"01234", cut=2), "connection"),
        (Reply(200, b"0123456789"), "does not read ranges"),
    ],
)
def test_a_store_that_fails_makes_it_unreadable_and_nothing_else(
    reply: Reply, said: str, login: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("governance.store.client.PATIENT", 1)
    with Scripted(lambda _: reply) as server, pytest.raises(Unreadable, match=said):
        reader(server.endpoint, "b").read("k", 5, 5)


def test_a_store_that_sends_the_whole_object_is_cut_short(login: None) -> None:
    with Scripted(lambda _: Reply(200, b"x" * 1_000_000)) as server:
        assert reader(server.endpoint, "b").read("k", 0, 5) == b"xxxxx"
