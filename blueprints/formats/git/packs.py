"""One pack file: looks objects up and unpacks them, within bounds that the pack cannot move."""

import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from dulwich.objects import RawObjectID
from dulwich.pack import PackIndex, apply_delta, unpack_object

from blueprints.formats.git.errors import ObjectError, parsed
from blueprints.formats.git.plain import open_plain

if TYPE_CHECKING:
    from hashlib import _Hash

COMMIT, TREE, BLOB, TAG = 1, 2, 3, 4
_OFS_DELTA, _REF_DELTA = 6, 7

LONGEST_CHAIN = 4_096
"""Deltas on deltas; Git writes at most 4,095."""
MOST_BASE = 64 << 20
"""Bytes of what a delta starts from: Git takes any object that is alike."""
MOST_DELTAS = 256 << 20
"""Bytes of the deltas of one chain."""
KEPT = 8 << 20
"""Bytes of the largest base that is kept."""
_READ = 4_096
_HEADER = 12


@dataclass
class Pack:
    """A pack and what was unpacked of it last. Not thread-safe."""

    path: Path
    """Without its ending."""
    index: PackIndex
    hasher: "Callable[[], _Hash]"
    data: int = -1
    """File descriptor; opened when something is first read."""
    bases: "OrderedDict[int, tuple[int, bytes]]" = field(default_factory=OrderedDict)

    def open_data(self) -> None:
        """Open the file. Raises OSError."""
        self.data = open_plain(self.path.with_name(f"{self.path.name}.pack"))

    def close_data(self) -> None:
        """Close the file, which can be opened again."""
        if self.data >= 0:
            os.close(self.data)
            self.data = -1

    def offset(self, name: bytes) -> int | None:
        """Return where an object lies, or None. Raises ObjectError for a damaged index."""
        return parsed(_looked_up, self.index, name)

    def unpack(self, start: int, most: int, kept: Callable[[int], None]) -> tuple[int, bytes]:
        """Unpack what lies at `start`: a chain of deltas, read down to its base and put up.

        `kept` is told the bytes of each base that is kept for the next object.

        Raises:
            ObjectError: it is damaged, or larger than `most` bytes.
            OSError: the file cannot be read.
        """
        deltas: list[tuple[int, bytes]] = []
        offset, waiting = start, 0
        while True:
            cached = self.bases.get(offset)
            if cached is not None:
                kind, data = cached
                break
            _check_size(self.data, offset, max(most, MOST_BASE) if deltas else most)
            reader = _At(self.data, offset)
            unpacked, _ = parsed(
                unpack_object, reader.read, self.hasher, reader.read_some, zlib_bufsize=_READ
            )
            data = b"".join(unpacked.decomp_chunks)
            kind = unpacked.pack_type_num
            if kind not in (_OFS_DELTA, _REF_DELTA):
                break
            _refuse(_target_size(data), max(most, MOST_BASE) if deltas else most)
            deltas.append((offset, data))
            waiting += len(data)
            if len(deltas) > LONGEST_CHAIN or waiting > MOST_DELTAS:
                raise ObjectError("a chain of deltas has no end")
            offset = self._base(offset, unpacked.delta_base)
        if kind not in (COMMIT, TREE, BLOB, TAG):
            raise ObjectError(f"an object is of no known type ({kind})")
        self._keep(offset, kind, data, kept)
        for at, delta in reversed(deltas):
            data = b"".join(parsed(apply_delta, data, delta))
            self._keep(at, kind, data, kept)
        _refuse(len(data), most)
        return kind, data

    def _base(self, offset: int, base: object) -> int:
        found = None
        if isinstance(base, int):
            found = offset - base
        elif isinstance(base, bytes):
            found = self.offset(base)
        if found is None:
            raise ObjectError("a delta's base is not in its pack")
        if found < _HEADER:
            raise ObjectError("a delta's base lies outside of its pack")
        return found

    def _keep(self, offset: int, kind: int, data: bytes, kept: Callable[[int], None]) -> None:
        if offset not in self.bases and len(data) <= KEPT:
            self.bases[offset] = (kind, data)
            kept(len(data))

    def drop_oldest(self) -> int:
        """Forget what was kept first and return how many bytes it had."""
        _, (_, data) = self.bases.popitem(last=False)
        return len(data)


def _looked_up(index: PackIndex, name: bytes) -> int | None:
    try:
        return index.object_offset(RawObjectID(name))
    except KeyError:
        return None


class _At:
    """Reads a file from an offset on; a file that shrinks meanwhile ends, and kills nobody."""

    def __init__(self, descriptor: int, offset: int) -> None:
        self._descriptor = descriptor
        self._offset = offset

    def read(self, count: int) -> bytes:
        data = self.read_some(count)
        if len(data) < count:
            raise ObjectError("a pack is cut short")
        return data

    def read_some(self, count: int) -> bytes:
        data = os.pread(self._descriptor, count, self._offset)
        self._offset += len(data)
        return data


def _check_size(descriptor: int, offset: int, most: int) -> None:
    """Refuse what says that it unpacks to more than `most` bytes, before it does."""
    head = os.pread(descriptor, 16, offset)
    if not head:
        raise ObjectError("a pack is cut short")
    size, shift = head[0] & 0x0F, 4
    for before, byte in pairwise(head):
        if not before & 0x80:
            break
        size |= (byte & 0x7F) << shift
        shift += 7
    _refuse(size, most)


def _target_size(delta: bytes) -> int:
    """How long the result of a delta says it is: the second number at its start."""
    at, size = 0, 0
    for _ in range(2):
        size, shift = 0, 0
        while True:
            if at >= len(delta) or shift > 63:
                raise ObjectError("a delta is damaged")
            byte = delta[at]
            size |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if not byte & 0x80:
                break
    return size


def _refuse(size: int, most: int) -> None:
    if size > most:
        raise ObjectError(f"an object is larger than {most} bytes")
