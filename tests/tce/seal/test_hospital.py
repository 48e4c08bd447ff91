"""A rendered environment with its real OpenBao and a real bucket: sealed by one login, opened by
another, each with no right more than its policy gives."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from governance.signing import keyfile
from tce.age.keys import X25519Identity
from tce.keys.apply import apply
from tests.program import Ran, run
from tests.tce.keys.hospital import Hospital
from tests.tce.keys.office import NOW
from tests.tce.seal.people import secret

if TYPE_CHECKING:
    from tests.labs.openbao import OpenBao
    from tests.labs.seaweed import Lab

TEXT = secrets.token_bytes(200_000)


@dataclass(frozen=True)
class World:
    """The hospital, and the provider's store."""

    hospital: Hospital
    s3: Lab
    folder: Path

    def run(self, role: str, *words: str) -> Ran:
        """Run ``tutela tce`` in the folder as one of the hospital's logins."""
        token = self.folder / f"{role}.token"
        if not token.exists():
            secret(token, self.hospital.token(role).reveal())
        environ = {
            **self.s3.environ(),
            **self.hospital.bao.environ(),
            "TUTELA_TOKEN_FILE": str(token),
        }
        given = ("--environment", str(self.hospital.folder), "--endpoint-url", self.s3.endpoint)
        return run("tce", *words, *given, cwd=self.folder, environ=environ)

    def seal(self, *words: str) -> Ran:
        """Seal as the login of senders."""
        return self.run("sender", "seal", *words, "--to", "genomes", "--key", "file:sender.key")

    def open(self, *words: str, role: str = "opener-genomes") -> Ran:
        """Open as the login of whoever opens the bucket's objects."""
        identity = f"bao://{self.hospital.wrapped}/data/identities/genomes"
        return self.run(role, "open", *words, "--identity", identity, "--out", "plain", "--replace")

    def bodies(self) -> Sequence[str]:
        """What the provider sees."""
        found = self.s3.client.list_objects_v2(Bucket=self.hospital.mounts)
        return [one["Key"] for one in found.get("Contents", [])]


@pytest.fixture(scope="module")
def world(bao: OpenBao, s3: Lab, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("sealing")
    hospital = Hospital.make(folder / "hospital", bao)
    apply(hospital.folder, bao.root, NOW, secrets.token_bytes, lambda _: None)
    private, public = keyfile.new(None)
    secret(folder / "sender.key", private.reveal())
    (hospital.folder / "keys/senders").mkdir()
    (hospital.folder / "keys/senders/lab.pem").write_bytes(public)
    escrow = X25519Identity.new(secrets.token_bytes)
    (hospital.folder / "keys/recipients/escrow.age").write_text(f"{escrow.recipient}\n")
    s3.client.create_bucket(Bucket=hospital.mounts)
    return World(hospital, s3, folder)


def test_a_sender_seals_and_an_opener_opens_and_neither_does_the_other(world: World) -> None:
    (world.folder / "reads.bam").write_bytes(TEXT)
    ran = world.seal("reads.bam", "--json")
    assert ran.code == 0, ran.err
    said = json.loads(ran.out)
    assert said["sender"] == "lab"
    assert world.bodies() == [f"genomes/{said['sealed'][0]['id']}"]
    ran = world.open("reads.bam")
    assert ran.code == 0, ran.err
    assert "warning" not in ran.out
    assert (world.folder / "plain/reads.bam").read_bytes() == TEXT
    ran = world.open("reads.bam", role="sender")
    assert ran.code == 1
    assert "no policy of this token allows it" in ran.err
    ran = world.open("reads.bam", role="opener-checkpoints")
    assert ran.code == 1
    assert "Traceback" not in ran.err


def test_what_a_body_holds_is_nowhere_at_the_provider(world: World) -> None:
    (world.folder / "canary.txt").write_bytes(b"canary-of-the-hospital" * 100)
    assert world.seal("canary.txt").code == 0
    for key in world.bodies():
        body = world.s3.client.get_object(Bucket=world.hospital.mounts, Key=key)["Body"].read()
        assert b"canary-of-the-hospital" not in body
        assert not body.startswith(b"age-encryption.org")
        assert "canary" not in key


def test_an_openbao_that_is_sealed_opens_and_seals_nothing(world: World) -> None:
    (world.folder / "later.bin").write_bytes(b"later")
    assert world.seal("later.bin").code == 0
    assert world.open("later.bin").code == 0
    before = world.bodies()
    with world.hospital.bao.sealed():
        opened = world.open("later.bin")
        sealed = world.seal("later.bin", "--replace")
    assert (opened.code, sealed.code) == (1, 1)
    assert "sealed" in opened.err
    assert "sealed" in sealed.err
    assert world.bodies() == before
    assert world.open("later.bin").code == 0
