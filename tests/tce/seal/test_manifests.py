import secrets

import pytest
from securesystemslib.signer import CryptoSigner

from governance.sealed.manifest import PAYLOAD_TYPE, Manifest
from governance.signing import envelope
from tce.seal import manifests
from tce.seal.errors import ManifestError, ReplayedError

SIGNER = CryptoSigner.generate_ed25519()
SENDERS = {"anna": SIGNER.public_key}


def manifest(**other: object) -> Manifest:
    said: dict[str, object] = {
        "schema": "tutela/sealed/v1",
        "object": "a/b",
        "id": "a" * 26,
        "version": 2,
        "epoch": 1,
        "plain_size": 3,
        "header": manifests.part(b"header"),
        "body": manifests.part(b"body"),
        "recipients": ["age1example"],
        "sender": "anna",
        "transfer": "t",
        "purpose": "",
        "sealed": "2026-05-04T12:00:00Z",
    }
    return Manifest.model_validate(said | other)


def test_what_is_signed_is_read_and_proved() -> None:
    read = manifests.read(manifests.sign(manifest(), SIGNER), SENDERS, "x")
    assert read.manifest == manifest()
    assert read.proved == "anna"


def test_without_senders_it_proves_nothing() -> None:
    read = manifests.read(manifests.sign(manifest(), SIGNER), {}, "x")
    assert (read.proved, read.signed_by) == (None, (SIGNER.public_key.keyid,))


def test_a_stranger_is_not_believed() -> None:
    stranger = CryptoSigner.generate_ed25519()
    with pytest.raises(ManifestError, match="none of the 1 senders"):
        manifests.read(manifests.sign(manifest(), stranger), SENDERS, "x")


def test_another_payload_is_no_manifest() -> None:
    text = envelope.sign(b"{}", "application/json", [SIGNER])
    with pytest.raises(ManifestError, match="no sealed object"):
        manifests.read(text, SENDERS, "x")
    text = envelope.sign(b"{}", PAYLOAD_TYPE, [SIGNER])
    with pytest.raises(ManifestError, match="not a manifest: schema"):
        manifests.read(text, SENDERS, "x")
    with pytest.raises(ManifestError, match="not a DSSE envelope"):
        manifests.read(b"garbage", SENDERS, "x")


def test_every_byte_of_the_envelope_counts() -> None:
    text = manifests.sign(manifest(), SIGNER)
    at = text.index(b'"payload": "') + 40
    with pytest.raises(ManifestError):
        manifests.read(text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :], SENDERS, "x")


def test_sizes_and_digests_are_told_apart() -> None:
    manifests.same(manifests.part(b"one"), manifests.part(b"one"), "x")
    with pytest.raises(ManifestError, match="x has 4 bytes"):
        manifests.same(manifests.part(b"one"), manifests.part(b"four"), "x")
    with pytest.raises(ManifestError, match="SHA-256"):
        manifests.same(manifests.part(b"one"), manifests.part(b"two"), "x")


def test_only_the_version_that_counts_is_the_newest() -> None:
    manifests.newest(manifest(), manifest(), "store")
    with pytest.raises(ReplayedError, match="version 3 counts"):
        manifests.newest(manifest(), manifest(version=3), "store")
    with pytest.raises(ManifestError, match="store has 1"):
        manifests.newest(manifest(), manifest(version=1), "store")
    with pytest.raises(ManifestError, match="another version 2"):
        manifests.newest(manifest(), manifest(body=manifests.part(b"other")), "store")


def test_an_id_has_128_random_bits() -> None:
    first, second = (manifests.new_id(secrets.token_bytes) for _ in range(2))
    assert first != second
    assert manifest(id=first).id == first


def test_two_keys_of_one_name_are_kept_apart() -> None:
    other = CryptoSigner.generate_ed25519().public_key
    mine = SIGNER.public_key
    found = manifests.named([("anna", mine), ("anna", mine), ("anna", other)])
    assert found == {"anna": mine, f"anna ({other.keyid[:8]})": other}
