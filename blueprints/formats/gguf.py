"""The header of a GGUF file: how long the file must be, and of how many files it is one.

Format: magic, version, counts, metadata pairs, one info per tensor, padding, the tensors' bytes.
Source: docs/gguf.md of the ggml project; the sizes of the types are those of its gguf-py package.
"""

import struct
from dataclasses import dataclass
from typing import Final

FIRST_READ = 1024 * 1024
"""Bytes that hold the header of a file without a large tokenizer."""

LONG_READ = 24 * 1024 * 1024
"""Bytes that hold the header of a file with a tokenizer of 256,000 tokens and their merges."""

MAGIC: Final = b"GGUF"
_ALIGNMENT = 32
_MAX_DIMENSIONS = 4

_SCALARS = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_STRING, _ARRAY = 8, 9
_INTEGERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 10: "Q", 11: "q"}

# Tensor type -> (elements in a block, bytes of a block).
_BLOCKS = {
    **{0: (1, 4), 1: (1, 2), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8)},
    **{2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 40)},
    **{10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210)},
    **{15: (256, 292), 16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50)},
    **{20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 29: (256, 56)},
    **{30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17), 40: (64, 36), 41: (128, 18)},
}


class NotGguf(ValueError):  # noqa: N818 - it states what the bytes are
    """The bytes are not the start of a GGUF file that this module knows; the message says why."""


class HeaderGoesOn(NotGguf):
    """So far it is a GGUF file, but the header is longer than what was read."""


@dataclass(frozen=True)
class Header:
    """What the header says."""

    size: int
    """Bytes that the file must have at least; writers may pad the last tensor."""
    tensors: int
    shards: int
    """Files in the set that it is one of, 1 where it stands alone."""


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at, self.order = data, 0, "<"

    def number(self, code: str) -> int:
        start = self.at
        self.skip(struct.calcsize(code))
        (value,) = struct.unpack_from(self.order + code, self.data, start)
        return int(value)

    def skip(self, length: int) -> None:
        self.at += length
        if self.at > len(self.data):
            raise HeaderGoesOn(f"the header is longer than the {len(self.data)} bytes read")

    def text(self) -> bytes:
        length = self.number("Q")
        self.skip(length)
        return self.data[self.at - length : self.at]


def parse_texts(start: bytes, prefix: str) -> dict[str, str]:
    """Return the texts among the metadata whose keys begin so, of as much as was read.

    Raises NotGguf where the bytes are not the start of a GGUF file.
    """
    found: dict[str, str] = {}
    try:
        cursor, _, pairs = _begin(start)
        for _ in range(pairs):
            key = cursor.text()
            before = cursor.at
            if cursor.number("I") == _STRING:
                value = cursor.text()
                if key.startswith(prefix.encode()):
                    found.setdefault(
                        key.decode("utf-8", "replace"), value.decode("utf-8", "replace")
                    )
            else:
                cursor.at = before
                _value(cursor)
    except HeaderGoesOn:
        pass
    return found


def parse_header(start: bytes) -> Header:
    """Return what the first bytes of a file say; they must include all tensor infos.

    Raises HeaderGoesOn where they do not, NotGguf for anything that the format does not allow.
    """
    cursor, tensors, pairs = _begin(start)
    alignment, shards = _ALIGNMENT, 1
    for _ in range(pairs):
        key = cursor.text()
        value = _value(cursor)
        if key == b"general.alignment":
            alignment = value or 0
        elif key == b"split.count":
            shards = max(value or 1, 1)
    if alignment < 1 or alignment & (alignment - 1):
        raise NotGguf("an alignment that is not a power of two")
    end = 0
    for _ in range(tensors):
        end = max(end, _tensor_end(cursor))
    data = -(-cursor.at // alignment) * alignment if tensors else cursor.at
    return Header(size=data + end, tensors=tensors, shards=shards)


def _begin(start: bytes) -> tuple[_Cursor, int, int]:
    """A cursor at the first metadata pair, how many tensors there are and how many pairs."""
    if start[:4] != MAGIC[: len(start)]:
        raise NotGguf("no GGUF magic")
    cursor = _Cursor(start)
    cursor.skip(4)
    version = cursor.number("I")
    if version & 0xFFFF == 0:
        cursor.order, version = ">", version >> 24
    if version not in (2, 3):
        raise NotGguf(f"GGUF version {version}")
    tensors, pairs = cursor.number("Q"), cursor.number("Q")
    return cursor, tensors, pairs


def _value(cursor: _Cursor) -> int | None:
    """Pass over one value; return it where it is an integer."""
    kind = cursor.number("I")
    if kind in _INTEGERS:
        return cursor.number(_INTEGERS[kind])
    if kind == _STRING:
        cursor.skip(cursor.number("Q"))
    elif kind == _ARRAY:
        _pass_array(cursor)
    elif kind in _SCALARS:
        cursor.skip(_SCALARS[kind])
    else:
        raise NotGguf(f"a value of type {kind}")
    return None


def _pass_array(cursor: _Cursor) -> None:
    kind, count = cursor.number("I"), cursor.number("Q")
    if kind in _SCALARS:
        cursor.skip(count * _SCALARS[kind])
    elif kind == _STRING:
        for _ in range(count):
            cursor.skip(cursor.number("Q"))
    else:
        raise NotGguf(f"an array of type {kind}")


def _tensor_end(cursor: _Cursor) -> int:
    cursor.text()
    dimensions = cursor.number("I")
    if dimensions > _MAX_DIMENSIONS:
        raise NotGguf(f"a tensor of {dimensions} dimensions")
    elements = 1
    for _ in range(dimensions):
        elements *= cursor.number("Q")
    kind, offset = cursor.number("I"), cursor.number("Q")
    if kind not in _BLOCKS:
        raise NotGguf(f"a tensor of the unknown type {kind}")
    per_block, size = _BLOCKS[kind]
    return offset + -(-elements // per_block) * size
