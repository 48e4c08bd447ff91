"""Why a chunk does not authenticate: what was done to the body, as far as it can be told."""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tce.age.errors import BodyCutError, BodyError, ChunkError, TrailingError

_AROUND = 512
"""How many places before and after are tried (32 MiB each way, in some 20 ms)."""


def nonce(number: int, last: bool) -> bytes:
    """Return the nonce of a chunk: it says where it stands, and whether it is the last."""
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


def reason(
    cipher: ChaCha20Poly1305, chunk: memoryview, number: int, last: bool, full: bool, name: str
) -> BodyError:
    """Return the error for `chunk`, which does not authenticate as the `number`-th of `name`.

    `last`: nothing follows it; `full`: it is as long as a chunk can be.
    """
    if _fits(cipher, chunk, number, not last):
        if last:
            return BodyCutError(f"{name}: cut after chunk {number}")
        return TrailingError(f"{name}: something follows its last chunk ({number})")
    for other in _around(number):
        if _fits(cipher, chunk, other, False) or _fits(cipher, chunk, other, True):
            return ChunkError(
                f"{name}: chunk {other} stands where chunk {number} belongs:"
                " moved, repeated, or some were left out",
                number,
            )
    if last and not full:
        return ChunkError(
            f"{name}: its last chunk ({number}) was cut, lengthened or changed", number
        )
    if number == 0:
        return ChunkError(
            f"{name}: chunk 0 was changed, or this header belongs to another body", number
        )
    return ChunkError(f"{name}: chunk {number} was changed", number)


def _around(number: int) -> Iterator[int]:
    for distance in range(1, _AROUND + 1):
        yield number + distance
        if distance <= number:
            yield number - distance


def _fits(cipher: ChaCha20Poly1305, chunk: memoryview, number: int, last: bool) -> bool:
    try:
        cipher.decrypt(nonce(number, last), chunk, None)
    except InvalidTag:
        return False
    return True
