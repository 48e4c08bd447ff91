"""Public halves of keys as a specification may hold them, and places of what is sealed to them.

A private half that somebody pastes is refused without being repeated: a message ends up in logs.
Sources: RFC 8032 (Ed25519), BIP 173 (bech32), C2SP age.md (recipients).
"""

import base64
import binascii
import re
from typing import Annotated

from pydantic import AfterValidator, Field

from blueprints.parts.names import free, whole

_DIGITS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_RECIPIENT = re.compile(f"age1([{_DIGITS}]{{58}})")
_PRIVATE = re.compile("AGE-SECRET-KEY|PRIVATE KEY", re.IGNORECASE)
_TAKEN = (
    "is a private key: whoever read this file has it; make another, and say its public half here"
)


def _signer(text: str) -> str:
    if _PRIVATE.search(text):
        raise ValueError(_TAKEN)
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32 or base64.b64encode(key).decode() != text:
        raise ValueError(
            "has to be an Ed25519 public key: 32 bytes in base64, as `tutela tce keys new` says"
        )
    return text


OfficerKey = Annotated[str, AfterValidator(_signer)]
"""With which somebody signs orders and records."""


def _recipient(text: str) -> str:
    if _PRIVATE.search(text):
        raise ValueError(_TAKEN)
    found = _RECIPIENT.fullmatch(text)
    if found is None:
        raise ValueError(
            "has to be an age recipient: age1 and 58 characters, as age-keygen -y says"
        )
    if not _sums_up("age", found[1]):
        raise ValueError("is no age recipient: its checksum is wrong; copy it once more")
    return text


def _sums_up(word: str, digits: str) -> bool:
    """Whether the last six digits are bech32's checksum of the others."""
    values = [ord(one) >> 5 for one in word] + [0] + [ord(one) & 31 for one in word]
    sum_ = 1
    for value in (*values, *map(_DIGITS.index, digits)):
        top = sum_ >> 25
        sum_ = (sum_ & 0x1FFFFFF) << 5 ^ value
        for bit, part in enumerate(_GENERATOR):
            sum_ ^= part if top >> bit & 1 else 0
    return sum_ == 1


Recipient = Annotated[str, AfterValidator(_recipient)]
"""To whom a share or an object is sealed (X25519)."""
Place = Annotated[
    str,
    whole(
        r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9][A-Za-z0-9_.=-]*)*/?",
        300,
        "a bucket, perhaps with a prefix: s3://bucket/prefix",
    ),
]
"""Whose objects are sealed to one identity."""


def _label(text: str) -> str:
    if text != text.strip() or "\n" in text or "\t" in text:
        raise ValueError("has to be one line without spaces around it")
    return free(text)


TokenLabel = Annotated[str, Field(min_length=1, max_length=32), AfterValidator(_label)]
"""Of a token or a key in it: 32 characters (PKCS#11, CK_TOKEN_INFO)."""
