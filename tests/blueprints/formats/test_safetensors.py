"""safetensors headers: what the format allows, and everything else with a reason."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.formats.safetensors import HEADER_LIMIT, NotSafetensors, header_length, parse_header


def packed(header: object) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text


def test_the_header_says_how_long_the_file_is() -> None:
    start = packed(
        {
            "__metadata__": {"format": "pt"},
            "b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]},
            "a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
        }
    )
    header = parse_header(start + b"more")
    assert (header.size, header.tensors) == (len(start) + 12, 2)
    assert header_length(start) == len(start) - 8


def test_a_file_without_tensors_is_its_header() -> None:
    assert parse_header(packed({})).size == 8 + 2


@pytest.mark.parametrize(
    ("start", "why"),
    [
        (b"", "shorter than 8 bytes"),
        (struct.pack("<Q", 1) + b"{}", "a header of 1 bytes"),
        (struct.pack("<Q", HEADER_LIMIT + 1), "a header of"),
        (struct.pack("<Q", 20) + b"{}", "needs 28 bytes, 10 were read"),
        (packed(b"nothing"), "not JSON"),
        (packed(b"[" * 100_000), "not JSON"),
        (packed([1]), "not an object"),
        (packed({"a": 1}), "without data_offsets"),
        (packed({"a": {}}), "without data_offsets"),
        (packed({"a": {"data_offsets": [0]}}), "without data_offsets"),
        (packed({"a": {"data_offsets": [0, -1]}}), "without data_offsets"),
        (packed({"a": {"data_offsets": [0, 1.5]}}), "without data_offsets"),
        (packed({"a": {"data_offsets": [0, True]}}), "without data_offsets"),
    ],
)
def test_anything_else_is_refused_with_a_reason(start: bytes, why: str) -> None:
    with pytest.raises(NotSafetensors, match=why):
        parse_header(start)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_header_or_refused(data: bytes) -> None:
    for start in (data, struct.pack("<Q", len(data)) + data):
        try:
            header = parse_header(start)
        except NotSafetensors:
            continue
        assert header.size >= 8
