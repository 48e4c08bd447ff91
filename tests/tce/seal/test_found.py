"""What an argument of opening names, most of all a place of bodies under random names."""

import json
import secrets
import shutil

import pyrage
import pytest

from tce.seal.headers.folder import FolderStore
from tests.labs.seaweed import Lab
from tests.program import run
from tests.tce.seal.people import NOW, Person

INTO = ("--detached", "headers")


@pytest.fixture
def detached(anna: Person) -> Person:
    """Three objects in two places."""
    for name in ("runs/a.bin", "runs/b.bin"):
        anna.file(name, name.encode())
    anna.file("other.bin", b"other")
    assert anna.seal("runs", "--out", "provider/runs", *INTO).code == 0
    assert anna.seal("other.bin", "--out", "provider/other", *INTO).code == 0
    return anna


def opened(who: Person, *words: str, environ: dict[str, str] | None = None) -> list[str]:
    ran = who.open(*words, "--json", environ=environ)
    assert ran.code == 0, ran.err
    return [one["name"] for one in json.loads(ran.out)["opened"]]


@pytest.mark.parametrize("said", ["provider/runs", "provider/runs/", "./provider/runs"])
def test_every_object_of_a_folder_of_bodies_opens_under_its_name(
    detached: Person, said: str
) -> None:
    assert opened(detached, said, *INTO, "--out", "plain") == ["runs/a.bin", "runs/b.bin"]
    assert (detached.folder / "plain/runs/b.bin").read_bytes() == b"runs/b.bin"


def test_a_folder_above_and_the_same_once_more_open_each_once(detached: Person) -> None:
    words = ("provider", "provider/other", "other.bin", "runs/", *INTO, "--out", "plain")
    assert opened(detached, *words) == ["other.bin", "runs/a.bin", "runs/b.bin"]


def test_bodies_that_nobody_knows_are_counted(detached: Person) -> None:
    for number in range(3):
        detached.file(f"provider/runs/{number}{'x' * 25}", b"noise")
    ran = detached.open("provider/runs", *INTO, "--out", "plain", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["warnings"] == [
        "provider/runs: 3 bodies there that headers does not know"
    ]
    detached.file(f"strange/{'x' * 26}", b"noise")
    ran = detached.open("strange", *INTO, "--out", "plain2")
    assert ran.code == 1
    assert "nothing sealed at strange: 1 body there that headers does not know" in ran.err
    assert "tutela tce headers list headers" in ran.err


def test_bodies_that_were_moved_open_where_they_are_said_to_be(detached: Person) -> None:
    (detached.folder / "provider/runs").rename(detached.folder / "elsewhere")
    ran = detached.open("elsewhere", *INTO, "--out", "plain")
    assert ran.code == 1
    assert "2 bodies there of objects that lie elsewhere by their manifests" in ran.err
    words = ("elsewhere", *INTO, "--bodies", "elsewhere", "--out", "plain")
    assert opened(detached, *words) == ["runs/a.bin", "runs/b.bin"]


def test_a_body_that_the_provider_copies_beside_others_is_not_opened_with_them(
    detached: Person,
) -> None:
    """Whoever opens one place to hand it on hands nothing of another place on."""
    (body,) = (detached.folder / "provider/other").iterdir()
    shutil.copy(body, detached.folder / "provider/runs")
    ran = detached.open("provider/runs", *INTO, "--out", "plain")
    assert ran.code == 0
    assert "1 body there of objects that lie elsewhere by their manifests" in ran.out
    assert not (detached.folder / "plain/other.bin").exists()


def test_what_was_shredded_is_counted(detached: Person) -> None:
    store = FolderStore(detached.folder / "headers")
    store.destroy(["runs/a.bin"], NOW, "0" * 64)
    ran = detached.open("provider/runs", *INTO, "--out", "plain")
    assert ran.code == 0
    assert "1 body there of objects that were shredded" in ran.out
    ran = detached.open("runs", *INTO, "--out", "plain2")
    assert "runs/: 1 object was shredded" in ran.out
    store.destroy(["runs/b.bin"], NOW, "0" * 64)
    for said in ("provider/runs", "runs", "runs/b.bin"):
        ran = detached.open(said, *INTO, "--out", "plain3")
        assert ran.code == 1
        assert "shredded" in ran.err


def test_what_the_store_knows_goes_before_what_was_laid_beside_it(
    detached: Person,
) -> None:
    """Anybody seals to a public key, under any name."""
    to = pyrage.x25519.Recipient.from_str(detached.recipient)
    detached.file("provider/runs/a.bin.age", pyrage.encrypt(b"forged", [to]))
    ran = detached.open("provider/runs", *INTO, "--out", "plain", "--replace")
    assert ran.code == 4
    assert "another file of this run was opened as runs/a.bin" in ran.out
    assert (detached.folder / "plain/runs/a.bin").read_bytes() == b"runs/a.bin"


def test_age_files_that_lie_there_open_too(detached: Person) -> None:
    detached.file("more.bin", b"more")
    assert detached.seal("more.bin", "--out", "provider/other").code == 0
    assert sorted(opened(detached, "provider/other", *INTO, "--out", "plain")) == [
        "more.bin",
        "other.bin",
    ]


def test_without_the_header_store_it_is_said_what_lies_there(detached: Person) -> None:
    ran = detached.open("provider/runs", "--out", "plain")
    assert ran.code == 1
    assert "nothing sealed at provider/runs but 2 bodies, whose headers lie elsewhere" in ran.err
    assert "--detached STORE" in ran.err


def test_what_is_nowhere_is_told(detached: Person) -> None:
    ran = detached.open("nowhere", *INTO, "--out", "plain")
    assert ran.code == 1
    assert "nothing sealed at nowhere: headers knows nothing of it" in ran.err


def test_an_object_of_another_folder_is_not_opened_for_its_name(detached: Person) -> None:
    """Only the id of a body is looked for at the end of an address."""
    detached.file("third/other.bin", b"no age file")
    ran = detached.open("third/other.bin", *INTO, "--out", "plain")
    assert ran.code == 1
    assert "not an age file" in ran.err


def test_a_record_that_cannot_be_read_is_told_beside_what_opens(detached: Person) -> None:
    damaged = detached.folder / f"headers/objects/{'0' * 64}.json"
    damaged.write_text("{}")
    ran = detached.open("provider/runs", *INTO, "--out", "plain", "--json")
    assert ran.code == 4
    said = json.loads(ran.out)
    assert [one["name"] for one in said["opened"]] == ["runs/a.bin", "runs/b.bin"]
    assert [one["name"] for one in said["failed"]] == [f"headers/objects/{'0' * 64}.json"]


@pytest.mark.parametrize("ending", ["", "/"])
def test_every_object_of_a_bucket_or_a_prefix_opens(s3: Lab, anna: Person, ending: str) -> None:
    bucket, environ = s3.bucket(), s3.environ()
    at = ("--endpoint-url", s3.endpoint)
    text = secrets.token_bytes(200_000)
    anna.file("runs/a.bin", text)
    anna.file("b.bin", b"b")
    for name, place in (("runs", "tce/runs"), ("b.bin", "tce/runs-old")):
        out = ("--out", f"s3://{bucket}/{place}")
        assert anna.seal(name, *out, *INTO, *at, environ=environ).code == 0
    s3.client.put_object(Bucket=bucket, Key=f"tce/runs/{'z' * 26}", Body=b"noise")
    said = f"s3://{bucket}/tce/runs{ending}"
    ran = anna.open(said, *INTO, "--out", "plain", *at, environ=environ)
    assert ran.code == 0, ran.err
    assert "opened 1 file" in ran.out
    assert f"warning: {said}: 1 body there that headers does not know" in ran.out
    assert (anna.folder / "plain/runs/a.bin").read_bytes() == text
    words = (f"s3://{bucket}{ending}", *INTO, "--out", "plain2", *at)
    assert opened(anna, *words, environ=environ) == ["b.bin", "runs/a.bin"]


def test_who_may_not_list_opens_what_the_store_knows(s3: Lab, anna: Person) -> None:
    """The header store says what lies there; a bucket that is gone cannot be listed either."""
    bucket, environ = s3.bucket(), s3.environ()
    at = ("--endpoint-url", s3.endpoint)
    anna.file("a.bin", b"a")
    place = f"s3://{bucket}/tce"
    assert anna.seal("a.bin", "--out", place, *INTO, *at, environ=environ).code == 0
    (body,) = s3.client.list_objects_v2(Bucket=bucket)["Contents"]
    copy = anna.folder / "copy" / body["Key"].rpartition("/")[2]
    copy.parent.mkdir()
    s3.client.download_file(bucket, body["Key"], str(copy))
    s3.client.delete_object(Bucket=bucket, Key=body["Key"])
    s3.client.delete_bucket(Bucket=bucket)
    words = (place, *INTO, "--bodies", "copy", "--out", "plain", *at, "--json")
    ran = anna.open(*words, environ=environ)
    assert ran.code == 0, ran.err
    (warning,) = json.loads(ran.out)["warnings"]
    assert "what else lies there is not known" in warning
    assert (anna.folder / "plain/a.bin").read_bytes() == b"a"


def test_other_verbs_take_the_place_of_bodies_too(detached: Person) -> None:
    listed = run("tce", "headers", "list", "headers", "provider/runs/", cwd=detached.folder)
    assert "2 objects in headers" in listed.out
    assert "runs/a.bin" in listed.out
    said = ("--identity", "age:id.age", "--to", "escrow.age", "--key", "file:sender.key")
    rotated = run("tce", "rotate", "provider/other", *said, *INTO, cwd=detached.folder)
    assert rotated.code == 0, rotated.err
    assert "1 headers in headers wrapped" in rotated.out
    said = ("--identity", "age:id.age", "--to", "to.age", "--key", "file:sender.key")
    before = set((detached.folder / "provider/runs").iterdir())
    revoked = run(
        "tce", "revoke", "--reencrypt", "provider/runs", *said, *INTO, cwd=detached.folder
    )
    assert revoked.code == 0, revoked.err
    assert not before & set((detached.folder / "provider/runs").iterdir())
    assert opened(detached, "provider/runs", *INTO, "--out", "plain") == [
        "runs/a.bin",
        "runs/b.bin",
    ]
