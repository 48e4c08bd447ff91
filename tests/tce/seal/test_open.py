import base64
import json
import resource
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from tests.labs.openbao import OpenBao
from tests.labs.seaweed import Lab
from tests.program import run
from tests.tce.seal.people import Person, person

TEXT = secrets.token_bytes(300_000)


def plain(folder: Path) -> list[str]:
    """Every file below, also those that are hidden or half written."""
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


@pytest.fixture
def sealed(anna: Person) -> Person:
    anna.file("data.bin", TEXT)
    assert anna.seal("data.bin", "--out", "sealed").code == 0
    return anna


@pytest.fixture
def detached(anna: Person) -> Person:
    anna.file("data.bin", TEXT)
    assert anna.seal("data.bin", "--out", "provider", "--detached", "headers").code == 0
    return anna


def body(who: Person) -> Path:
    (file,) = (who.folder / "provider").iterdir()
    return file


def test_what_was_sealed_opens_and_only_its_owner_reads_it(sealed: Person) -> None:
    ran = sealed.open("sealed/data.bin.age", "--out", "plain")
    assert ran.code == 0, ran.err
    assert "version 1, from sender" in ran.out
    assert "no version record was asked" in ran.out
    file = sealed.folder / "plain/data.bin"
    assert file.read_bytes() == TEXT
    assert file.stat().st_mode & 0o777 == 0o600


def test_without_a_manifest_it_says_what_is_unproven(anna: Person) -> None:
    sealed = pyrage.encrypt(TEXT, [pyrage.x25519.Recipient.from_str(anna.recipient)])
    anna.file("theirs.age", sealed)
    ran = anna.open("theirs.age", "--out", "plain")
    assert ran.code == 0, ran.err
    assert "warning: theirs: no manifest: sender and version are unproven" in ran.out
    assert (anna.folder / "plain/theirs").read_bytes() == TEXT


def test_a_manifest_of_a_stranger_opens_nothing(sealed: Person, tmp_path: Path) -> None:
    stranger = person(tmp_path / "stranger")
    shutil.copy(sealed.folder / "to.age", stranger.folder)
    stranger.file("data.bin", b"other")
    assert stranger.seal("data.bin").code == 0
    for name in ("data.bin.age", "data.bin.age.dsse.json"):
        shutil.copy(stranger.folder / name, sealed.folder / "sealed")
    ran = sealed.open("sealed/data.bin.age", "--out", "plain")
    assert ran.code == 1
    assert "signed by none of the 1 senders" in ran.err
    assert plain(sealed.folder / "plain") == []


def changed(at: int) -> Callable[[bytes], bytes]:
    """One bit of one byte, counted from the end where `at` is negative."""

    def change(text: bytes) -> bytes:
        place = at % len(text)
        return text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :]

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed(5), "not an age file"),
        (changed(60), "the header of"),
        (changed(-1), "last chunk (4)"),
        (lambda text: text[:-1], "cut: 300"),
        (lambda text: text[:-70_000], "cut:"),
        (lambda text: text + b"x", "longer than"),
        (lambda text: b"", "not an age file: 0 bytes"),
    ],
)
def test_a_changed_file_leaves_no_plaintext(
    sealed: Person, change: Callable[[bytes], bytes], said: str
) -> None:
    file = sealed.folder / "sealed/data.bin.age"
    file.write_bytes(change(file.read_bytes()))
    ran = sealed.open("sealed/data.bin.age", "--out", "plain")
    assert ran.code == 1
    assert said in ran.err
    assert plain(sealed.folder / "plain") == []


def test_a_recipient_who_writes_another_body_is_found_out(sealed: Person) -> None:
    """Whoever holds the file key can make a body that age accepts; the digest is the sender's."""
    file = sealed.folder / "sealed/data.bin.age"
    forged = pyrage.encrypt(
        secrets.token_bytes(len(TEXT)), [pyrage.x25519.Recipient.from_str(sealed.recipient)]
    )
    file.write_bytes(forged)
    ran = sealed.open("sealed/data.bin.age", "--out", "plain")
    assert ran.code == 1
    assert "not the one that its manifest speaks of" in ran.err or "has " in ran.err
    assert plain(sealed.folder / "plain") == []


def test_a_pair_under_another_name_is_refused(sealed: Person) -> None:
    for ending in ("age", "age.dsse.json"):
        (sealed.folder / f"sealed/data.bin.{ending}").rename(
            sealed.folder / f"sealed/other.bin.{ending}"
        )
    ran = sealed.open("sealed/other.bin.age", "--out", "plain")
    assert ran.code == 1
    assert "its manifest is of data.bin" in ran.err


def test_nothing_is_written_over_unless_told(sealed: Person) -> None:
    sealed.file("plain/data.bin", b"mine")
    ran = sealed.open("sealed/data.bin.age", "--out", "plain")
    assert ran.code == 1
    assert (sealed.folder / "plain/data.bin").read_bytes() == b"mine"
    assert sealed.open("sealed/data.bin.age", "--out", "plain", "--replace").code == 0
    assert (sealed.folder / "plain/data.bin").read_bytes() == TEXT


def test_a_detached_object_opens_by_name_and_by_body(detached: Person) -> None:
    ran = detached.open("data.bin", "--detached", "headers", "--out", "plain", "--json")
    (opened,) = json.loads(ran.out)["opened"]
    assert (opened["current"], opened["sender"], opened["warnings"]) == (True, "sender", [])
    assert (detached.folder / "plain/data.bin").read_bytes() == TEXT
    again = detached.open(str(body(detached)), "--detached", "headers", "--out", "plain2")
    assert again.code == 0, again.err


def test_a_body_opens_where_it_was_moved_to(detached: Person) -> None:
    (detached.folder / "provider").rename(detached.folder / "elsewhere")
    words = ("data.bin", "--detached", "headers", "--out", "plain")
    ran = detached.open(*words)
    assert ran.code == 1
    assert "no file" in ran.err
    assert detached.open(*words, "--bodies", "elsewhere").code == 0


def test_a_body_without_the_header_store_is_nothing(detached: Person) -> None:
    ran = detached.open(str(body(detached)), "--out", "plain")
    assert ran.code == 1
    assert "not an age file" in ran.err


def test_an_exchanged_body_is_refused(detached: Person) -> None:
    first = body(detached)
    detached.file("other.bin", TEXT)
    detached.seal("other.bin", "--out", "provider", "--detached", "headers")
    (second,) = set((detached.folder / "provider").iterdir()) - {first}
    first.write_bytes(second.read_bytes())
    ran = detached.open("data.bin", "--detached", "headers", "--out", "plain")
    assert ran.code == 1
    assert plain(detached.folder / "plain") == []


def test_a_replayed_older_version_is_refused_where_the_record_is_asked(anna: Person) -> None:
    anna.file("data.bin", b"old")
    anna.seal("data.bin", "--out", "provider", "--detached", "headers")
    (record,) = (anna.folder / "headers/objects").iterdir()
    kept = json.loads(record.read_bytes())
    older = anna.folder / "older"
    older.mkdir()
    header = base64.b64decode(kept["header"])
    (older / "data.bin.age").write_bytes(header + body(anna).read_bytes())
    (older / "data.bin.age.dsse.json").write_bytes(base64.b64decode(kept["manifest"]))
    assert anna.open("older/data.bin.age", "--detached", "headers", "--out", "p1").code == 0
    anna.file("data.bin", b"new")
    anna.seal("data.bin", "--out", "provider", "--detached", "headers", "--replace")
    ran = anna.open("older/data.bin.age", "--detached", "headers", "--out", "p2")
    assert ran.code == 1
    assert "replayed: version 2 counts" in ran.err
    assert plain(anna.folder / "p2") == []
    # Without the record nobody can know, and that is what it says.
    ran = anna.open("older/data.bin.age", "--out", "p3")
    assert ran.code == 0
    assert "an older version would open just as well" in ran.out


def test_another_identity_opens_nothing(sealed: Person, tmp_path: Path) -> None:
    other = person(tmp_path / "other")
    shutil.copytree(sealed.folder / "sealed", other.folder / "sealed")
    shutil.copy(sealed.folder / "sender.pem", other.folder)
    ran = other.open("sealed/data.bin.age", "--out", "plain")
    assert ran.code == 1
    assert "none of 1 identities opens it" in ran.err


def test_objects_open_from_and_into_a_bucket(s3: Lab, anna: Person) -> None:
    bucket = s3.bucket()
    anna.file("runs/a.bin", TEXT)
    anna.file("runs/b.bin", b"b")
    at = ("--endpoint-url", s3.endpoint)
    environ = s3.environ()
    place = f"s3://{bucket}/tce"
    ran = anna.seal("runs", "--out", place, "--detached", "headers", *at, environ=environ)
    assert ran.code == 0, ran.err
    ran = anna.open(
        *("runs/", "--detached", "headers", "--out", f"s3://{bucket}/plain", *at), environ=environ
    )
    assert ran.code == 0, ran.err
    got = s3.client.get_object(Bucket=bucket, Key="plain/runs/a.bin")["Body"].read()
    assert got == TEXT


def test_a_changed_object_leaves_nothing_in_the_bucket(s3: Lab, anna: Person) -> None:
    bucket = s3.bucket()
    anna.file("a.bin", TEXT)
    at = ("--endpoint-url", s3.endpoint)
    environ = s3.environ()
    anna.seal("a.bin", "--out", f"s3://{bucket}", *at, environ=environ)
    sealed = s3.client.get_object(Bucket=bucket, Key="a.bin.age")["Body"].read()
    s3.client.put_object(Bucket=bucket, Key="a.bin.age", Body=changed(-1)(sealed))
    ran = anna.open(
        *(f"s3://{bucket}/a.bin.age", "--out", f"s3://{bucket}/plain", *at), environ=environ
    )
    assert ran.code == 1
    assert "last chunk (4)" in ran.err
    assert s3.client.list_objects_v2(Bucket=bucket, Prefix="plain")["KeyCount"] == 0


def test_a_manifest_that_leads_elsewhere_writes_nothing(sealed: Person) -> None:
    """Also where nobody is asked who signed it."""
    file = sealed.folder / "sealed/data.bin.age.dsse.json"
    envelope = json.loads(file.read_bytes())
    said = json.loads(base64.b64decode(envelope["payload"]))
    said["object"] = "../../data.bin"
    envelope["payload"] = base64.b64encode(json.dumps(said).encode()).decode()
    file.write_text(json.dumps(envelope))
    words = ("tce", "open", "sealed/data.bin.age", "--identity", "id.age", "--out", "a/b")
    ran = run(*words, cwd=sealed.folder)
    assert ran.code == 1
    assert "not a name of a file" in ran.err
    assert plain(sealed.folder / "a") == []


def test_a_disk_that_takes_no_more_leaves_nothing(sealed: Person) -> None:
    """The kernel's limit on the size of a file ends it in the middle of a write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
    try:
        opened = sealed.open("sealed/data.bin.age", "--out", "plain")
        again = sealed.seal("data.bin", "--out", "sealed2")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (opened.code, again.code) == (1, 1)
    assert "plain/data.bin: File too large" in opened.err
    assert plain(sealed.folder / "plain") == []
    assert plain(sealed.folder / "sealed2") == []


def test_headers_lie_in_openbao_and_none_of_them_in_its_audit(bao: OpenBao, anna: Person) -> None:
    environ = {**bao.environ(), **bao.token_file(anna.folder / "token")}
    anna.file("data.bin", TEXT)
    into = ("--detached", f"bao://{bao.kv()}")
    ran = anna.seal("data.bin", "--out", "provider", *into, environ=environ)
    assert ran.code == 0, ran.err
    ran = anna.open("data.bin", *into, "--out", "plain", "--json", environ=environ)
    assert json.loads(ran.out)["opened"][0]["current"] is True
    assert (anna.folder / "plain/data.bin").read_bytes() == TEXT
    ran = anna.open("provider", *into, "--out", "plain2", environ=environ)
    assert ran.code == 0, ran.err
    assert (anna.folder / "plain2/data.bin").read_bytes() == TEXT
    assert b"age-encryption.org" not in bao.audit.read_bytes()
    assert base64.b64encode(b"age-encryption.org/v1")[:24] not in bao.audit.read_bytes()


@pytest.mark.parametrize("size", [300_001, 2**62])
def test_a_size_that_cannot_be_is_refused_before_anything_is_written(
    sealed: Person, size: int
) -> None:
    """Of a manifest that nobody vouches for: parts of an upload would grow with it."""
    file = sealed.folder / "sealed/data.bin.age.dsse.json"
    envelope = json.loads(file.read_bytes())
    said = json.loads(base64.b64decode(envelope["payload"]))
    for change in ({"plain_size": size}, {"body": said["body"] | {"size": size}}):
        text = json.dumps(said | change).encode()
        file.write_text(json.dumps(envelope | {"payload": base64.b64encode(text).decode()}))
        words = ("tce", "open", "sealed/data.bin.age", "--identity", "id.age", "--out", "plain")
        ran = run(*words, cwd=sealed.folder)
        assert ran.code == 1
        assert "its manifest speaks of another size" in ran.err or "cut: 300" in ran.err
        assert not (sealed.folder / "plain").exists()


def test_two_files_of_one_name_do_not_replace_each_other(anna: Person) -> None:
    for number in (1, 2):
        anna.file(f"{number}/data.bin", b"%d" % number)
        assert anna.seal(f"{number}/data.bin", "--out", f"s{number}").code == 0
    for more in ((), ("--replace",)):
        ran = anna.open("s1", "s2", "--out", "plain", *more)
        assert ran.code == 4
        assert "another file of this run was opened as" in ran.out or "already" in ran.out
        (opened,) = (anna.folder / "plain").rglob("data.bin")
        assert opened.read_bytes() == b"1"


def test_what_the_folder_s_owner_did_not_lay_there_leads_nowhere(sealed: Person) -> None:
    sealed.file("runs/data.bin", TEXT)
    assert sealed.seal("runs", "--out", "sealed").code == 0
    (sealed.folder / "elsewhere").mkdir()
    (sealed.folder / "plain").mkdir()
    (sealed.folder / "plain/runs").symlink_to("../elsewhere")
    ran = sealed.open("sealed/runs/data.bin.age", "--out", "plain", "--replace")
    assert ran.code == 1
    assert "plain/runs is a link: no plaintext goes through it" in ran.err
    assert list((sealed.folder / "elsewhere").iterdir()) == []


def test_an_identity_on_the_command_line_is_not_repeated(sealed: Person) -> None:
    secret = (sealed.folder / "id.age").read_text().split()[-1]
    words = ("tce", "open", "sealed/data.bin.age", "--identity", secret, "--out", "plain")
    ran = run(*words, cwd=sealed.folder)
    assert ran.code == 1
    assert "stands on no command line" in ran.err
    assert secret not in ran.err + ran.out
    ran = run("tce", "seal", "data.bin", "--to", secret, "--key", "sender.key", cwd=sealed.folder)
    assert ran.code != 0
    assert secret not in ran.err + ran.out


@pytest.mark.parametrize("name", ["/etc/x", "a/../../x", "a//x", "./x", "a/.", "x\0y", "", ".."])
def test_a_name_that_is_none_writes_nothing(sealed: Person, name: str) -> None:
    file = sealed.folder / "sealed/data.bin.age.dsse.json"
    envelope = json.loads(file.read_bytes())
    said = json.loads(base64.b64decode(envelope["payload"]))
    text = json.dumps(said | {"object": name}).encode()
    file.write_text(json.dumps(envelope | {"payload": base64.b64encode(text).decode()}))
    last = name.rpartition("/")[2]
    if "\0" not in last:
        for ending in (".age", ".age.dsse.json"):
            (sealed.folder / f"sealed/data.bin{ending}").rename(
                sealed.folder / f"sealed/{last}{ending}"
            )
    before = plain(sealed.folder)
    words = ("tce", "open", "sealed", "--identity", "id.age", "--out", "deep/plain")
    ran = run(*words, cwd=sealed.folder)
    assert ran.code == 1
    assert "not a name of a file" in ran.err or "another file" in ran.err
    assert plain(sealed.folder) == before
