"""OCDBT databases of TensorStore, as Orbax writes them: which data files they need, and for what.

The manifest says where the root of the newest version's B+tree is; a root that is a leaf holds
every key, with the data file, offset and length of its value. Source: the storage format in
TensorStore's `kvstore/ocdbt` documentation, and `format/config_codec.h` for `manifest_kind`.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

MANIFEST = "manifest.ocdbt"
MAX_DECODED = 128 * 1024 * 1024
"""Bytes of a decompressed node; writers stop at 100,000,000 unless told otherwise."""
MAX_ENTRIES = 2_000_000

_MANIFEST_MAGIC, _NODE_MAGIC = 0x0CDB3A2A, 0x0CDB20DE
_HEADER = struct.Struct(">I")


class NotOcdbt(ValueError):  # noqa: N818 - it states what the bytes are
    """The bytes are not of the format, or of a part of it that is not read; says which."""


@dataclass(frozen=True)
class Node:
    """Where an encoded B+tree node lies. Paths are relative to the database."""

    path: str
    base: str
    """What the paths inside the node are relative to."""
    offset: int
    length: int
    height: int
    tree_bytes: int
    """Bytes of all nodes from here down, itself included."""
    value_bytes: int
    """Bytes of all values that lie outside of nodes."""


@dataclass(frozen=True)
class Leaf:
    """What a leaf says of all its values together."""

    files: dict[str, int]
    """Data file -> bytes that it must have at least."""
    stored: dict[str, int]
    """Key -> bytes of its value in a data file; small values lie in the leaf itself, at 0."""


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def bytes(self, length: int) -> bytes:
        self.at += length
        if self.at > len(self.data):
            raise NotOcdbt("it ends too early")
        return self.data[self.at - length : self.at]

    def byte(self) -> int:
        return self.bytes(1)[0]

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise NotOcdbt("a number of more than 64 bits")

    def numbers(self, count: int) -> list[int]:
        return [self.number() for _ in range(count)]

    def count(self) -> int:
        count = self.number()
        if count > MAX_ENTRIES:
            raise NotOcdbt(f"{count} entries")
        return count

    def texts(self, count: int, with_base: bool) -> list[tuple[str, str]]:
        """Prefix-compressed texts, each with its first part of a given length."""
        prefixes = [0, *self.numbers(max(count - 1, 0))]
        suffixes = self.numbers(count)
        bases = self.numbers(count) if with_base else [0] * count
        texts, last = [], b""
        for prefix, suffix, base in zip(prefixes, suffixes, bases, strict=False):
            if prefix > len(last):
                raise NotOcdbt("a prefix longer than the text before")
            last = last[:prefix] + self.bytes(suffix)
            texts.append((_text(last), _text(last[:base])))
        return texts


def parse_manifest(data: bytes) -> Node | None:
    """Return where the newest root is, None where the database is empty; raise NotOcdbt."""
    cursor = _Cursor(_body(data, _MANIFEST_MAGIC))
    cursor.bytes(16)
    if cursor.number() != 0:
        raise NotOcdbt("its versions lie in numbered manifests")
    cursor.numbers(2)
    cursor.byte()
    if cursor.number() == 1:
        cursor.bytes(4)
    files = cursor.texts(cursor.count(), with_base=True)
    count = cursor.count()
    if count == 0:
        raise NotOcdbt("no version in the manifest itself")
    cursor.numbers(count)
    heights = [cursor.byte() for _ in range(count)]
    ids, offsets, lengths = (cursor.numbers(count) for _ in range(3))
    keys, tree, values = (cursor.numbers(count) for _ in range(3))
    if keys[-1] == 0:
        return None
    path, base = _file(files, ids[-1])
    return Node(path, base, offsets[-1], lengths[-1], heights[-1], tree[-1], values[-1])


def parse_leaf(data: bytes, base: str) -> Leaf:
    """Return what a B+tree node of height 0 says; paths are made relative to the database.

    Raises NotOcdbt, also for a node that is not a leaf.
    """
    cursor = _Cursor(_body(data, _NODE_MAGIC))
    if cursor.byte() != 0:
        raise NotOcdbt("its index has several levels")
    files = cursor.texts(cursor.count(), with_base=True)
    count = cursor.count()
    keys = [key for key, _ in cursor.texts(count, with_base=False)]
    sizes, kinds = cursor.numbers(count), cursor.numbers(count)
    stored = {key: size * bool(kind) for key, size, kind in zip(keys, sizes, kinds, strict=True)}
    outside = [size for size, kind in zip(sizes, kinds, strict=True) if kind]
    ids, offsets = cursor.numbers(len(outside)), cursor.numbers(len(outside))
    needed = {base + path: 1 for path, _ in files}
    for number, offset, size in zip(ids, offsets, outside, strict=True):
        path = base + _file(files, number)[0]
        needed[path] = max(needed[path], offset + size)
    return Leaf(files=needed, stored=stored)


def _file(files: Sequence[tuple[str, str]], number: int) -> tuple[str, str]:
    if number >= len(files):
        raise NotOcdbt("a data file that the table does not have")
    return files[number]


def _text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")


def _body(data: bytes, magic: int) -> bytes:
    if len(data) < 18 or _HEADER.unpack_from(data)[0] != magic:
        raise NotOcdbt("no OCDBT magic")
    if int.from_bytes(data[4:12], "little") != len(data):
        raise NotOcdbt("it is not as long as it says")
    if data[12] != 0 or data[13] > 1:
        raise NotOcdbt("an unknown version or compression")
    body = data[14:-4]
    if data[13] == 0:
        return body
    try:
        with pa.input_stream(pa.py_buffer(body), compression="zstd") as stream:
            plain: bytes = stream.read(MAX_DECODED + 1)
    except (OSError, pa.ArrowException) as error:
        raise NotOcdbt("it cannot be decompressed") from error
    if len(plain) > MAX_DECODED:
        raise NotOcdbt("more than can be held when decompressed")
    return plain
