import base64
import json
from pathlib import Path

import pyrage
import pytest

from governance.store import multipart
from governance.store.errors import StoreError
from tce.seal.headers.errors import HeadersError
from tce.seal.headers.folder import FolderStore
from tce.seal.headers.store import Record
from tests.labs.seaweed import Lab
from tests.program import run
from tests.tce.seal.people import Person

TEXT = bytes(range(256)) * 2000


def manifest(file: Path) -> dict[str, object]:
    said = json.loads(base64.b64decode(json.loads(file.read_bytes())["payload"]))
    assert isinstance(said, dict)
    return said


def identity(file: Path) -> pyrage.x25519.Identity:
    return pyrage.x25519.Identity.from_str(file.read_text().split()[-1])


def test_a_sealed_file_opens_with_another_age_client_by_recipient_and_by_escrow(
    anna: Person,
) -> None:
    anna.file("data.bin", TEXT)
    ran = anna.seal("data.bin", "--out", "sealed")
    assert ran.code == 0, ran.err
    assert "to 2 recipients" in ran.out
    sealed = (anna.folder / "sealed/data.bin.age").read_bytes()
    assert pyrage.decrypt(sealed, [identity(anna.folder / "id.age")]) == TEXT
    assert pyrage.decrypt(sealed, [identity(anna.folder / "escrow-id.age")]) == TEXT


def test_the_manifest_says_what_it_is_and_to_whom(anna: Person) -> None:
    anna.file("data.bin", TEXT)
    anna.seal("data.bin", "--as", "anna", "--purpose", "trial 7")
    said = manifest(anna.folder / "data.bin.age.dsse.json")
    assert said["object"] == "data.bin"
    assert said["plain_size"] == len(TEXT)
    assert said["epoch"] == 3
    assert said["version"] == 1
    assert (said["sender"], said["purpose"]) == ("anna", "trial 7")
    assert anna.recipient in said["recipients"]  # type: ignore[operator]
    assert "place" not in said


def test_without_an_escrow_it_is_said(anna: Person) -> None:
    anna.file("data.bin", TEXT)
    ran = run(
        *("tce", "seal", "data.bin", "--to", anna.recipient, "--key", "file:sender.key"),
        cwd=anna.folder,
    )
    assert "warning: no escrow" in ran.out


def test_what_is_there_is_not_written_over_unless_told_and_then_counts_up(anna: Person) -> None:
    anna.file("data.bin", TEXT)
    anna.seal("data.bin")
    before = (anna.folder / "data.bin.age").read_bytes()
    ran = anna.seal("data.bin")
    assert (ran.code, (anna.folder / "data.bin.age").read_bytes()) == (1, before)
    assert "--replace" in ran.err
    assert anna.seal("data.bin", "--replace").code == 0
    assert manifest(anna.folder / "data.bin.age.dsse.json")["version"] == 2


def test_in_detached_mode_header_and_body_are_an_age_file(anna: Person) -> None:
    anna.file("runs/7/data.bin", TEXT)
    ran = anna.seal("runs/7", "--out", "provider", "--detached", "headers")
    assert ran.code == 0, ran.err
    bodies = list((anna.folder / "provider").iterdir())
    assert len(bodies) == 1
    assert len(bodies[0].name) == 26
    (record,) = (anna.folder / "headers/objects").iterdir()
    header = base64.b64decode(json.loads(record.read_bytes())["header"])
    whole = header + bodies[0].read_bytes()
    assert pyrage.decrypt(whole, [identity(anna.folder / "id.age")]) == TEXT
    assert not bodies[0].read_bytes().startswith(b"age")


def test_a_detached_object_is_sealed_anew_under_another_name(anna: Person) -> None:
    anna.file("data.bin", TEXT)
    anna.seal("data.bin", "--out", "provider", "--detached", "headers")
    ran = anna.seal("data.bin", "--out", "provider", "--detached", "headers")
    assert ran.code == 1
    assert len(list((anna.folder / "provider").iterdir())) == 1
    ran = anna.seal("data.bin", "--out", "provider", "--detached", "headers", "--replace", "--json")
    assert json.loads(ran.out)["sealed"][0]["version"] == 2
    assert len(list((anna.folder / "provider").iterdir())) == 2


def test_where_detached_bodies_go_has_to_be_said(anna: Person) -> None:
    anna.file("data.bin", TEXT)
    ran = anna.seal("data.bin", "--detached", "headers")
    assert ran.code == 2
    assert "--out" in ran.err


def test_a_folder_is_sealed_with_what_it_is_and_only_once(anna: Person) -> None:
    anna.file("ckpt/config.json", b'{"model_type": "llama"}')
    anna.file("ckpt/model.safetensors", (2).to_bytes(8, "little") + b"{}")
    assert anna.seal("ckpt").code == 0
    said = manifest(anna.folder / "ckpt/config.json.age.dsse.json")
    assert said["content"] == {
        "artifact": "ckpt",
        "kind": "model",
        "layout": "hf-model",
        "member": "config.json",
        "members": 2,
        "needs": [],
    }
    ran = anna.seal("ckpt", "--replace")
    assert ran.code == 0
    assert "left out: 4 files" in ran.out


def test_one_bad_file_does_not_stop_the_others(anna: Person) -> None:
    anna.file("d/a", b"a")
    anna.file("d/b", b"b")
    anna.file("out/d/a.age.dsse.json", b"there")
    ran = anna.seal("d", "--out", "out")
    assert ran.code == 4
    assert "failed: d/a" in ran.out
    assert (anna.folder / "out/d/b.age").exists()
    assert not (anna.folder / "out/d/a.age").exists()


def test_two_files_of_one_name_are_not_sealed(anna: Person) -> None:
    anna.file("x/data", b"1")
    anna.file("y/data", b"2")
    ran = anna.seal("x/data", "y/data", "--out", "out")
    assert ran.code == 2
    assert not (anna.folder / "out").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("missing.bin",), "no file"),
        (("data.bin", "--to", "nobody"), "no recipient (age1..), no file"),
        (("data.bin", "--to", "age1qqq"), "not an age recipient"),
        (("data.bin", "--to", "AGE-SECRET-KEY-1QQQ"), "this is the identity"),
        (("/dev/null",), "not a regular file"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(anna: Person, words: tuple[str, ...], said: str) -> None:
    anna.file("data.bin", TEXT)
    ran = anna.seal(*words)
    assert ran.code in (1, 2)
    assert said in ran.err
    assert "AGE-SECRET-KEY-1" not in ran.err
    assert not (anna.folder / "data.bin.age").exists()


def test_objects_are_sealed_from_bucket_to_bucket(s3: Lab, anna: Person) -> None:
    bucket = s3.bucket()
    s3.client.put_object(Bucket=bucket, Key="runs/7/a.bin", Body=TEXT)
    s3.client.put_object(Bucket=bucket, Key="runs/7/sub/b.bin", Body=b"")
    environ = s3.environ()
    ran = anna.seal(
        *(f"s3://{bucket}/runs/7/", "--out", f"s3://{bucket}/sealed"),
        *("--endpoint-url", s3.endpoint),
        environ=environ,
    )
    assert ran.code == 0, ran.err
    body = s3.client.get_object(Bucket=bucket, Key="sealed/7/a.bin.age")["Body"].read()
    assert pyrage.decrypt(body, [identity(anna.folder / "id.age")]) == TEXT
    body = s3.client.get_object(Bucket=bucket, Key="sealed/7/sub/b.bin.age")["Body"].read()
    assert pyrage.decrypt(body, [identity(anna.folder / "id.age")]) == b""


def test_a_body_whose_header_nobody_keeps_is_taken_back(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: FolderStore, record: Record, after: int | None) -> None:
        raise HeadersError("no space for headers")

    anna.file("data.bin", TEXT)
    monkeypatch.setattr(FolderStore, "put", refused)
    ran = anna.seal("data.bin", "--out", "provider", "--detached", "headers")
    assert ran.code == 1
    assert "no space for headers" in ran.err
    assert list((anna.folder / "provider").iterdir()) == []


def test_a_record_that_counts_keeps_its_body_where_only_the_answer_was_lost(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the older version is replaced, and the newer one has no body."""
    really = FolderStore.put

    def slow(self: FolderStore, record: Record, after: int | None) -> None:
        really(self, record, after)
        raise HeadersError("no answer in time")

    anna.file("data.bin", TEXT)
    words = ("data.bin", "--out", "provider", "--detached", "headers")
    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "put", slow)
        ran = anna.seal(*words)
    assert ran.code == 1
    assert "version 1 of data.bin counts all the same" in ran.err
    assert anna.open("data.bin", "--detached", "headers", "--out", "plain").code == 0


@pytest.mark.parametrize("more", [(), ("--replace",), ("--replace", "--out", ".")])
def test_a_source_is_not_sealed_over_another_one(anna: Person, more: tuple[str, ...]) -> None:
    anna.file("runs/x", TEXT)
    anna.file("runs/x.age", b"sealed by somebody else")
    ran = anna.seal("runs", *more)
    assert ran.code == 2
    assert "runs/x would be sealed over" in ran.err
    assert (anna.folder / "runs/x.age").read_bytes() == b"sealed by somebody else"
    assert not (anna.folder / "runs/x.age.age").exists()
    assert anna.seal("runs", "--out", "sealed").code == 0


def test_an_upload_goes_on_in_the_next_run(
    s3: Lab, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multipart, "SMALLEST", 5 << 20)
    text = TEXT * 25
    anna.file("data.bin", text)
    bucket = s3.bucket()
    words = ("data.bin", "--out", f"s3://{bucket}", "--resume", "transfers")
    environ = s3.environ()
    at = ("--endpoint-url", s3.endpoint)
    with monkeypatch.context() as patch:
        patch.setattr(multipart.Writer, "_join", _lost)
        ran = anna.seal(*words, *at, environ=environ)
    assert ran.code == 1
    assert "lost" in ran.err
    (upload,) = s3.client.list_multipart_uploads(Bucket=bucket)["Uploads"]
    (journal,) = (anna.folder / "transfers").iterdir()
    assert journal.stat().st_mode & 0o777 == 0o600
    ran = anna.seal(*words, *at, environ=environ)
    assert ran.code == 0, ran.err
    assert "Uploads" not in s3.client.list_multipart_uploads(Bucket=bucket)
    assert upload["Key"] == "data.bin.age"
    body = s3.client.get_object(Bucket=bucket, Key="data.bin.age")["Body"].read()
    assert pyrage.decrypt(body, [identity(anna.folder / "id.age")]) == text
    assert list((anna.folder / "transfers").iterdir()) == []


def _lost(*_: object) -> None:
    raise StoreError("the connection was lost")
