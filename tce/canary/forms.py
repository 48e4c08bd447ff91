"""The texts that bytes become: what is searched for in a file as it lies there.

What several encodings made, one on the other, is taken apart instead: see `tce.canary.layers`.
Sources: RFC 4648 (base 16, 32, 64 and its alphabet for URLs), RFC 3986 2.1 (percent-encoding).
"""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes

LEAST = 12
"""Bytes of the shortest value: a shorter one is found by chance, in base64 of something else."""
_URL = bytes.maketrans(b"+/", b"-_")


@dataclass(frozen=True)
class Needle:
    """One text that stands for a value; it shows nothing of it."""

    form: str
    text: bytes = field(repr=False)


def needles(value: bytes) -> tuple[Needle, ...]:
    """All texts that stand for `value` (at least `LEAST` bytes), each once, the plainest first."""
    found: dict[bytes, Needle] = {}
    for form, text in _texts(value):
        found.setdefault(text, Needle(form, text))
    return tuple(found.values())


def _texts(value: bytes) -> Iterator[tuple[str, bytes]]:
    yield "raw", value
    yield "hex", value.hex().encode()
    yield "hex", value.hex().upper().encode()
    for offset in range(3):
        inner = aligned(value, offset, 6, base64.b64encode)
        yield f"base64 (alignment {offset})", inner
        yield f"base64url (alignment {offset})", inner.translate(_URL)
    for offset in range(5):
        inner = aligned(value, offset, 5, base64.b32encode)
        yield f"base32 (alignment {offset})", inner
        yield f"base32 (alignment {offset})", inner.lower()
    yield "URL", quote_from_bytes(value, safe="").encode()
    yield "URL", quote_from_bytes(value, safe="/").encode()
    every = b"".join(b"%%%02X" % byte for byte in value)
    yield "URL", every
    yield "URL", every.lower()
    # Little and big endian are one but for the first or the last byte, which is left out.
    yield "UTF-16", b"\0".join(bytes([byte]) for byte in value)


def aligned(value: bytes, offset: int, bits: int, encode: Callable[[bytes], bytes]) -> bytes:
    """What of an encoding is the value's own, where `offset` other bytes stand before it.

    A character of `bits` bits that also holds bits of a neighbour is left out.
    """
    text = encode(bytes(offset) + value)
    first = -(-offset * 8 // bits)
    return text[first : (offset + len(value)) * 8 // bits]
