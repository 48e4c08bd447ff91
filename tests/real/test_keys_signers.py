"""Signatures by a key in a real PKCS #11 token (SoftHSM)."""

import pytest

from blueprints.secret import Secret
from governance.signing import envelope
from governance.signing.errors import UnverifiedError
from tce.keys.hardware import PinError, TokenMissingError, session
from tce.keys.show import show
from tce.keys.signers import public_keys, signer
from tce.keys.uri import parse
from tests.labs.softhsm import SoftHsm, library

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(library() is None, reason="no SoftHSM here"),
]
TYPE = "application/vnd.example+json"
_ED25519 = "1.3.101.112"


@pytest.fixture(scope="module", autouse=True)
def evidence(softhsm: SoftHsm) -> None:
    """An Ed25519 key in the token."""
    with session(softhsm.label, None, softhsm.pin, softhsm.environ, write=True) as token:
        from pkcs11 import Attribute, KeyType, Mechanism
        from pkcs11.util.ec import encode_named_curve_parameters

        parameters = token.create_domain_parameters(
            KeyType.EC_EDWARDS,
            {Attribute.EC_PARAMS: encode_named_curve_parameters(_ED25519)},
            local=True,
        )
        parameters.generate_keypair(
            mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label="evidence", id=b"\x01"
        )


def uri(softhsm: SoftHsm, name: str = "evidence", token: str | None = None) -> str:
    return f"pkcs11:token={token or softhsm.label};object={name}"


def test_a_token_signs_what_anybody_verifies(softhsm: SoftHsm) -> None:
    key = parse(uri(softhsm))
    one = signer(key, softhsm.pin, softhsm.environ)
    text = envelope.sign(b"payload", TYPE, [one])
    keys = public_keys(key, softhsm.pin, softhsm.environ)
    assert envelope.verify(text, TYPE, keys).payload == b"payload"
    changed = text.replace(b"cGF5bG9hZA==", b"eGF5bG9hZA==")
    assert changed != text
    with pytest.raises(UnverifiedError):
        envelope.verify(changed, TYPE, keys)


def test_its_public_half_is_shown(softhsm: SoftHsm) -> None:
    shown = show(uri(softhsm), softhsm.pin, softhsm.environ)
    assert str(shown).startswith("-----BEGIN PUBLIC KEY-----")


def test_a_wrong_pin_is_told_and_not_shown(softhsm: SoftHsm) -> None:
    with pytest.raises(PinError, match="wrong PIN for token") as raised:
        signer(parse(uri(softhsm)), lambda *_: Secret(b"0000-CANARY"), softhsm.environ)
    assert "CANARY" not in str(raised.value)


def test_the_pin_is_asked_for_once(softhsm: SoftHsm) -> None:
    asked: list[str] = []

    def ask(name: str, wanted: str) -> Secret:
        asked.append(wanted)
        return softhsm.pin(name, wanted)

    one = signer(parse(uri(softhsm)), ask, softhsm.environ)
    for _ in range(2):
        one.sign(b"payload")
    assert asked == [f"PIN of token {softhsm.label}"]


def test_no_such_key_or_token_is_told(softhsm: SoftHsm) -> None:
    for key, words in (
        (uri(softhsm, "none"), "has no such key"),
        (uri(softhsm, token="none"), "has no token none"),
    ):
        with pytest.raises(TokenMissingError, match=words):
            signer(parse(key), softhsm.pin, softhsm.environ)
