import hashlib
from pathlib import Path

import pytest

from governance.store import multipart
from governance.store.client import Store
from governance.store.errors import ConflictError, StoreError
from governance.store.multipart import MEMORY, MOST_PARTS, ChangedError, Writer, part_size
from governance.store.objects import Objects
from governance.workspace.config import StoreConfig
from tests.labs.scripted import Reply, Request, Scripted, error
from tests.labs.seaweed import Lab

PART = 5 << 20
BODY = hashlib.sha256(b"seed").digest() * (PART * 2 // 32) + b"the last part"


class Notes:
    """A journal that lives as long as a test."""

    def __init__(self) -> None:
        self.id: str | None = None
        self.parts: dict[int, str] = {}

    def upload(self) -> str | None:
        return self.id

    def begin(self, upload: str) -> None:
        self.id = upload

    def digest(self, number: int) -> str | None:
        return self.parts.get(number)

    def sending(self, number: int, digest: str) -> None:
        self.parts[number] = digest


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch, s3: Lab) -> Objects:
    monkeypatch.setattr(multipart, "SMALLEST", PART)
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)
    return Objects(Store(StoreConfig(endpoint=s3.endpoint)), s3.bucket())


def uploads(s3: Lab, ours: Objects) -> int:
    return len(s3.client.list_multipart_uploads(Bucket=ours.bucket).get("Uploads", []))


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, PART + 1, 2 * PART, len(BODY)])
def test_every_size_arrives(ours: Objects, size: int) -> None:
    with Writer(ours, "k", expected=size) as writer:
        for at in range(0, size, 1 << 20):
            writer.write(BODY[at : min(size, at + (1 << 20))])
        writer.complete()
    assert ours.read("k", size) == BODY[:size]


def test_nothing_appears_before_it_is_complete(s3: Lab, ours: Objects) -> None:
    with Writer(ours, "k", expected=len(BODY)) as writer:
        writer.write(BODY)
        assert not ours.exists("k")
    assert not ours.exists("k")
    assert uploads(s3, ours) == 0


def test_what_is_there_is_replaced_only_when_told(s3: Lab, ours: Objects) -> None:
    ours.write("k", b"old", replace=False)
    with pytest.raises(ConflictError, match="already"):
        Writer(ours, "k")
    with Writer(ours, "k", replace=True) as writer:
        writer.write(BODY)
        writer.complete()
    assert ours.head("k").size == len(BODY)


def test_what_appeared_meanwhile_is_not_replaced(s3: Lab, ours: Objects) -> None:
    with Writer(ours, "k") as writer:
        writer.write(BODY)
        ours.write("k", b"theirs", replace=False)
        with pytest.raises(ConflictError):
            writer.complete()
    assert ours.read("k", 100) == b"theirs"
    assert uploads(s3, ours) == 0


def test_a_later_run_sends_only_what_is_missing(s3: Lab, ours: Objects) -> None:
    notes = Notes()
    with Writer(ours, "k", journal=notes) as writer:
        writer.write(BODY[: 2 * PART])
        writer.write(b"?")  # the second part leaves only when a third begins
        notes.parts.pop(3, None)
    assert uploads(s3, ours) == 1
    before = s3.client.list_parts(Bucket=ours.bucket, Key="k", UploadId=notes.id or "")["Parts"]
    assert [part["PartNumber"] for part in before] == [1, 2]
    with Writer(ours, "k", journal=notes) as writer:
        writer.write(BODY)
        writer.complete()
    after = s3.client.head_object(Bucket=ours.bucket, Key="k", PartNumber=1)
    assert after["LastModified"] >= before[0]["LastModified"]
    assert ours.read("k", len(BODY)) == BODY


def test_another_source_does_not_go_on_under_the_same_key(ours: Objects) -> None:
    notes = Notes()
    with Writer(ours, "k", journal=notes) as writer:
        writer.write(BODY[: PART + 1])
    with Writer(ours, "k", journal=notes) as writer:
        with pytest.raises(ChangedError, match="part 1"):
            writer.write(BODY[::-1])
        writer.abandon()


def test_an_upload_that_the_store_gave_up_is_begun_anew(s3: Lab, ours: Objects) -> None:
    notes = Notes()
    with Writer(ours, "k", journal=notes) as writer:
        writer.write(BODY[: PART + 1])
    s3.client.abort_multipart_upload(Bucket=ours.bucket, Key="k", UploadId=notes.id or "")
    gone = notes.id
    with Writer(ours, "k", journal=notes) as writer:
        writer.write(BODY)
        writer.complete()
    assert notes.id != gone
    assert ours.read("k", len(BODY)) == BODY


def test_a_part_that_is_refused_ends_it(
    monkeypatch: pytest.MonkeyPatch, ours: Objects, tmp_path: Path
) -> None:
    monkeypatch.setattr("governance.store.client.PATIENT", 1)

    def answer(request: Request) -> Reply:
        if request.method == "HEAD":
            return Reply(404)
        if request.method == "POST":
            started = b"<UploadId>u1</UploadId>"
            return Reply(
                200, b"<InitiateMultipartUploadResult>%s</InitiateMultipartUploadResult>" % started
            )
        return Reply(507, error("QuotaExceeded"))

    with Scripted(answer) as server:
        there = Objects(Store(StoreConfig(endpoint=server.endpoint)), "b")
        writer = Writer(there, "k")
        writer.write(BODY)
        with pytest.raises(StoreError, match="QuotaExceeded"):
            writer.complete()


def test_parts_grow_with_the_object_and_memory_does_not() -> None:
    for size in (0, 1 << 30, 64 << 30, 500 << 30):
        part = part_size(size)
        assert part * MOST_PARTS >= size
        assert 2 * part <= MEMORY


@pytest.mark.parametrize("size", [60 << 40, 2**62])
def test_what_is_larger_than_any_object_takes_no_memory(size: int) -> None:
    """A size that a provider or a manifest makes up."""
    with pytest.raises(StoreError, match="more than S3 takes"):
        part_size(size)
