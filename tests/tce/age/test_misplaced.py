import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tce.age.errors import BodyCutError, BodyError, ChunkError, TrailingError
from tce.age.misplaced import nonce, reason

CIPHER = ChaCha20Poly1305(bytes(32))


def chunk(number: int, last: bool) -> memoryview:
    return memoryview(CIPHER.encrypt(nonce(number, last), b"some content", None))


def test_a_nonce_is_a_number_and_whether_it_is_the_last() -> None:
    assert nonce(0, False) == bytes(12)
    assert nonce(258, True) == bytes(9) + b"\1\2\1"


@pytest.mark.parametrize(
    ("found", "last", "full", "wanted", "said"),
    [
        (chunk(7, False), True, True, BodyCutError, "cut after chunk 7"),
        (chunk(7, True), False, True, TrailingError, "something follows its last chunk"),
        (chunk(3, False), False, True, ChunkError, "chunk 3 stands where chunk 7"),
        (chunk(9, True), True, False, ChunkError, "chunk 9 stands where chunk 7"),
        (chunk(519, False), False, True, ChunkError, "chunk 519 stands where chunk 7"),
        (memoryview(bytes(40)), False, True, ChunkError, "chunk 7 was changed"),
        (memoryview(bytes(40)), True, True, ChunkError, "chunk 7 was changed"),
        (memoryview(bytes(40)), True, False, ChunkError, "cut, lengthened or changed"),
    ],
)
def test_says_why_a_chunk_does_not_authenticate(
    found: memoryview, last: bool, full: bool, wanted: type[BodyError], said: str
) -> None:
    error = reason(CIPHER, found, 7, last, full, "x.age")
    assert type(error) is wanted
    assert str(error).startswith("x.age: ")
    assert said in str(error)


def test_the_first_chunk_may_have_another_header() -> None:
    error = reason(CIPHER, memoryview(bytes(40)), 0, False, True, "x.age")
    assert "this header belongs to another body" in str(error)
