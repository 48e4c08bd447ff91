"""GGUF headers, made by hand from the format's description."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.formats.gguf import Header, HeaderGoesOn, NotGguf, parse_header, parse_texts

F32, Q8_0 = 0, 8


def text(value: bytes) -> bytes:
    return struct.pack("<Q", len(value)) + value


def pair(key: bytes, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + value


def tensor(name: bytes, shape: list[int], kind: int, offset: int) -> bytes:
    numbers = struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)
    return text(name) + numbers


def header(pairs: list[bytes], tensors: list[bytes], version: int = 3) -> bytes:
    start = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(pairs))
    return start + b"".join(pairs) + b"".join(tensors)


TOKENS = struct.pack("<IQ", 8, 2) + text(b"a") + text(b"")
SCORES = struct.pack("<IQ", 6, 3) + bytes(12)
PAIRS = [
    pair(b"general.name", 8, text(b"tiny")),
    pair(b"tokenizer.tokens", 9, TOKENS),
    pair(b"tokenizer.scores", 9, SCORES),
    pair(b"general.alignment", 4, struct.pack("<I", 64)),
    pair(b"split.count", 2, struct.pack("<H", 3)),
]
TENSORS = [tensor(b"a", [33], Q8_0, 64), tensor(b"b", [3, 5], F32, 0)]


def test_says_how_long_the_file_must_be_and_how_many_files_there_are() -> None:
    start = header(PAIRS, TENSORS)
    aligned = -(-len(start) // 64) * 64
    assert parse_header(start) == Header(size=aligned + 64 + 2 * 34, tensors=2, shards=3)


def test_a_file_without_tensors_is_as_long_as_its_header() -> None:
    start = header([pair(b"x", 7, b"\1")], [])
    assert parse_header(start) == Header(size=len(start), tensors=0, shards=1)


def test_reads_big_endian_files() -> None:
    start = b"GGUF" + struct.pack(">IQQ", 3, 0, 0)
    assert parse_header(start).tensors == 0


@given(st.integers(0, len(header(PAIRS, TENSORS)) - 1))
def test_every_shorter_start_goes_on(length: int) -> None:
    with pytest.raises(HeaderGoesOn):
        parse_header(header(PAIRS, TENSORS)[:length])


@pytest.mark.parametrize(
    ("start", "says"),
    [
        (b"GGML" + bytes(20), "no GGUF magic"),
        (header([], [], version=1), "version 1"),
        (header([pair(b"x", 99, b"")], []), "type 99"),
        (header([pair(b"x", 9, struct.pack("<IQ", 9, 1))], []), "array of type 9"),
        (header([pair(b"general.alignment", 4, struct.pack("<I", 3))], []), "power of two"),
        (header([], [tensor(b"a", [1], 4, 0)]), "unknown type 4"),
        (header([], [tensor(b"a", [1] * 5, F32, 0)]), "5 dimensions"),
    ],
)
def test_refuses_what_the_format_does_not_allow(start: bytes, says: str) -> None:
    with pytest.raises(NotGguf, match=says):
        parse_header(start)


@given(st.binary(max_size=200))
def test_hostile_bytes_end_in_an_answer_or_a_reason(tail: bytes) -> None:
    for start in (tail, b"GGUF" + struct.pack("<IQQ", 3, 2**60, 2**60) + tail):
        try:
            parse_header(start)
        except NotGguf:
            continue


def test_texts_are_read_as_far_as_the_bytes_go() -> None:
    version = pair(b"general.quantization_version", 4, struct.pack("<I", 2))
    start = header([*PAIRS, version, pair(b"general.license", 8, text(b"mit \xff"))], TENSORS)
    whole = {"general.name": "tiny", "general.license": "mit \ufffd"}
    assert parse_texts(start, "general.") == whole
    for cut in range(4, len(start)):
        assert parse_texts(start[:cut], "general.").items() <= whole.items()
    with pytest.raises(NotGguf):
        parse_texts(b"nope" + start[4:], "general.")
