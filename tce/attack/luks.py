"""Reads LUKS2 volumes with whatever passphrases there are; nothing of the kernel is needed.

Written from the format's description and not on `cryptsetup`, which wants device-mapper to read
anything: an attack runs where nobody is root. Encryption is AES-XTS with plain64 tweaks, which is
what `cryptsetup` makes; another one is told, and not read.

Source: LUKS2 On-Disk Format Specification 1.1.1 (cryptsetup's docs/on-disk-format-luks2.pdf).
"""

import base64
import hashlib
import hmac
import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2i, Argon2id

from tce.attack.errors import AttackError
from tce.canary.streams import Data

MAGIC = b"LUKS\xba\xbe"
_SECOND = b"SKUL\xba\xbe"
_BINARY = struct.Struct(">6sHQQ48s32s64s40s48sQ")
_HEADER = 4096
_CIPHER = "aes-xts-plain64"
_AREA_SECTOR = 512
_MOST_HEADER = 16 << 20
_MOST_MEMORY = 4 << 20
"""KiB that a key derivation may take; the format's own maximum."""
_PIECE = 16 << 20


@dataclass(frozen=True)
class Volume:
    """A LUKS2 header, and the bytes that it is of."""

    data: Data = field(repr=False)
    metadata: Mapping[str, Any] = field(repr=False)

    @property
    def slots(self) -> tuple[str, ...]:
        """Of keys, by their numbers."""
        return tuple(sorted(self.metadata.get("keyslots", {})))

    @property
    def tokens(self) -> tuple[str, ...]:
        """What else may open a slot, by kind: ``clevis``.."""
        return tuple(
            sorted(str(one.get("type")) for one in self.metadata.get("tokens", {}).values())
        )


def is_volume(data: Data) -> bool:
    """Whether bytes begin as a LUKS volume."""
    return bytes(data[: len(MAGIC)]) == MAGIC


def read(data: Data, name: str) -> Volume:
    """Read the header of a volume; of its two copies the first that is whole.

    Raises:
        AttackError: it is none, or LUKS1, or damaged.
    """
    if is_volume(data) and int.from_bytes(data[6:8], "big") == 1:
        raise AttackError(f"{name}: LUKS1, which is not read here")
    for at in (0, *(0x4000 << power for power in range(9))):
        header = bytes(data[at : at + _BINARY.size])
        if len(header) < _BINARY.size:
            break
        magic, version, size, *_ = _BINARY.unpack(header)
        if magic not in (MAGIC, _SECOND) or version != 2 or size > _MOST_HEADER:
            continue
        whole = bytes(data[at : at + size])
        text, _, _ = whole[_HEADER:].partition(b"\0")
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if _sum(whole) and isinstance(found, dict):
            return Volume(data, found)
    raise AttackError(f"{name}: a LUKS header that is damaged")


def _sum(whole: bytes) -> bool:
    """Whether a header is what its checksum says."""
    name = whole[72:104].rstrip(b"\0").decode("ascii", "replace")
    try:
        digest = hashlib.new(name, whole[:448] + bytes(64) + whole[512:]).digest()
    except ValueError:
        return False
    return whole[448 : 448 + len(digest)] == digest


def unlock(volume: Volume, passphrase: bytes) -> bytes | None:
    """The volume's key, where `passphrase` opens one of its slots.

    Raises:
        AttackError: a slot that cannot be tried: its derivation or its cipher is not known.
    """
    for number in volume.slots:
        try:
            key = _slot(volume, number, passphrase)
        except (KeyError, TypeError, ValueError, UnsupportedAlgorithm, MemoryError) as error:
            raise AttackError(f"slot {number} cannot be tried ({type(error).__name__})") from None
        if key is not None:
            return key
    return None


def _slot(volume: Volume, number: str, passphrase: bytes) -> bytes | None:
    slot = volume.metadata["keyslots"][number]
    area, split = slot["area"], slot["af"]
    if slot["type"] != "luks2" or area["encryption"] != _CIPHER or split["type"] != "luks1":
        raise ValueError("another kind of slot")
    key = _derived(slot["kdf"], passphrase, int(area["key_size"]))
    size = int(slot["key_size"]) * int(split["stripes"])
    start = int(area["offset"])
    padded = -(-size // _AREA_SECTOR) * _AREA_SECTOR
    raw = bytes(volume.data[start : start + padded])
    plain = _decrypted(key, raw, 0, _AREA_SECTOR)[:size]
    merged = _merged(plain, int(slot["key_size"]), int(split["stripes"]), split["hash"])
    return merged if _fits(volume, number, merged) else None


def _derived(kdf: Mapping[str, Any], passphrase: bytes, size: int) -> bytes:
    salt = base64.b64decode(kdf["salt"])
    if kdf["type"] == "pbkdf2":
        return hashlib.pbkdf2_hmac(kdf["hash"], passphrase, salt, int(kdf["iterations"]), size)
    if int(kdf["memory"]) > _MOST_MEMORY:
        raise MemoryError
    if kdf["type"] not in ("argon2id", "argon2i"):
        raise ValueError("another derivation")
    derivation = (Argon2id if kdf["type"] == "argon2id" else Argon2i)(
        salt=salt,
        length=size,
        iterations=int(kdf["time"]),
        lanes=int(kdf["cpus"]),
        memory_cost=int(kdf["memory"]),
    )
    return derivation.derive(passphrase)


def _fits(volume: Volume, number: str, key: bytes) -> bool:
    for digest in volume.metadata["digests"].values():
        if digest["type"] == "pbkdf2" and number in digest["keyslots"]:
            expected = base64.b64decode(digest["digest"])
            made = hashlib.pbkdf2_hmac(
                digest["hash"],
                key,
                base64.b64decode(digest["salt"]),
                int(digest["iterations"]),
                len(expected),
            )
            return hmac.compare_digest(made, expected)
    raise KeyError(number)


def _merged(split: bytes, size: int, stripes: int, name: str) -> bytes:
    """The key that was split over stripes, each of which is needed (TKS1's AFsplit)."""
    found = bytes(size)
    for at in range(0, size * (stripes - 1), size):
        found = _diffused(_xor(found, split[at : at + size]), name)
    return _xor(found, split[size * (stripes - 1) :])


def _diffused(block: bytes, name: str) -> bytes:
    size = hashlib.new(name).digest_size
    parts = []
    for number, at in enumerate(range(0, len(block), size)):
        part = block[at : at + size]
        parts.append(hashlib.new(name, number.to_bytes(4, "big") + part).digest()[: len(part)])
    return b"".join(parts)


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(len(one))


def plaintext(volume: Volume, key: bytes) -> Iterator[bytes]:
    """What a volume holds, in pieces, in order.

    Raises:
        AttackError: its segments are encrypted in a way that is not read here.
    """
    try:
        segments = sorted(volume.metadata["segments"].values(), key=lambda one: int(one["offset"]))
        for segment in segments:
            if segment["type"] == "crypt" and segment["encryption"] != _CIPHER:
                raise AttackError(f"{segment['encryption']} is not read here")
            yield from _segment(volume.data, segment, key)
    except (KeyError, TypeError, ValueError) as error:
        raise AttackError(f"segments that cannot be read ({type(error).__name__})") from None


def _segment(data: Data, segment: Mapping[str, Any], key: bytes) -> Iterator[bytes]:
    start = int(segment["offset"])
    size = segment["size"]
    end = len(data) if size == "dynamic" else min(start + int(size), len(data))
    if segment["type"] != "crypt":
        for at in range(start, end, _PIECE):
            yield bytes(data[at : min(at + _PIECE, end)])
        return
    sector = int(segment["sector_size"])
    # A tweak counts sectors of 512 bytes, whatever the size of those that are encrypted.
    tweak = int(segment["iv_tweak"])
    for at in range(start, end - end % sector, _PIECE):
        piece = bytes(data[at : min(at + _PIECE, end)])
        piece = piece[: len(piece) - len(piece) % sector]
        yield _decrypted(key, piece, tweak + (at - start) // 512, sector)


def _decrypted(key: bytes, data: bytes, tweak: int, sector: int) -> bytes:
    parts = []
    for at in range(0, len(data), sector):
        number = tweak + at // 512
        cipher = Cipher(algorithms.AES(key), modes.XTS(number.to_bytes(16, "little")))
        parts.append(cipher.decryptor().update(data[at : at + sector]))
    return b"".join(parts)
