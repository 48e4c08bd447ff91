"""Reads canaries from files: values never stand in arguments, which every user can list.

A file holds a private key in PEM, or one value in each line; lines that begin with ``#`` are left
out, so that a file of age identities is one. What a value stands for is looked for as well: the
bytes of a hex or base64 text, the key in a PEM block.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from blueprints.formats.git.plain import read_plain
from tce.canary.errors import CanaryError
from tce.canary.forms import LEAST
from tce.canary.search import Canary, canary

_LARGEST = 1 << 20
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\s*([A-Za-z0-9+/=\s]+?)-----END")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_ED25519 = bytes.fromhex("302e020100300506032b657004220420")
"""PKCS #8 of an Ed25519 key, up to the key itself (RFC 8410, 7)."""
_SEED = 32
_BECH32 = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_AGE = b"AGE-SECRET-KEY-1"
_AGE_SUM = 6


def canaries(files: Sequence[Path]) -> tuple[Canary, ...]:
    """All values of all files, named after their file, and its line where it has several.

    Raises:
        CanaryError: a file that cannot be read, without a value, with one that is too short.
    """
    return tuple(one for file in files for one in _of(file))


def _of(file: Path) -> Iterator[Canary]:
    try:
        text = read_plain(file, _LARGEST)
    except OSError as error:
        raise CanaryError(f"{file}: {error.strerror or error}") from None
    blocks = _PEM.findall(text)
    if blocks:
        for number, (label, body) in enumerate(blocks, 1):
            if b"PRIVATE" not in label:
                continue
            name = file.name if len(blocks) == 1 else f"{file.name}, block {number}"
            yield canary(name, *_of_pem(body))
        return
    lines = {
        number: line.strip()
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.startswith(b"#")
    }
    if not lines:
        raise CanaryError(f"{file} holds no value", f"tutela tce canary --new {file}")
    for number, line in lines.items():
        name = file.name if len(lines) == 1 else f"{file.name}:{number}"
        if len(line) < LEAST:
            raise CanaryError(
                f"{name} has {len(line)} bytes: under {LEAST} a value is found by chance"
            )
        yield canary(name, line, *_meant(line))


def _of_pem(body: bytes) -> Iterator[bytes]:
    """The key's bytes; base64 of them in lines, as in the file itself, is found as base64."""
    try:
        key = base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error:
        raise CanaryError("a private key in PEM that is damaged") from None
    yield key
    if key.startswith(_ED25519):
        yield key[len(_ED25519) :][:_SEED]


def _meant(line: bytes) -> Iterator[bytes]:
    """What a value's text stands for."""
    if _HEX.fullmatch(line) and len(line) >= 2 * LEAST:
        yield bytes.fromhex(line.decode())
    if line.upper().startswith(_AGE):
        key = _age_key(line.lower())
        if key is not None:
            yield key
        return
    try:
        plain = base64.b64decode(line.translate(bytes.maketrans(b"-_", b"+/")), validate=True)
    except binascii.Error:
        return
    if len(plain) >= LEAST:
        yield plain


def _age_key(line: bytes) -> bytes | None:
    """The 32 bytes of an age identity (BIP 173, without a look at its checksum)."""
    digits = line[len(_AGE) : -_AGE_SUM]
    if not digits or any(one not in _BECH32 for one in digits):
        return None
    number = 0
    for one in digits:
        number = number << 5 | _BECH32.index(one)
    spare = len(digits) * 5 % 8
    return (number >> spare).to_bytes(len(digits) * 5 // 8)
