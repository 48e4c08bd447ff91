import hashlib
import io
import threading
import tracemalloc
from collections import Counter

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.age import blocks, body, header
from tce.age.body import CHUNK, GROUP, NONCE, SEALED, TAG
from tce.age.errors import AgeError, BodyCutError, ChunkError, TrailingError
from tests.tce.age import tampered
from tests.tce.age.sealed import ANNA, counted, open_, seal, text

SIZES = [
    0,
    1,
    CHUNK - 1,
    CHUNK,
    CHUNK + 1,
    GROUP * CHUNK - 1,
    GROUP * CHUNK,
    GROUP * CHUNK + 1,
    3 * GROUP * CHUNK,
    3 * GROUP * CHUNK + CHUNK + 5,
]
THEIRS = pyrage.x25519.Identity.from_str(ANNA.text().text())


@pytest.mark.parametrize("size", SIZES)
def test_another_client_opens_what_is_sealed_here_and_this_what_it_seals(size: int) -> None:
    plain = text(size)
    head, sealed = seal(plain, [ANNA.recipient])
    assert pyrage.decrypt(head + sealed, [THEIRS]) == plain
    assert open_(pyrage.encrypt(plain, [THEIRS.to_public()]), [ANNA]) == (plain, None)
    assert open_(head + sealed, [ANNA], len(sealed)) == (plain, None)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("threads", [1, 2])
def test_the_digest_and_the_sizes_are_of_the_body(
    size: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "threads", lambda: threads)
    random = counted()
    file_key = header.new_key(random)
    sink, written = io.BytesIO(), hashlib.sha256()
    amounts = body.seal(file_key, io.BytesIO(text(size)), sink, random, watch=written.update)
    assert (amounts.plain, amounts.sealed) == (size, len(sink.getvalue()))
    assert written.digest() == hashlib.sha256(sink.getvalue()).digest()
    assert body.sealed_size(size) == amounts.sealed
    assert body.plain_size(amounts.sealed) == size
    read, out = hashlib.sha256(), io.BytesIO()
    sealed = io.BytesIO(sink.getvalue())
    assert body.open(file_key, sealed, out, watch=read.update) == amounts
    assert (out.getvalue(), read.digest()) == (text(size), written.digest())


@given(st.integers(0, 1 << 60))
def test_sizes_are_of_each_other(size: int) -> None:
    assert body.plain_size(body.sealed_size(size)) == size


@pytest.mark.parametrize(
    "sealed", [0, NONCE, NONCE + TAG - 1, NONCE + SEALED + TAG, NONCE + SEALED + 1]
)
def test_no_body_has_some_sizes(sealed: int) -> None:
    with pytest.raises(BodyCutError, match=f"has {sealed} bytes"):
        body.plain_size(sealed)


@pytest.fixture(scope="module")
def refused() -> list[tuple[tampered.Tampered, bytes, AgeError | None]]:
    return [(case, *open_(case.data, [ANNA])) for case in tampered.cases()]


def test_tampered_files_are_refused_for_the_right_reason(
    refused: list[tuple[tampered.Tampered, bytes, AgeError | None]],
) -> None:
    assert len({case.data for case, _, _ in refused}) >= 400
    wrong = {
        case.name: (case.error.__name__, case.said, error)
        for case, _, error in refused
        if type(error) is not case.error or case.said not in str(error)
    }
    assert wrong == {}


def test_nothing_that_was_not_sealed_is_written(
    refused: list[tuple[tampered.Tampered, bytes, AgeError | None]],
) -> None:
    assert [case.name for case, out, _ in refused if not tampered.PLAIN.startswith(out)] == []


def test_another_client_refuses_them_too() -> None:
    opened = []
    for case in tampered.cases():
        try:
            pyrage.decrypt(case.data, [THEIRS])
        except pyrage.DecryptError:
            continue
        opened.append(case.name)
    assert opened == []


def test_every_reason_occurs(
    refused: list[tuple[tampered.Tampered, bytes, AgeError | None]],
) -> None:
    reasons = Counter(type(error).__name__ for _, _, error in refused)
    assert len(reasons) == 8


@pytest.mark.parametrize("size", [1000, GROUP * CHUNK + 1000])
@pytest.mark.parametrize("change", [-1, -999, 1, 1000, SEALED])
def test_a_size_that_is_known_says_which_way_it_is_wrong(size: int, change: int) -> None:
    head, sealed = seal(text(size), [ANNA.recipient])
    data = (head + sealed + bytes(max(0, change)))[: len(head) + len(sealed) + change]
    _, error = open_(data, [ANNA], len(sealed))
    assert type(error) is (BodyCutError if change < 0 else TrailingError)


def test_the_number_of_a_bad_chunk_is_known_far_into_a_body() -> None:
    head, sealed = seal(text(5 * GROUP * CHUNK), [ANNA.recipient])
    bad = 3 * GROUP + 2
    data = bytearray(head + sealed)
    data[len(head) + NONCE + bad * SEALED] ^= 1
    out, error = open_(bytes(data), [ANNA])
    assert isinstance(error, ChunkError)
    assert error.chunk == bad
    assert len(out) == 3 * GROUP * CHUNK
    assert not [one for one in threading.enumerate() if one.name == "blocks"]


class Zeros:
    """A source of zeros without end, or with one."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readinto(self, into: memoryview) -> int:
        size = min(self._left, len(into))
        self._left -= size
        return size


def test_memory_does_not_grow_with_the_size() -> None:
    class Discard:
        def write(self, data: memoryview) -> int:
            return len(data)

    tracemalloc.start()
    random = counted()
    body.seal(header.new_key(random), Zeros(64 << 20), Discard(), random)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 << 20
