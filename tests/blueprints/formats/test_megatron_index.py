"""Indexes of Megatron's token files, made by hand from its source."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.formats.megatron_index import HEADER, MAX_LENGTHS, Index, NotIndex, parse_header


def index(lengths: list[int], code: int = 8, token: int = 2) -> bytes:
    places = [token * sum(lengths[:n]) for n in range(len(lengths))]
    documents = list(range(len(lengths) + 1))
    head = b"MMIDIDX\0\0" + struct.pack("<QBQQ", 1, code, len(lengths), len(documents))
    numbers = struct.pack(f"<{len(lengths)}i", *lengths)
    return head + numbers + struct.pack(f"<{2 * len(lengths) + 1}q", *places, *documents)


def test_says_how_long_index_and_tokens_must_be() -> None:
    data = index([3, 0, 5])
    found = parse_header(data[:HEADER])
    assert found == Index(token=2, sequences=3, documents=4)
    assert found.sizes() == (len(data), len(data) + 3)
    start, length = found.next_read()
    assert found.tokens(data[start : start + length]) == (16, True)


def test_of_very_many_sequences_only_the_last_place_is_asked_for() -> None:
    count = MAX_LENGTHS // 4 + 1
    found = Index(token=4, sequences=count, documents=1)
    assert found.next_read() == (HEADER + 12 * count - 8, 8)
    assert found.tokens(struct.pack("<q", 99)) == (99, False)


@pytest.mark.parametrize(
    ("start", "says"),
    [
        (b"", "magic"),
        (b"TNTIDX\0\0" + bytes(40), "magic"),
        (index([1])[:33], "too early"),
        (index([1], code=9), "type of token"),
    ],
)
def test_refuses_what_is_no_index(start: bytes, says: str) -> None:
    with pytest.raises(NotIndex, match=says):
        parse_header(start)


def test_refuses_a_short_read() -> None:
    with pytest.raises(NotIndex):
        Index(2, 3, 4).tokens(b"123")


@given(st.binary(min_size=25, max_size=25))
def test_hostile_counts_end_in_an_answer_or_a_reason(tail: bytes) -> None:
    try:
        found = parse_header(b"MMIDIDX\0\0" + tail)
    except NotIndex:
        return
    assert found.next_read()[1] <= MAX_LENGTHS
