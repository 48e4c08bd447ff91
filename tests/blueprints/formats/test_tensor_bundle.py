"""Indexes of TensorFlow checkpoints, made by hand from the table format."""

import struct
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.formats.tensor_bundle import Bundle, NotBundle, parse_index

MAGIC = struct.pack("<Q", 0xDB4775248B80FB57)


def varint(value: int) -> bytes:
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def block(entries: Mapping[bytes, bytes]) -> bytes:
    """Keys share what they can with the key before, as LevelDB writes them."""
    out, last = b"", b""
    for key, value in entries.items():
        shared = next((n for n, (a, b) in enumerate(zip(key, last, strict=False)) if a != b), 0)
        head = varint(shared) + varint(len(key) - shared) + varint(len(value))
        out, last = out + head + key[shared:] + value, key
    return out + struct.pack("<II", 0, 1)


def entry(shard: int, offset: int, size: int) -> bytes:
    shape = b"\x12\x04\x12\x02\x08\x04"
    return (b"\x08\x01" + shape + b"\x18" + varint(shard) + b"\x20" + varint(offset) + b"\x28") + (
        varint(size) + b"\x35" + bytes(4)
    )


def header(shards: int) -> bytes:
    return b"\x08" + varint(shards) + b"\x1a\x02\x08\x01"


def table(entries: Mapping[bytes, bytes], compression: int = 0) -> bytes:
    data = block(entries)
    file = data + bytes([compression]) + bytes(4)
    index = block({b"~": varint(0) + varint(len(data))})
    at = len(file)
    file += index + bytes(5)
    handles = varint(0) + varint(0) + varint(at) + varint(len(index))
    return file + handles.ljust(40, b"\0") + MAGIC


ENTRIES = {
    b"": header(2),
    b"dense/bias": entry(0, 0, 8),
    b"dense/kernel": entry(1, 0, 300),
    b"dense/kernel/Adam": entry(1, 300, 300),
}


def test_says_how_long_each_shard_must_be() -> None:
    sizes = {"dense/bias": 8, "dense/kernel": 300, "dense/kernel/Adam": 300}
    assert parse_index(table(ENTRIES)) == Bundle((8, 600), sizes)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "magic"),
        (table(ENTRIES)[:-1], "magic"),
        (table(ENTRIES, compression=1), "compressed"),
        (table({b"a": entry(0, 0, 1)}), "beyond the last"),
        (table({b"": header(0)}), "0 shards"),
        (table({b"": header(2**40)}), "shards"),
        (table({}), "no header"),
        (table({b"": b"\x08"}), "does not end"),
        (table({b"": b"\x0b"}), "unknown kind"),
        ((varint(0) * 2 + varint(9999) + varint(9)).ljust(40, b"\0") + MAGIC, "beyond its end"),
    ],
)
def test_refuses_what_it_does_not_know(data: bytes, says: str) -> None:
    with pytest.raises(NotBundle, match=says):
        parse_index(data)


@given(st.binary(max_size=60), st.integers(0, len(table(ENTRIES)) - 49))
def test_hostile_bytes_end_in_an_answer_or_a_reason(noise: bytes, at: int) -> None:
    data = table(ENTRIES)
    hostile = (data[:at] + noise + data[at + len(noise) :])[: len(data) - 8] + MAGIC
    for one in (noise.ljust(40, b"\0") + MAGIC, hostile):
        try:
            parse_index(one)
        except NotBundle:
            continue
