"""Pages of stores that encode, lie, repeat themselves or send nonsense."""

from collections.abc import Callable
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from governance.snapshot.schema import LISTED
from governance.store.client import Store
from governance.store.errors import StoreError
from governance.store.pages import BotoLister, Page
from governance.workspace.config import StoreConfig
from tests.labs.scripted import Reply, Request, Scripted, version, versions

Ask = Callable[[Request], Reply]


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")


def lister(server: Scripted) -> BotoLister:
    store = Store(StoreConfig(endpoint=server.endpoint))
    client = store.client(attempts=1, text_times=True)
    return BotoLister(client, "b", store.target("b"))


def pages(answer: Ask) -> list[Page]:
    with Scripted(answer) as server:
        return list(lister(server).versions(""))


def keys(pages: list[Page]) -> list[str]:
    return [key for page in pages for key in page.rows.column("key").to_pylist()]


def test_rows_have_the_columns_of_a_listing() -> None:
    [page] = pages(lambda _: Reply(body=versions(version("a", ETag='"x"'))))
    assert page.rows.schema == LISTED
    assert page.rows.to_pylist()[0] == {
        "key": "a",
        "version_id": "1",
        "is_latest": True,
        "entry": "version",
        "size": 1,
        "allocated": None,
        "modified": datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC),
        "etag": "x",
        "storage_class": None,
        "owner": None,
        "linked": None,
    }


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("a%0Ab", "a\nb"),
        ("..%2F..%2Fetc%2Fpasswd", "../../etc/passwd"),
        ("%1B%5B31m", "\x1b[31m"),
        ("%F0%9F%98%80", "\N{GRINNING FACE}"),
        ("a+b%2Bc%2520", "a b+c%20"),
        ("%3Cscript%3E", "<script>"),
        ("%FF", "\\xff"),
        ("k" * 1024, "k" * 1024),
        ("%2Fa%2F%2Fb%2F", "/a//b/"),
    ],
)
def test_an_encoded_key_is_decoded_to_what_it_was(sent: str, meant: str) -> None:
    encoded = "<EncodingType>url</EncodingType>"
    assert keys(pages(lambda _: Reply(body=versions(encoded, version(sent))))) == [meant]


def test_a_key_is_left_alone_where_the_store_does_not_say_that_it_is_encoded() -> None:
    assert keys(pages(lambda _: Reply(body=versions(version("a+b%20"))))) == ["a+b%20"]


def test_an_encoded_marker_goes_back_decoded() -> None:
    def answer(request: Request) -> Reply:
        if "key-marker" in request.query:
            return Reply(body=versions(version("b")))
        marker = "<EncodingType>url</EncodingType><NextKeyMarker>a%0A%2B</NextKeyMarker>"
        return Reply(body=versions(marker, version("a"), more=True))

    with Scripted(answer) as server:
        assert keys(list(lister(server).versions(""))) == ["a", "b"]
        assert server.requests[-1].query["key-marker"] == "a\n+"


@pytest.mark.parametrize("marker", ["", "<NextKeyMarker>a</NextKeyMarker>"])
def test_a_listing_that_does_not_go_on_is_an_error_not_a_loop(marker: str) -> None:
    with pytest.raises(StoreError, match="does not go on"):
        pages(lambda _: Reply(body=versions(marker, version("a"), more=True)))


def test_a_time_that_is_none_is_unknown_and_spoils_no_other() -> None:
    body = versions(version("a", LastModified="yesterday"), version("b"))
    [page] = pages(lambda _: Reply(body=body))
    times = page.rows.column("modified")
    assert times[0].as_py() is None
    assert times[1].as_py() is not None


@pytest.mark.parametrize("size", ["-5", "99999999999999999999", "many", ""])
def test_a_size_that_is_none_is_an_error_of_the_store(size: str) -> None:
    with pytest.raises(StoreError, match="not S3"):
        pages(lambda _: Reply(body=versions(version("a", Size=size))))


@pytest.mark.parametrize(
    "body", [b"", b"<html>hello</html>", b"{}", b"<ListVersionsResult><Version>", b"\xff\xfe"]
)
def test_an_answer_that_is_no_listing_is_an_error(body: bytes) -> None:
    with pytest.raises(StoreError):
        pages(lambda _: Reply(body=body))


def test_an_answer_that_breaks_off_is_an_error() -> None:
    body = versions(version("a"))
    with pytest.raises(StoreError, match="cannot list bucket b"):
        pages(lambda _: Reply(body=body, cut=20))


def test_rows_that_nobody_asked_for_are_left_out() -> None:
    body = versions(version("a/1"), version("b/1"))
    with Scripted(lambda _: Reply(body=body)) as server:
        [page] = lister(server).versions("a/")
    assert keys([page]) == ["a/1"]
    assert page.strays


def test_an_entity_bomb_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    body = bomb + versions(version("&b;"))
    found: pa.RecordBatch | None = None
    try:
        [page] = pages(lambda _: Reply(body=body))
        found = page.rows
    except StoreError:
        pass
    assert found is None or found.nbytes < 10_000
