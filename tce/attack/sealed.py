"""Opens what is sealed as somebody would who wants to read it: chunk by chunk, whole or cut.

Whoever attacks does not mind whether a body is complete, which object it is, or whether a header
was made for it; so headers and bodies are put together in every way. That a chunk is authentic
says that it was opened. Written from the format (age v1, C2SP) and not with what opens files here.
"""

import hashlib
import hmac
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from blueprints.secret import Secret
from tce.age import header as headers
from tce.age.errors import AgeError
from tce.age.header import INTRO, Header
from tce.age.keys import X25519Identity
from tce.canary.streams import Data

_CHUNK = (64 << 10) + 16
_NONCE = 16
_PIECE = 256
"""Chunks that are given together."""
FILE_KEY = 16
"""Bytes of a file key."""
_IDENTITY = re.compile(rb"AGE-SECRET-KEY-1[0-9A-Z]{58}(?![0-9A-Z])", re.IGNORECASE)


def identities(data: bytes) -> Iterator[X25519Identity]:
    """Every age identity that stands in a text."""
    for match in _IDENTITY.finditer(data):
        try:
            yield X25519Identity.parse(Secret(match[0].upper()))
        except AgeError:
            continue


def found(data: Data) -> Iterator[tuple[Header, int]]:
    """Every header in bytes, and where its body begins: an object, an upload, a capture of one."""
    at = data.find(INTRO)
    while at >= 0:
        text = bytes(data[at : at + headers.LARGEST])
        stream = io.BytesIO(text)
        try:
            header = headers.read(stream)
        except AgeError:
            pass
        else:
            yield header, at + stream.tell()
        at = data.find(INTRO, at + 1)


def file_keys(header: Header, keys: Sequence[X25519Identity]) -> Iterator[Secret]:
    """The file key of a header, where one of `keys` opens it."""
    try:
        yield headers.open(header, keys)
    except AgeError:
        return


def body(data: Data, at: int, key: Secret) -> Iterator[bytes]:
    """What a body at `at` holds, in pieces in their order; nothing where `key` is not its own.

    It ends where a chunk is not authentic: at its end, where it was cut, or where it is another's.
    In a capture or on a disk something else stands behind the last chunk, and nobody knows where it
    ends: once a chunk before it showed that the key is right, it is read without being proved.
    """
    salt = bytes(data[at : at + _NONCE])
    if len(salt) < _NONCE or len(key.reveal()) != FILE_KEY:
        return
    payload = _derived(key.reveal(), salt, b"payload")
    cipher = ChaCha20Poly1305(payload)
    at += _NONCE
    kept: list[bytes] = []
    for number, start in enumerate(range(at, len(data), _CHUNK)):
        chunk = _opened(cipher, number, bytes(data[start : start + _CHUNK]))
        if chunk is None:
            if number:
                cut = bytes(data[start : start + _CHUNK])
                kept += [_unproved(payload, number, last, cut) for last in (1, 0)]
            break
        kept.append(chunk)
        if len(kept) == _PIECE:
            yield b"".join(kept)
            kept = []
    if kept:
        yield b"".join(kept)


def _opened(cipher: ChaCha20Poly1305, number: int, sealed: bytes) -> bytes | None:
    """A chunk, as one in the middle or as the last one, of whatever length it can be."""
    for last in (0, 1):
        nonce = number.to_bytes(11) + bytes([last])
        try:
            return cipher.decrypt(nonce, sealed, None)
        except InvalidTag:
            continue
    return None


def _unproved(payload: bytes, number: int, last: int, sealed: bytes) -> bytes:
    """A chunk without its tag (RFC 8439, 2.8: the text begins at block 1)."""
    nonce = (1).to_bytes(4, "little") + number.to_bytes(11) + bytes([last])
    cipher = Cipher(algorithms.ChaCha20(payload, nonce), mode=None)
    return cipher.decryptor().update(sealed)


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 (RFC 5869) for 32 bytes."""
    first = hmac.digest(salt, key, hashlib.sha256)
    return hmac.digest(first, info + b"\x01", hashlib.sha256)


def all_keys(
    found_headers: Iterable[Header], keys: Sequence[X25519Identity], raw: Iterable[Secret]
) -> tuple[Secret, ...]:
    """Every file key that can be had: unwrapped from a header, or lying about as it is."""
    made = [one for header in found_headers for one in file_keys(header, keys)]
    return tuple({one.reveal(): one for one in (*made, *raw)}.values())
