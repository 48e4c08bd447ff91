import base64
import json
import secrets
import shutil
from pathlib import Path

import pytest

from blueprints.errors import ExpectedError
from governance.signing import keyfile
from tce.age.keys import X25519Identity
from tce.seal.environment import load, public
from tce.seal.errors import SealError
from tce.seal.headers import folder as headerstore
from tests.program import run
from tests.tce.seal.people import Person

CUSTODY = """\
schema: tutela/custody/v1
environment: hospital
server: https://bao.example.org:8200
engines: []
keys: []
policies: []
approles: []
accounts: []
issuers: []
identities:
- {{name: genomes, engine: tce-w, key: tce-t/keys/bucket-genomes, place: "{place}"}}
volumes: []
evidence: tce-t/keys/evidence
headers: tce-h
"""


@pytest.fixture
def repository(anna: Person) -> Path:
    """What of a rendered environment speaks of sealing; its place is a folder here."""
    folder = anna.folder / "env"
    (folder / "keys/recipients").mkdir(parents=True)
    (folder / "keys/senders").mkdir()
    (folder / "keys/custody.yaml").write_text(CUSTODY.format(place=anna.folder / "provider"))
    shutil.copy(anna.folder / "to.age", folder / "keys/recipients/genomes.age")
    shutil.copy(anna.folder / "escrow.age", folder / "keys/recipients/escrow.age")
    shutil.copy(anna.folder / "sender.pem", folder / "keys/senders/anna.pem")
    return folder


KEY = ("--key", "file:sender.key")
INTO = ("--environment", "env", "--detached", "headers")


@pytest.fixture
def headers(anna: Person) -> None:
    """A header store that is there already, as an environment's is."""

    headerstore.create(anna.folder / "headers")


def test_it_says_whom_where_and_from_whom(repository: Path, anna: Person) -> None:
    ours = load(repository)
    assert ours.recipients("genomes").epoch == 3
    assert ours.recipients("genomes").texts == [anna.recipient]
    assert list(ours.senders()) == ["anna"]
    assert ours.headers == "bao://tce-h"
    provider = str(anna.folder / "provider")
    assert ours.at(f"{provider}/below") == ours.bucket("genomes")
    assert ours.at(f"{provider}-other") is None


def test_what_is_missing_is_told_with_what_makes_it(repository: Path) -> None:
    (repository / "keys/recipients/escrow.age").unlink()
    (repository / "keys/senders/anna.pem").unlink()
    ours = load(repository)
    with pytest.raises(SealError, match=r"escrow\.age: not there yet") as caught:
        ours.escrow()
    assert "tutela tce keys" in caught.value.__notes__[0]
    with pytest.raises(SealError, match="no sender's key"):
        ours.senders()
    with pytest.raises(SealError, match="no bucket other") as caught:
        ours.bucket("other")
    assert caught.value.__notes__ == ["--to genomes"]
    with pytest.raises(SealError, match="not a rendered environment"):
        load(repository / "keys")
    (repository / "keys/custody.yaml").write_text("schema: tutela/custody/v1\nserver: 3\n")
    with pytest.raises(ExpectedError, match=r"custody\.yaml:1: needs"):
        load(repository)


def test_every_version_of_a_key_is_believed(tmp_path: Path) -> None:
    pems = [keyfile.new(None)[1] for _ in range(2)]
    (tmp_path / "evidence.pem").write_bytes(b"".join(pems))
    assert [key.keyid for key in public(tmp_path / "evidence.pem")] == [
        keyfile.public(pem, "x").keyid for pem in pems
    ]
    (tmp_path / "evidence.pem").write_bytes(b"nothing")
    with pytest.raises(ExpectedError, match="not a public key"):
        public(tmp_path / "evidence.pem")


@pytest.mark.usefixtures("headers", "repository")
def test_in_an_environment_bodies_are_detached_and_the_escrow_is_a_recipient(anna: Person) -> None:
    anna.file("data.bin", b"genomes")
    ran = run(
        *("tce", "seal", "data.bin", "--to", "genomes", *KEY, *INTO, "--json"), cwd=anna.folder
    )
    assert ran.code == 0, ran.err
    said = json.loads(ran.out)
    escrow = (anna.folder / "escrow.age").read_text().split()[-1]
    assert said["recipients"] == [anna.recipient, escrow]
    assert (said["sender"], said["warnings"]) == ("anna", [])
    (body,) = (anna.folder / "provider").iterdir()
    assert body.name == said["sealed"][0]["id"]
    words = ("tce", "open", "data.bin", "--identity", "id.age", *INTO, "--out", "plain")
    ran = run(*words, cwd=anna.folder)
    assert ran.code == 0, ran.err
    assert "warning" not in ran.out
    assert (anna.folder / "plain/data.bin").read_bytes() == b"genomes"


@pytest.mark.usefixtures("headers", "repository")
def test_an_environment_opens_nothing_without_manifest_sender_and_record(anna: Person) -> None:
    anna.file("data.bin", b"genomes")
    anna.seal("data.bin", "--out", "attached")
    words = ("--identity", "id.age", *INTO, "--out", "plain")
    ran = run("tce", "open", "attached/data.bin.age", *words, cwd=anna.folder)
    assert ran.code == 1
    assert "no header of data.bin" in ran.err
    (anna.folder / "attached/data.bin.age.dsse.json").unlink()
    ran = run("tce", "open", "attached/data.bin.age", *words, cwd=anna.folder)
    assert ran.code == 1
    assert "opens nothing of an unproven sender" in ran.err
    assert not (anna.folder / "plain").exists()


@pytest.mark.usefixtures("headers", "repository")
def test_what_an_environment_does_not_know_is_not_sealed_into_it(anna: Person) -> None:
    anna.file("data.bin", b"genomes")
    seal = ("tce", "seal", "data.bin", *INTO)
    ran = run(*seal, "--to", "genomes", "--out", "elsewhere", *KEY, cwd=anna.folder)
    assert ran.code == 2
    assert "no place of env" in ran.err
    stranger = keyfile.new(None)[0]
    (anna.folder / "other.key").touch(mode=0o600)
    (anna.folder / "other.key").write_bytes(stranger.reveal())
    ran = run(*seal, "--to", "genomes", "--key", "file:other.key", cwd=anna.folder)
    assert ran.code == 1
    assert "does not know the key" in ran.err
    more = X25519Identity.new(secrets.token_bytes).recipient
    ran = run(*seal, "--to", str(more), *KEY, cwd=anna.folder)
    assert ran.code == 2
    assert "to which bucket" in ran.err
    assert not (anna.folder / "provider").exists()


def test_a_manifest_names_the_place_of_its_body(
    repository: Path, headers: None, anna: Person
) -> None:
    anna.file("data.bin", b"genomes")
    run("tce", "seal", "data.bin", "--to", "genomes", *KEY, *INTO, cwd=anna.folder)
    (record,) = (anna.folder / "headers/objects").iterdir()
    envelope = json.loads(base64.b64decode(json.loads(record.read_bytes())["manifest"]))
    said = json.loads(base64.b64decode(envelope["payload"]))
    assert said["place"] == f"{anna.folder}/provider/{said['id']}"


@pytest.mark.usefixtures("headers")
def test_who_forgets_the_environment_is_told(repository: Path, anna: Person) -> None:
    place = str(anna.folder / "provider")
    file = str(anna.file("data.bin", b"genomes"))
    key = ("--to", "../to.age", "--key", "file:../sender.key")
    ran = run("tce", "seal", file, *key, "--out", f"{place}/below", cwd=repository)
    assert ran.code == 2
    assert "is a place of this environment" in ran.err
    assert "--environment ." in ran.err
    ran = run("tce", "seal", file, *key, "--out", f"{place}-other", cwd=repository)
    assert ran.code == 0, ran.err
    opened = ("--identity", "../id.age", "--out", "plain")
    ran = run("tce", "open", f"{place}/data.bin.age", *opened, cwd=repository)
    assert ran.code == 2


@pytest.mark.usefixtures("headers", "repository")
def test_no_plaintext_goes_into_a_place_of_the_environment(anna: Person) -> None:
    anna.file("data.bin", b"genomes")
    run("tce", "seal", "data.bin", "--to", "genomes", *KEY, *INTO, cwd=anna.folder)
    words = ("tce", "open", "data.bin", "--identity", "id.age", *INTO)
    ran = run(*words, "--out", str(anna.folder / "provider/plain"), cwd=anna.folder)
    assert ran.code == 2
    assert "no plaintext goes there" in ran.err
    assert not (anna.folder / "provider/plain").exists()
