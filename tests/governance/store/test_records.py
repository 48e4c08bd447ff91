from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import JsonValue

from governance.store.client import Store
from governance.store.errors import AccessDeniedError, NotFoundError, StoreError
from governance.store.records import MAX_RECORD, BadRecordError, RecordExistsError, Records
from governance.workspace.config import StoreConfig
from tests.labs.scripted import Reply, Request, Scripted, error
from tests.labs.seaweed import LIST_CURRENT, READ, Lab


@pytest.fixture(autouse=True)
def login(monkeypatch: pytest.MonkeyPatch, s3: Lab) -> None:
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def records(s3: Lab) -> Records:
    return Records(Store(StoreConfig(endpoint=s3.endpoint)), s3.bucket())


def test_a_record_is_read_as_it_was_written(s3: Lab, records: Records) -> None:
    records.put("pins/a/1.json", {"by": "é\n", "until": None})
    assert records.get("pins/a/1.json") == {"by": "é\n", "until": None}
    [item] = s3.client.list_objects_v2(Bucket=records.location.bucket)["Contents"]
    assert item["Key"] == ".tutela/pins/a/1.json"


def test_names_are_listed_page_by_page_below_a_prefix(s3: Lab, records: Records) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: records.put(f"pins/a/{n}.json", {}), range(1005)))
    records.put("other", {})
    s3.client.put_object(Bucket=records.location.bucket, Key="pins/a/not-ours", Body=b"")
    assert sorted(records.names("pins/")) == sorted(f"pins/a/{n}.json" for n in range(1005))


def test_no_records_are_no_error(records: Records) -> None:
    assert list(records.names("pins/")) == []


def test_a_record_is_never_overwritten(records: Records) -> None:
    records.put("a", {"n": 1})
    with pytest.raises(RecordExistsError, match=r"\.tutela/a already"):
        records.put("a", {"n": 2})
    assert records.get("a") == {"n": 1}


def test_of_many_writers_at_once_one_wins(records: Records) -> None:
    def write(number: int) -> bool:
        try:
            records.put("raced", {"n": number})
        except RecordExistsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(write, range(8)))
    assert won.count(True) == 1
    assert records.get("raced") == {"n": won.index(True)}


def test_a_record_that_is_not_there_is_not_found(records: Records) -> None:
    with pytest.raises(NotFoundError):
        records.get("none")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"<html>", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[1]", "not a record"),
        (b"[" * 50_000, "not JSON"),
        (b'{"a": "' + b"x" * MAX_RECORD + b'"}', "more than"),
    ],
)
def test_what_lies_where_a_record_should_is_refused(
    s3: Lab, records: Records, body: bytes, said: str
) -> None:
    s3.client.put_object(Bucket=records.location.bucket, Key=".tutela/bad", Body=body)
    with pytest.raises(BadRecordError, match=said):
        records.get("bad")


def test_a_record_that_is_too_large_is_not_written(records: Records) -> None:
    with pytest.raises(BadRecordError, match="too large"):
        records.put("a", {"a": "x" * MAX_RECORD})
    assert list(records.names()) == []


def test_who_may_only_read_cannot_write(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = s3.bucket()
    s3.allow(bucket, [*LIST_CURRENT, *READ])
    for name, value in s3.environ(s3.guest).items():
        monkeypatch.setenv(name, value)
    records = Records(Store(StoreConfig(endpoint=s3.endpoint)), bucket)
    assert list(records.names()) == []
    with pytest.raises(AccessDeniedError, match="s3:PutObject"):
        records.put("a", {})


def test_an_answer_that_is_no_listing_is_not_taken_for_no_records() -> None:
    with Scripted(lambda _: Reply(200, b"<html>log in</html>")) as server:
        records = Records(Store(StoreConfig(endpoint=server.endpoint)), "b")
        with pytest.raises(StoreError):
            list(records.names())


def test_a_store_without_conditions_is_looked_at_first() -> None:
    kept: dict[str, JsonValue] = {}

    def answer(request: Request) -> Reply:
        if request.method == "PUT" and not kept:
            kept["tried"] = True
            return Reply(501, error("NotImplemented"))
        return Reply(404 if request.method == "HEAD" else 200)

    with Scripted(answer) as server:
        Records(Store(StoreConfig(endpoint=server.endpoint)), "b").put("a", {})
        assert [one.method for one in server.requests] == ["HEAD", "PUT", "PUT"]


def test_records_may_lie_in_a_bucket_of_their_own(s3: Lab) -> None:
    home = s3.bucket("records")
    config = StoreConfig(endpoint=s3.endpoint, governance=f"s3://{home}/site/")
    Records(Store(config), "any-bucket").put("a", {})
    assert s3.client.head_object(Bucket=home, Key="site/a")["ContentLength"] == 2
