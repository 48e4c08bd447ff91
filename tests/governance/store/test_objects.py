import pytest

from governance.store.client import Store
from governance.store.errors import ConflictError, NotFoundError, StoreError
from governance.store.objects import Objects
from governance.workspace.config import StoreConfig
from tests.labs.scripted import Reply, Request, Scripted
from tests.labs.seaweed import Lab

LARGE = bytes(range(256)) * 4096


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch, s3: Lab) -> None:
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)


def objects(endpoint: str, bucket: str) -> Objects:
    return Objects(Store(StoreConfig(endpoint=endpoint)), bucket)


def test_a_stream_gives_all_that_is_asked_for(s3: Lab, login: None) -> None:
    bucket = s3.bucket()
    s3.client.put_object(Bucket=bucket, Key="k", Body=LARGE)
    with objects(s3.endpoint, bucket).stream("k") as stream:
        assert stream.read(10) == LARGE[:10]
        buffer = bytearray(500_000)
        assert stream.readinto(buffer) == 500_000
        assert bytes(buffer) == LARGE[10:500_010]
        assert stream.read() == LARGE[500_010:]
        assert stream.read(1) == b""


def test_an_empty_object_is_an_empty_stream(s3: Lab, login: None) -> None:
    bucket = s3.bucket()
    s3.client.put_object(Bucket=bucket, Key="k", Body=b"")
    with objects(s3.endpoint, bucket).stream("k") as stream:
        assert stream.read(5) == b""


def test_what_was_replaced_meanwhile_is_not_mixed(s3: Lab, login: None) -> None:
    bucket = s3.bucket()
    s3.client.put_object(Bucket=bucket, Key="k", Body=LARGE)
    with objects(s3.endpoint, bucket).stream("k") as stream:
        s3.client.put_object(Bucket=bucket, Key="k", Body=LARGE[::-1])
        with pytest.raises(ConflictError):
            stream.read()


def broken(cuts: int) -> Scripted:
    """A store whose first `cuts` answers end 600,000 bytes too early."""
    left = [cuts]

    def answer(request: Request) -> Reply:
        headers = {"ETag": '"1"', "Content-Length": str(len(LARGE))}
        if request.method == "HEAD":
            return Reply(200, b"", headers)
        start = int(request.headers["Range"].removeprefix("bytes=").rstrip("-"))
        left[0] -= 1
        return Reply(206, LARGE[start:], {"ETag": '"1"'}, cut=600_000 if left[0] >= 0 else 0)

    return Scripted(answer)


def test_a_broken_connection_is_taken_up_where_it_broke(login: None) -> None:
    with broken(1) as server, objects(server.endpoint, "b").stream("k") as stream:
        assert stream.read() == LARGE
    assert [request.headers.get("Range") for request in server.requests] == [
        None,
        "bytes=0-",
        f"bytes={len(LARGE) - 600_000}-",
    ]


def test_a_connection_that_always_breaks_is_told(login: None) -> None:
    with (
        broken(1000) as server,
        objects(server.endpoint, "b").stream("k") as stream,
        pytest.raises(StoreError, match="broke off"),
    ):
        stream.read()


def test_a_store_that_ignores_ranges_is_not_believed(login: None) -> None:
    def answer(request: Request) -> Reply:
        headers = {"ETag": '"1"', "Content-Length": str(len(LARGE))}
        cut = 0 if request.method == "HEAD" else 600_000
        return Reply(200, b"" if not cut else LARGE, headers, cut=cut)

    with (
        Scripted(answer) as server,
        objects(server.endpoint, "b").stream("k") as stream,
        pytest.raises(StoreError, match="does not read ranges"),
    ):
        stream.read()


def test_a_small_object_is_written_once_and_read(s3: Lab, login: None) -> None:
    ours = objects(s3.endpoint, s3.bucket())
    ours.write("a/b", b"text", replace=False)
    with pytest.raises(ConflictError, match="already"):
        ours.write("a/b", b"other", replace=False)
    assert ours.read("a/b", 4) == b"text"
    with pytest.raises(StoreError, match="more than 3 bytes"):
        ours.read("a/b", 3)
    ours.write("a/b", b"other", replace=True)
    assert ours.read("a/b", 100) == b"other"
    ours.remove("a/b")
    assert not ours.exists("a/b")
    with pytest.raises(NotFoundError):
        ours.read("a/b", 1)


def test_all_objects_below_a_prefix_are_listed(s3: Lab, login: None) -> None:
    bucket = s3.bucket()
    for key in ("run/a", "run/b/c", "runs", "other"):
        s3.client.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert sorted(objects(s3.endpoint, bucket).below("run/")) == [("run/a", 5), ("run/b/c", 7)]
