"""Rotation and revocation as people type them."""

import json
import secrets
from pathlib import Path

import pytest

from tce.age import identities
from tce.age.keys import X25519Identity
from tests.program import Ran, run
from tests.tce.seal.people import NOW, Person, secret

PLAIN = b"ACGT" * 1000


def _next(anna: Person, name: str = "next", epoch: int = 4) -> None:
    """Make the identity of the next epoch."""
    identity = X25519Identity.new(secrets.token_bytes)
    secret(anna.folder / f"{name}.age", identities.write(identity, NOW).reveal())
    (anna.folder / f"{name}.pub").write_text(f"# epoch: {epoch}\n{identity.recipient}\n")


def _renew(anna: Person, verb: str, *words: str) -> Ran:
    said = ("--detached", "headers", "--identity", "age:id.age", "--to", "next.pub")
    key = ("--escrow", "escrow.age", "--key", "file:sender.key", "--sender", "sender.pem")
    return run("tce", verb, *words, *said, *key, cwd=anna.folder)


def _open(anna: Person, identity: str, headers: str = "headers") -> Ran:
    return run(
        *("tce", "open", "a.bam", "--detached", headers, "--identity", f"age:{identity}"),
        *("--sender", "sender.pem", "--out", "plain", "--replace"),
        cwd=anna.folder,
    )


def _bodies(anna: Person) -> set[str]:
    return {one.name for one in (anna.folder / "bodies").iterdir()}


@pytest.fixture
def sealed(anna: Person) -> Person:
    """Somebody with one detached object."""
    anna.file("a.bam", PLAIN)
    ran = anna.seal("a.bam", "--detached", "headers", "--out", "bodies")
    assert ran.code == 0, ran.err
    _next(anna)
    return anna


def test_rotated_headers_open_with_the_new_identity_and_not_with_the_old(sealed: Person) -> None:
    before = _bodies(sealed)
    ran = _renew(sealed, "rotate")
    assert ran.code == 0, ran.err
    assert "1 headers in headers wrapped for 2 recipients (epoch 4); no body moved" in ran.out
    assert "this revokes nobody" in ran.out
    assert _bodies(sealed) == before
    assert _open(sealed, "id.age").code == 1
    for identity in ("next.age", "escrow-id.age"):
        ran = _open(sealed, identity)
        assert ran.code == 0, ran.err
        assert "version 2, from sender" in ran.out
        assert (sealed.folder / "plain" / "a.bam").read_bytes() == PLAIN


def test_a_kept_header_opens_after_rotation_and_not_after_revocation(sealed: Person) -> None:
    run(
        "tce", "headers", "backup", "headers", "--to", "escrow.age", "--out", "b", cwd=sealed.folder
    )
    restored = run(
        *("tce", "headers", "restore", "b", "--into", "kept", "--identity", "age:escrow-id.age"),
        cwd=sealed.folder,
    )
    assert restored.code == 0, restored.err
    assert _renew(sealed, "rotate").code == 0
    assert _open(sealed, "id.age", "kept").code == 0
    ran = run(
        *("tce", "revoke", "--reencrypt", "--detached", "headers", "--identity", "age:next.age"),
        *("--to", "next.pub", "--key", "file:sender.key", "--sender", "sender.pem"),
        cwd=sealed.folder,
    )
    assert ran.code == 0, ran.err
    assert "1 bodies (4000 bytes) sealed anew for 1 recipients (epoch 4)" in ran.out
    assert _open(sealed, "id.age", "kept").code == 1
    assert _open(sealed, "next.age").code == 0
    assert len(_bodies(sealed)) == 1


def test_revoking_without_moving_bodies_is_refused_with_the_reason(sealed: Person) -> None:
    ran = _renew(sealed, "revoke")
    assert ran.code == 2
    assert "revokes nobody" in ran.err
    assert "--reencrypt" in ran.err


def test_results_are_for_programs_too(sealed: Person) -> None:
    ran = run(
        *("--json", "tce", "rotate", "--detached", "headers", "--identity", "age:id.age"),
        *("--to", "next.pub", "--key", "file:sender.key", "--sender", "sender.pem"),
        cwd=sealed.folder,
    )
    said = json.loads(ran.out)
    assert (said["schema"], said["rotated"]) == ("tutela/rotation/v1", 1)
    assert "revokes nobody" in said["left"]


def test_bodies_that_were_moved_are_named(sealed: Person) -> None:
    (sealed.folder / "bodies").rename(sealed.folder / "elsewhere")
    ran = _renew(sealed, "revoke", "--reencrypt")
    assert ran.code == 1
    assert "as before: a.bam: no file" in ran.out
    assert "not looked through" in ran.out
    ran = _renew(sealed, "revoke", "--reencrypt", "--bodies", "elsewhere")
    assert ran.code == 0, ran.out + ran.err


@pytest.mark.parametrize(
    ("words", "code", "wrong"),
    [
        (("rotate", "b.bam"), 1, "headers: nothing of b.bam"),
        (("rotate", "--as", "anna", "--detached", "nowhere"), 1, "not a header store"),
    ],
)
def test_what_is_wrong_is_one_line(
    sealed: Person, words: tuple[str, ...], code: int, wrong: str
) -> None:
    said = ("--identity", "age:id.age", "--to", "next.pub", "--key", "file:sender.key")
    detached = () if "--detached" in words else ("--detached", "headers")
    ran = run("tce", *words, *said, *detached, "--sender", "sender.pem", cwd=sealed.folder)
    assert ran.code == code
    assert wrong in ran.err


def test_a_store_has_to_be_named(sealed: Person) -> None:
    said = ("--identity", "age:id.age", "--to", "next.pub", "--key", "file:sender.key")
    ran = run("tce", "rotate", *said, cwd=sealed.folder)
    assert ran.code == 2
    assert "which header store" in ran.err


def test_without_senders_only_ones_own_manifests_are_signed_anew(
    sealed: Person, tmp_path: Path
) -> None:
    from governance.signing import keyfile

    private, _ = keyfile.new(None)
    secret(sealed.folder / "other.key", private.reveal())
    said = ("--detached", "headers", "--identity", "age:id.age", "--to", "next.pub")
    ran = run("tce", "rotate", *said, "--key", "file:other.key", cwd=sealed.folder)
    assert ran.code == 1
    assert "signed by none of the 1 senders" in ran.out
    ran = run("tce", "rotate", *said, "--key", "file:sender.key", cwd=sealed.folder)
    assert ran.code == 0, ran.out
