"""The index of a TensorFlow checkpoint: which shards there must be, how long, and for what.

`<prefix>.index` is a table of LevelDB's format, without compression: for the empty key a header
(how many shards), for every other key where its tensor lies. Source: TensorFlow
`core/util/tensor_bundle`, `core/protobuf/tensor_bundle.proto`, and LevelDB's `table_format.md`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

MAX_INDEX = 32 * 1024 * 1024
"""Bytes of an index that are worth reading: some 300,000 tensors."""

_FOOTER = 48
_MAGIC = 0xDB4775248B80FB57
_TRAILER = 5
_MAX_SHARDS = 100_000
_MAX_BLOCKS = 100_000


class NotBundle(ValueError):  # noqa: N818 - it states what the bytes are
    """The bytes are not such an index, or of a kind that is not read; the message says which."""


@dataclass(frozen=True)
class Bundle:
    """What the index says."""

    ends: tuple[int, ...]
    """Per shard, bytes that it must have at least; 0 where nothing lies in it."""
    sizes: dict[str, int]
    """Key of a tensor -> its bytes."""


def parse_index(data: bytes) -> Bundle:
    """Return what a whole index says; raise NotBundle."""
    if len(data) < _FOOTER or int.from_bytes(data[-8:], "little") != _MAGIC:
        raise NotBundle("no table magic at its end")
    _, _, at = _handle(data, len(data) - _FOOTER)
    start, length, _ = _handle(data, at)
    ends: list[int] = []
    sizes: dict[str, int] = {}
    for number, (_, value) in enumerate(_entries(_block(data, start, length))):
        if number >= _MAX_BLOCKS:
            raise NotBundle("too many blocks")
        start, length, _ = _handle(value, 0)
        for key, entry in _entries(_block(data, start, length)):
            fields = dict(_fields(entry))
            if not key:
                shards = fields.get(1, 0)
                if not 0 < shards <= _MAX_SHARDS:
                    raise NotBundle(f"{shards} shards")
                ends = [0] * shards
                continue
            shard, offset, size = (fields.get(one, 0) for one in (3, 4, 5))
            if shard >= len(ends):
                raise NotBundle("a shard beyond the last one")
            ends[shard] = max(ends[shard], offset + size)
            sizes[key.decode("utf-8", "backslashreplace")] = size
    if not ends:
        raise NotBundle("no header")
    return Bundle(tuple(ends), sizes)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise NotBundle("a number that does not end")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _handle(data: bytes, at: int) -> tuple[int, int, int]:
    offset, at = _varint(data, at)
    length, at = _varint(data, at)
    return offset, length, at


def _block(data: bytes, start: int, length: int) -> bytes:
    if start + length + _TRAILER > len(data):
        raise NotBundle("a block beyond its end")
    if data[start + length] != 0:
        raise NotBundle("a compressed block")
    return data[start : start + length]


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    if len(block) < 4:
        raise NotBundle("a block without restarts")
    end = len(block) - 4 - 4 * int.from_bytes(block[-4:], "little")
    if end < 0:
        raise NotBundle("more restarts than a block holds")
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        more, at = _varint(block, at)
        length, at = _varint(block, at)
        if shared > len(key) or at + more + length > end:
            raise NotBundle("an entry beyond its block")
        key = key[:shared] + block[at : at + more]
        at += more
        yield key, block[at : at + length]
        at += length


def _fields(message: bytes) -> Iterator[tuple[int, int]]:
    """Yield (number, value) of a protobuf message's integers; other fields are passed over."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        kind = tag & 7
        if kind == 0:
            value, at = _varint(message, at)
            yield tag >> 3, value
        elif kind == 2:
            length, at = _varint(message, at)
            at += length
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            raise NotBundle("a field of an unknown kind")
