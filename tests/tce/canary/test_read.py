from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from governance.signing import keyfile
from tce.canary.errors import CanaryError
from tce.canary.read import canaries
from tce.canary.search import search


def _found(path: Path, data: bytes) -> list[str]:
    return [hit.canary for hit in search(data, canaries([path]), lambda _words: None)]


def test_each_line_is_a_value_and_comments_are_none(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text("# of the lab\nthe-first-of-them\n\nthe-second-of-them\n")
    assert [one.name for one in canaries([file])] == ["tokens:2", "tokens:4"]
    assert _found(file, b"x the-second-of-them") == ["tokens:4"]
    assert _found(file, b"# of the lab") == []


def test_what_a_text_stands_for_is_looked_for(tmp_path: Path) -> None:
    file = tmp_path / "key"
    key = bytes(range(100, 132))
    for text in (key.hex(), base64.b64encode(key).decode()):
        file.write_text(text)
        assert _found(file, b"..." + key) == ["key"]
        assert _found(file, base64.b64encode(b"q" + key)) == ["key"]


def test_a_private_key_is_found_without_its_armour(tmp_path: Path) -> None:
    secret, _ = keyfile.new(None)
    pem = secret.reveal()
    file = tmp_path / "key.pem"
    file.write_bytes(pem)
    der = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
    for data in (pem, b"  ".join(pem.splitlines(keepends=True)), der, der[-32:], der[-32:].hex()):
        raw = data.encode() if isinstance(data, str) else data
        assert _found(file, raw) == ["key.pem"]
    raw_seed = Ed25519PrivateKey.generate().private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )
    assert _found(file, raw_seed) == []


def test_an_age_identity_is_found_as_bytes_and_its_recipient_is_none(tmp_path: Path) -> None:
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    file = tmp_path / "identity"
    file.write_text(f"# public key: {identity.to_public()}\n{identity}\n")
    assert _found(file, str(identity.to_public()).encode()) == []
    assert _found(file, str(identity).encode()) == ["identity"]
    assert _found(file, str(identity).lower().encode()) == []
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from tce.canary.read import _age_key

    raw = _age_key(str(identity).lower().encode())
    assert raw is not None
    assert len(raw) == 32
    public = X25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw()
    assert _bech32(public) in str(identity.to_public())
    assert _found(file, raw) == ["identity"]


def _bech32(data: bytes) -> str:
    number = int.from_bytes(data) << (-len(data) * 8 % 5)
    count = -(-len(data) * 8 // 5)
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    return "".join(letters[number >> 5 * at & 31] for at in reversed(range(count)))


def test_a_value_that_would_be_found_by_chance_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pin").write_text("1234")
    with pytest.raises(CanaryError, match="pin has 4 bytes: under 12") as refused:
        canaries([tmp_path / "pin"])
    assert "1234" not in str(refused.value)


def test_a_file_without_a_value_is_refused(tmp_path: Path) -> None:
    (tmp_path / "none").write_text("# nothing\n")
    with pytest.raises(CanaryError, match="holds no value"):
        canaries([tmp_path / "none"])
    with pytest.raises(CanaryError, match="No such file"):
        canaries([tmp_path / "gone"])
    with pytest.raises(CanaryError, match="not a regular file"):
        canaries([tmp_path])
