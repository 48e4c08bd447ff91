"""Compressed streams within bytes: found by how they begin, unpacked as far as they go.

Sources: RFC 1952 (gzip), RFC 1950 (zlib), RFC 8878 (Zstandard), the signatures of bzip2 and xz,
PKWARE's APPNOTE 4.3.7 (zip's local headers), Apache Parquet's file format.
"""

import bz2
import lzma
import mmap
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

Data: TypeAlias = bytes | mmap.mmap
Problem: TypeAlias = Callable[[str], None]

MOST = 4 << 30
"""Bytes of one unpacked stream; a petabyte of zeros fits into a few gigabytes twice compressed."""
MOST_STREAMS = 100_000
IN_MEMORY = 32 << 20
_PIECE = 1 << 20
_ZIP = struct.Struct("<4xHHHHHIIIHH")
_ZIPPED = 8
"""Deflate, as zip's headers number it; what is only stored is found as it lies."""


class _Unpacker(Protocol):
    """As `bz2` and `lzma` have it."""

    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Deflate:
    """`zlib` as `bz2` and `lzma` do it: what did not fit is kept."""

    def __init__(self, bits: int) -> None:
        self._inner = zlib.decompressobj(bits)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max(max_length, 0))


_BEGINNINGS: tuple[tuple[str, bytes, Callable[[], _Unpacker]], ...] = (
    ("gzip", b"\x1f\x8b\x08", lambda: _Deflate(31)),
    ("bzip2", b"BZh", bz2.BZ2Decompressor),
    ("xz", b"\xfd7zXZ\0", lzma.LZMADecompressor),
)
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_PARQUET = b"PAR1"
_FAULTS = (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError, pa.ArrowException)


def unpacked(data: Data, problem: Problem) -> Iterator[tuple[str, Data]]:
    """Yield what is compressed in `data`; `problem` is told of what was not unpacked whole."""
    for count, (name, at, make) in enumerate(_places(data)):
        if count >= MOST_STREAMS:
            problem(f"more than {MOST_STREAMS:,} compressed streams")
            return
        found = _spooled(_pieces(data, at, make()), name, problem)
        if len(found):
            yield name, found
    for at in _all(data, _ZSTANDARD):
        found = _spooled(_zstandard(data, at), "Zstandard", problem)
        if len(found):
            yield "Zstandard", found
    if data[:4] == _PARQUET:
        found = _spooled(_columns(data, problem), "Parquet", problem)
        if len(found):
            yield "Parquet", found


def _places(data: Data) -> Iterator[tuple[str, int, Callable[[], _Unpacker]]]:
    for name, beginning, make in _BEGINNINGS:
        for at in _all(data, beginning):
            yield name, at, make
    if data[:2] in _ZLIB:
        yield "zlib", 0, lambda: _Deflate(15)
    for at in _all(data, b"PK\x03\x04"):
        header = bytes(data[at : at + _ZIP.size])
        if len(header) < _ZIP.size:
            continue
        _, _, method, *_, name_length, extra = _ZIP.unpack(header)
        if method == _ZIPPED:
            yield "zip", at + _ZIP.size + name_length + extra, lambda: _Deflate(-15)


def _all(data: Data, text: bytes) -> Iterator[int]:
    at = data.find(text)
    while at >= 0:
        yield at
        at = data.find(text, at + 1)


def _pieces(data: Data, at: int, unpacker: _Unpacker) -> Iterator[bytes]:
    """What a stream holds; a damaged or cut one gives what can be had of it."""
    fed = b""
    while not unpacker.eof:
        piece = unpacker.decompress(fed, _PIECE)
        if piece:
            yield piece
            fed = b""
            continue
        fed = bytes(data[at : at + _PIECE])
        at += len(fed)
        if not fed:
            return


def _zstandard(data: Data, at: int) -> Iterator[bytes]:
    # Given exactly: bytes after a frame make the reader refuse what it has read already.
    end = _frame_end(data, at)
    with (
        pa.BufferReader(pa.py_buffer(data).slice(at, end - at)) as raw,
        pa.CompressedInputStream(raw, "zstd") as stream,
    ):
        while piece := stream.read(_PIECE):
            yield piece


def _frame_end(data: Data, at: int) -> int:
    """Where a frame of Zstandard ends (RFC 8878, 3.1.1); of one that is cut, the end of `data`."""
    descriptor = bytes(data[at + 4 : at + 5])
    if not descriptor:
        return len(data)
    single = descriptor[0] >> 5 & 1
    size = (single, 2, 4, 8)[descriptor[0] >> 6]
    at += 5 + (1 - single) + (0, 1, 2, 4)[descriptor[0] & 3] + size
    while at + 3 <= len(data):
        header = int.from_bytes(data[at : at + 3], "little")
        # A block of one repeated byte holds that byte, whatever its length says.
        at += 3 + (1 if header >> 1 & 3 == 1 else header >> 3)
        if header & 1:
            return min(at + 4 * (descriptor[0] >> 2 & 1), len(data))
    return len(data)


def _columns(data: Data, problem: Problem) -> Iterator[bytes]:
    """All texts and bytes of a Parquet file, and its metadata, which holds no compressed part."""
    try:
        file = pq.ParquetFile(pa.BufferReader(pa.py_buffer(data)))
        for batch in file.iter_batches(batch_size=4096):
            for column in batch.columns:
                for one in column.to_pylist():
                    yield (one if isinstance(one, bytes) else str(one).encode()) + b"\n"
    except _FAULTS as error:
        problem(f"a Parquet file that cannot be read ({type(error).__name__})")


def _spooled(pieces: Iterator[bytes], name: str, problem: Problem) -> Data:
    """All pieces: in memory, or where they are many in a file that has no name."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as spool:
        size = 0
        try:
            for piece in pieces:
                size += len(piece)
                if size > MOST:
                    problem(f"{name}: more than {MOST >> 30} GiB; the rest was left out")
                    break
                spool.write(piece)
        except _FAULTS:
            # It only looked like one, or it is cut: what came before the fault is searched.
            pass
        if size <= IN_MEMORY:
            spool.seek(0)
            return spool.read()
        spool.rollover()
        spool.flush()
        return mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ)
