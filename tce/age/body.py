"""Bodies of age files: a nonce, then chunks of 64 KiB under ChaCha20-Poly1305 (STREAM).

Memory is bounded whatever the size: a few blocks, which are used again and again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from blueprints.secret import Secret
from tce.age.blocks import Block, Sink, Source, Watch, Work, filled, put, run
from tce.age.errors import BodyCutError, ChunkError, TrailingError
from tce.age.keys import derived
from tce.age.misplaced import nonce, reason
from tce.age.stanza import Random

NONCE = 16
"""Bytes before the first chunk: with the file key they give the key of the chunks."""
CHUNK = 1 << 16
"""Bytes of a chunk before it is sealed."""
TAG = 16
SEALED = CHUNK + TAG
GROUP = 8
"""Chunks that are read and written at once: few enough to stay in the cache of a core."""


@dataclass(frozen=True)
class Amounts:
    """How much went through, in bytes."""

    plain: int
    sealed: int
    """With nonce and tags."""


def sealed_size(plain: int) -> int:
    """Return how many bytes the body of `plain` bytes has."""
    return NONCE + plain + TAG * max(1, -(-plain // CHUNK))


def plain_size(sealed: int) -> int:
    """Return how many bytes a body of `sealed` bytes holds.

    Raises:
        BodyCutError: no body has this size.
    """
    chunks = -(-(sealed - NONCE) // SEALED)
    plain = sealed - NONCE - TAG * chunks
    if chunks < 1 or plain < 0 or sealed_size(plain) != sealed:
        raise BodyCutError(f"no body of an age file has {sealed} bytes: it was cut")
    return plain


def seal(
    file_key: Secret, source: Source, sink: Sink, random: Random, *, watch: Watch | None = None
) -> Amounts:
    """Write the body that holds what `source` has; a file key is used for one body only.

    `watch` is told what is written, its nonce too.
    """
    salt = random(NONCE)
    cipher = _cipher(file_key, salt)
    if watch is not None:
        watch(memoryview(salt))
    put(sink, memoryview(salt))

    def change(block: Block, room: memoryview) -> int:
        end = 0
        for number, chunk, last in _chunks(block, CHUNK):
            into = room[end : end + len(chunk) + TAG]
            end += cipher.encrypt_into(nonce(number, last), chunk, None, into)
        return end

    work = Work(GROUP * CHUNK, GROUP * SEALED, change, after=watch)
    plain, sealed = run(source, sink, work)
    return Amounts(plain, NONCE + sealed)


def open(
    file_key: Secret,
    source: Source,
    sink: Sink,
    *,
    watch: Watch | None = None,
    size: int | None = None,
    name: str = "the file",
) -> Amounts:
    """Write what a body holds; only after the return is it known to be whole.

    What was written before an error is authentic as far as it goes, and is not to be used: it is
    part of something. `watch` is told what is read, its nonce too. `size` is how many bytes the
    body should have, where something says so; `name` is what errors call it.

    Raises:
        BodyCutError, TrailingError: it is shorter or longer than what was sealed.
        ChunkError: a chunk was changed, or is another.
    """
    salt = filled(source, memoryview(bytearray(NONCE)))
    if len(salt) < NONCE:
        raise BodyCutError(f"{name}: cut before its body")
    cipher = _cipher(file_key, bytes(salt))
    if watch is not None:
        watch(salt)

    def change(block: Block, room: memoryview) -> int:
        _fits(block, size, name)
        end = 0
        for number, chunk, last in _chunks(block, SEALED):
            _whole(chunk, number, name)
            into = room[end : end + len(chunk) - TAG]
            try:
                end += cipher.decrypt_into(nonce(number, last), chunk, None, into)
            except InvalidTag:
                full = len(chunk) == SEALED
                raise reason(cipher, chunk, number, last, full, name) from None
        return end

    work = Work(GROUP * SEALED, GROUP * CHUNK, change, before=watch)
    sealed, plain = run(source, sink, work)
    return Amounts(plain, NONCE + sealed)


def _cipher(file_key: Secret, salt: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(derived(file_key.reveal(), salt, b"payload"))


def _chunks(block: Block, size: int) -> Iterator[tuple[int, memoryview, bool]]:
    """The chunks of a block with their numbers, and which is the last of all."""
    number = block.number * GROUP
    for start in range(0, len(block.data) or 1, size):
        last = block.last and start + size >= len(block.data)
        yield number, block.data[start : start + size], last
        number += 1


def _fits(block: Block, size: int | None, name: str) -> None:
    """Raise where a body is not as long as it should be."""
    if size is None:
        return
    sealed = NONCE + block.number * GROUP * SEALED + len(block.data)
    if sealed > size:
        raise TrailingError(f"{name}: longer than the {size} bytes that were sealed")
    if block.last and sealed < size:
        raise BodyCutError(f"{name}: cut: {sealed} of {size} bytes")


def _whole(chunk: memoryview, number: int, name: str) -> None:
    """Raise where a chunk is too short for one."""
    if len(chunk) < TAG:
        raise BodyCutError(f"{name}: cut within chunk {number}")
    if len(chunk) == TAG and number:
        # It would be a second text for the same content.
        raise ChunkError(f"{name}: an empty chunk {number} at its end", number)
