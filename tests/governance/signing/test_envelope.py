import base64
import json
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner, Key, Signer

from governance.signing.envelope import add, read, sign, verify
from governance.signing.errors import SigningError, UnverifiedError

TYPE = "application/vnd.example+json"


def _signers(number: int) -> list[Signer]:
    return [CryptoSigner.generate_ed25519() for _ in range(number)]


def _keys(signers: list[Signer]) -> list[Key]:
    return [one.public_key for one in signers]


def test_what_is_signed_is_verified_by_its_keys_and_by_no_other() -> None:
    (ours, other) = _signers(2)
    text = sign(b"{}", TYPE, [ours])
    assert verify(text, TYPE, [ours.public_key]).payload == b"{}"
    with pytest.raises(UnverifiedError, match="0 of 1"):
        verify(text, TYPE, [other.public_key])


def test_two_signatures_of_one_key_are_one() -> None:
    (first, second) = _signers(2)
    text = add(sign(b"{}", TYPE, [first]), first)
    with pytest.raises(UnverifiedError, match="1 of 2"):
        verify(text, TYPE, _keys([first, second]), 2)
    proved = verify(add(text, second), TYPE, _keys([first, second]), 2)
    assert len(proved.keyids) == 2


def test_one_key_known_twice_counts_once() -> None:
    (ours,) = _signers(1)
    with pytest.raises(UnverifiedError, match="1 keys are known"):
        verify(sign(b"{}", TYPE, [ours]), TYPE, _keys([ours, ours]), 2)


@pytest.mark.parametrize("field", ["payload", "payloadType", "sig"])
def test_one_changed_byte_is_refused(field: str) -> None:
    (ours,) = _signers(1)
    data = json.loads(sign(b'{"a": 1}', TYPE, [ours]))
    if field == "payloadType":
        data[field] = "application/vnd.other+json"
    else:
        holder = data["signatures"][0] if field == "sig" else data
        raw = bytearray(base64.b64decode(holder[field]))
        raw[0] ^= 1
        holder[field] = base64.b64encode(bytes(raw)).decode()
    with pytest.raises(SigningError):
        verify(json.dumps(data).encode(), TYPE, [ours.public_key])


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b'{"payload": 1}', b'{"payload": "!", "payloadType": "a"}', b"\xff"]
)
def test_what_is_no_envelope_is_told(text: bytes) -> None:
    with pytest.raises(SigningError, match="not a DSSE envelope"):
        read(text)


def test_reading_believes_nobody(tmp_path: Path) -> None:
    (ours,) = _signers(1)
    said = read(sign(b"{}", TYPE, [ours]))
    assert (said.payload, said.payload_type) == (b"{}", TYPE)
    assert said.keyids == (ours.public_key.keyid,)
