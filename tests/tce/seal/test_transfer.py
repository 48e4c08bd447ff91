import io
import secrets
from pathlib import Path
from typing import Any

import pyrage
import pytest

from governance.store import multipart
from governance.store.client import Store
from governance.store.errors import StoreError
from governance.store.objects import Objects
from governance.workspace.config import StoreConfig
from tce.age import header
from tce.age.keys import X25519Identity
from tce.seal.bucket import Bucket
from tce.seal.errors import PlaceError
from tce.seal.folder import Folder
from tce.seal.journal import FileJournal
from tce.seal.manifests import part
from tce.seal.transfer import Sending, Target, receive
from tests.labs.seaweed import Lab

IDENTITY = X25519Identity.new(secrets.token_bytes)
TO = [IDENTITY.recipient]
PART = 5 << 20
TEXT = secrets.token_bytes(PART + 1000)


def opened(sealed: bytes) -> bytes:
    identity = pyrage.x25519.Identity.from_str(IDENTITY.text().text())
    plain: bytes = pyrage.decrypt(sealed, [identity])
    return plain


@pytest.fixture
def bucket(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    monkeypatch.setattr(multipart, "SMALLEST", PART)
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)
    return Bucket(Objects(Store(StoreConfig(endpoint=s3.endpoint)), s3.bucket()), "")


def source(tmp_path: Path, text: bytes = TEXT) -> Any:
    (tmp_path / "source").write_bytes(text)
    return Folder(tmp_path).stream("source")


def test_header_and_body_are_one_file_or_two(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for name in ("whole", None):
        target = Target(folder, "source", name, replace=False)
        with (
            source(tmp_path) as incoming,
            Sending(incoming, target, TO, secrets.token_bytes) as sending,
        ):
            sent = sending.send()
            sending.complete()
        body = (tmp_path / (name or sent.id)).read_bytes()
        if name:
            assert body.startswith(sent.header)
            body = body.removeprefix(sent.header)
        assert part(body) == sent.body
        assert opened(sent.header + body) == TEXT


class Dying(io.BytesIO):
    """A source whose disk fails after so many bytes."""

    def __init__(self, text: bytes, most: int) -> None:
        super().__init__(text)
        self.size = len(text)
        self._most = most

    def readinto(self, into: Any, /) -> int:
        if self.tell() >= self._most:
            raise OSError(5, "Input/output error")
        return super().readinto(into)


def test_an_upload_that_was_cut_off_goes_on_with_the_same_bytes(
    s3: Lab, bucket: Bucket, tmp_path: Path
) -> None:
    target = Target(bucket, "source", None, replace=False, resume=tmp_path / "transfers")
    text = TEXT + secrets.token_bytes(PART)
    dying = Dying(text, 2 * PART)
    with (
        pytest.raises(OSError, match="Input"),
        Sending(dying, target, TO, secrets.token_bytes) as sending,
    ):
        sending.send()
    (unfinished,) = s3.client.list_multipart_uploads(Bucket=bucket.uri[5:].rstrip("/"))["Uploads"]
    assert list(bucket.below("")) == []
    with (
        source(tmp_path, text) as incoming,
        Sending(incoming, target, TO, secrets.token_bytes) as sending,
    ):
        sent = sending.send()
        sending.complete()
    assert unfinished["Key"] == sent.id
    assert opened(sent.header + bucket.read(sent.id, 3 * PART)) == text
    assert list((tmp_path / "transfers").iterdir()) == []


@pytest.mark.parametrize("size", [1000, len(TEXT)])
def test_another_source_never_goes_on_under_the_same_file_key(
    bucket: Bucket, tmp_path: Path, size: int
) -> None:
    target = Target(bucket, "source", "x.age", replace=False, resume=tmp_path / "transfers")
    with (
        source(tmp_path, TEXT[:size]) as incoming,
        Sending(incoming, target, TO, secrets.token_bytes) as sending,
    ):
        sending.send()
        with pytest.MonkeyPatch.context() as patch:
            # It is cut off in the moment in which the last part leaves.
            patch.setattr(Objects, "write", _down)
            patch.setattr(multipart.Writer, "_join", _down)
            with pytest.raises(StoreError, match="down"):
                sending.complete()
    changed = bytes([TEXT[0] ^ 1]) + TEXT[1:size]
    with (
        pytest.raises(PlaceError, match="changed since its transfer began"),
        source(tmp_path, changed) as incoming,
    ):
        _whole(incoming, target)
    assert not bucket.exists("x.age")


def test_a_detached_body_that_is_whole_without_a_record_is_told(
    bucket: Bucket, tmp_path: Path
) -> None:
    """It was cut off after the last part and before its journal was removed."""
    target = Target(bucket, "source", None, replace=False, resume=tmp_path / "transfers")
    with (
        pytest.MonkeyPatch.context() as patch,
        source(tmp_path) as incoming,
        Sending(incoming, target, TO, secrets.token_bytes) as sending,
    ):
        patch.setattr(FileJournal, "end", FileJournal.close)
        sending.send()
        sending.complete()
    with (
        source(tmp_path) as incoming,
        Sending(incoming, target, TO, secrets.token_bytes) as sending,
        pytest.raises(PlaceError, match="is whole, and no record names it") as caught,
    ):
        sending.send()
    assert caught.value.__notes__[0].startswith(f"rm {tmp_path}/transfers/")


def _whole(incoming: Any, target: Target) -> None:
    with Sending(incoming, target, TO, secrets.token_bytes) as sending:
        sending.send()
        sending.complete()


def _down(*_: object, **__: object) -> None:
    raise StoreError("down")


def test_a_transfer_to_others_is_another(bucket: Bucket, tmp_path: Path) -> None:
    target = Target(bucket, "source", "x.age", replace=False, resume=tmp_path / "transfers")
    with (
        source(tmp_path) as incoming,
        Sending(incoming, target, TO, secrets.token_bytes) as sending,
    ):
        sending.send()
    others = [X25519Identity.new(secrets.token_bytes).recipient]
    with (
        source(tmp_path) as incoming,
        Sending(incoming, target, others, secrets.token_bytes) as sending,
        pytest.raises(PlaceError, match="other recipients"),
    ):
        sending.send()


def test_a_source_that_grows_meanwhile_is_not_sealed(tmp_path: Path) -> None:
    target = Target(Folder(tmp_path), "source", "out", replace=False)
    with source(tmp_path) as incoming:
        (tmp_path / "source").write_bytes(TEXT + b"more")
        with (
            Sending(incoming, target, TO, secrets.token_bytes) as sending,
            pytest.raises(PlaceError, match="changed while it was sealed"),
        ):
            sending.send()
    assert not (tmp_path / "out").exists()


def test_what_was_sealed_is_received(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    target = Target(folder, "source", "out", replace=False)
    with (
        source(tmp_path) as incoming,
        Sending(incoming, target, TO, secrets.token_bytes) as sending,
    ):
        sent = sending.send()
        sending.complete()
    with folder.stream("out") as sealed, folder.writer("plain") as writer:
        file_key = header.open(header.read(sealed), [IDENTITY])
        assert receive(file_key, sealed, writer, sent.body, "out") == (sent.body, len(TEXT))
        assert not folder.exists("plain")
        writer.complete()
    assert (tmp_path / "plain").read_bytes() == TEXT
