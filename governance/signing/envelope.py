"""DSSE envelopes: signed once, read by anybody, believed only against known keys.

Source: github.com/secure-systems-lab/dsse, protocol v1 and its JSON envelope.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import Key, Signer

from governance.signing.errors import SigningError, UnverifiedError

LARGEST = 16 << 20
"""Bytes of an envelope that is still read."""


@dataclass(frozen=True)
class Signed:
    """What an envelope holds, and who says so: nobody, until it is verified."""

    payload: bytes
    payload_type: str
    keyids: tuple[str, ...]
    """Keys that have signed it: those that it names where it was read, those that are proved where
    it was verified."""


def sign(payload: bytes, payload_type: str, signers: Sequence[Signer]) -> bytes:
    """Return the JSON text of an envelope that all `signers` signed.

    Raises:
        SigningError: a signer cannot be reached or refuses.
    """
    envelope = Envelope(payload, payload_type, {})
    for signer in signers:
        envelope.sign(signer)
    return _text(envelope)


def add(text: bytes, signer: Signer) -> bytes:
    """Return the envelope with one signature more; one of the same key is made anew.

    Raises:
        SigningError: it is no envelope; the signer cannot be reached or refuses.
    """
    envelope = _envelope(text)
    envelope.sign(signer)
    return _text(envelope)


def read(text: bytes) -> Signed:
    """Return what an envelope says, believed by nobody yet.

    Raises:
        SigningError: it is no envelope.
    """
    envelope = _envelope(text)
    return Signed(envelope.payload, envelope.payload_type, tuple(envelope.signatures))


def verify(text: bytes, payload_type: str, keys: Sequence[Key], threshold: int = 1) -> Signed:
    """Return what an envelope says, where at least `threshold` different `keys` signed it.

    Raises:
        SigningError: it is no envelope, or one of something else.
        UnverifiedError: too few valid signatures of these keys.
    """
    envelope = _envelope(text)
    if envelope.payload_type != payload_type:
        raise SigningError(f"signed is {envelope.payload_type}, and needed {payload_type}")
    known = list({key.keyid: key for key in keys}.values())
    if len(known) < threshold:
        raise UnverifiedError(f"{threshold} signatures are needed, and {len(known)} keys are known")
    proved = [one for one in known if _signed(envelope, one)]
    if len(proved) < threshold:
        raise UnverifiedError(
            f"{len(proved)} of {threshold} needed signatures are valid (signed by "
            f"{', '.join(key[:16] for key in envelope.signatures) or 'nobody'})"
        )
    return Signed(envelope.payload, payload_type, tuple(one.keyid for one in proved))


def _signed(envelope: Envelope, key: Key) -> bool:
    try:
        envelope.verify([key], 1)
    except VerificationError:
        return False
    return True


def _envelope(text: bytes) -> Envelope:
    if len(text) > LARGEST:
        raise SigningError(f"an envelope of {len(text)} bytes; {LARGEST} is the most that is read")
    try:
        data = json.loads(text)
        base64.b64decode(data["payload"], validate=True)
        return Envelope.from_dict(data)
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        binascii.Error,
    ) as error:
        raise SigningError("not a DSSE envelope") from error


def _text(envelope: Envelope) -> bytes:
    return json.dumps(envelope.to_dict(), indent=1, sort_keys=True).encode() + b"\n"
