"""LUKS2 volumes made here, small and without `cryptsetup`: it opens them too (tests/real).

Source: LUKS2 On-Disk Format Specification 1.1.1.
"""

import base64
import hashlib
import json
import struct
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

HEADER = 0x4000
STRIPES = 4000
KEY = 64
AREA = 0x8000
KEYS = 0x40000
"""Bytes of the area of key slots: one of 4,000 stripes of 64 bytes, in whole 4 KiB."""
DATA = AREA + KEYS
_BINARY = struct.Struct(">6sHQQ48s32s64s40s48sQ")


def _xts(key: bytes, data: bytes, first: int, sector: int) -> bytes:
    parts = []
    for at in range(0, len(data), sector):
        tweak = (first + at // 512).to_bytes(16, "little")
        encryptor = Cipher(algorithms.AES(key), modes.XTS(tweak)).encryptor()
        parts.append(encryptor.update(data[at : at + sector]))
    return b"".join(parts)


def _split(key: bytes) -> bytes:
    """Random stripes of which all are needed (AFsplit); the last one makes up for the others."""
    stripes, mixed = [], bytes(len(key))
    for number in range(STRIPES - 1):
        stripe = hashlib.shake_128(number.to_bytes(4)).digest(len(key))
        stripes.append(stripe)
        mixed = bytes(one ^ other for one, other in zip(mixed, stripe, strict=True))
        mixed = b"".join(
            hashlib.sha256(part.to_bytes(4) + mixed[at : at + 32]).digest()
            for part, at in enumerate(range(0, len(mixed), 32))
        )
    last = bytes(one ^ other for one, other in zip(mixed, key, strict=True))
    return b"".join(stripes) + last


def volume(
    plain: bytes, passphrase: bytes, *, argon: bool = False, sector: int = 512, tweak: int = 0
) -> bytes:
    """A volume that holds `plain`, filled up to a whole sector."""
    salt = hashlib.sha256(b"salt").digest()
    key = hashlib.shake_256(b"the key of a volume").digest(KEY)
    kdf: dict[str, Any] = {"type": "pbkdf2", "hash": "sha256", "iterations": 1000}
    if argon:
        kdf = {"type": "argon2id", "time": 4, "memory": 32, "cpus": 1}
        derive = Argon2id(salt=salt, length=KEY, iterations=4, lanes=1, memory_cost=32)
        wrapping = derive.derive(passphrase)
    else:
        wrapping = hashlib.pbkdf2_hmac("sha256", passphrase, salt, 1000, KEY)
    encoded = base64.b64encode(salt).decode()
    digest = hashlib.pbkdf2_hmac("sha256", key, salt, 1000, 32)
    metadata = {
        "keyslots": {
            "0": {
                "type": "luks2",
                "key_size": KEY,
                "af": {"type": "luks1", "stripes": STRIPES, "hash": "sha256"},
                "area": {
                    "type": "raw",
                    "offset": str(AREA),
                    "size": str(KEYS),
                    "encryption": "aes-xts-plain64",
                    "key_size": KEY,
                },
                "kdf": {**kdf, "salt": encoded},
            }
        },
        "tokens": {},
        "segments": {
            "0": {
                "type": "crypt",
                "offset": str(DATA),
                "size": "dynamic",
                "iv_tweak": str(tweak),
                "encryption": "aes-xts-plain64",
                "sector_size": sector,
            }
        },
        "digests": {
            "0": {
                "type": "pbkdf2",
                "keyslots": ["0"],
                "segments": ["0"],
                "hash": "sha256",
                "iterations": 1000,
                "salt": encoded,
                "digest": base64.b64encode(digest).decode(),
            }
        },
        "config": {"json_size": str(HEADER - 4096), "keyslots_size": str(KEYS)},
    }
    text = json.dumps(metadata).encode()
    split = _split(key)
    area = _xts(wrapping, split + bytes(-len(split) % 512), 0, 512)
    body = _xts(key, plain + bytes(-len(plain) % sector), tweak, sector)
    first, second = _header(b"LUKS\xba\xbe", 0, text), _header(b"SKUL\xba\xbe", HEADER, text)
    return first + second + area.ljust(KEYS, b"\0") + body


def _header(magic: bytes, offset: int, text: bytes) -> bytes:
    salt = hashlib.shake_128(magic).digest(64)
    uuid = b"00000000-0000-4000-8000-000000000000".ljust(40, b"\0")
    binary = _BINARY.pack(
        *(magic, 2, HEADER, 1, bytes(48), b"sha256".ljust(32, b"\0")),
        *(salt, uuid, bytes(48), offset),
    )
    whole = binary.ljust(4096, b"\0") + text.ljust(HEADER - 4096, b"\0")
    digest = hashlib.sha256(whole).digest().ljust(64, b"\0")
    return whole[:448] + digest + whole[512:]
