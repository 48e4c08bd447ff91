"""Gets the small files: one ranged read each, many at once, little of them in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from governance.evidence.store.listing import File
from governance.recognise.reading import Reader, Unreadable

THREADS = 16
CHUNK = 512
CHUNK_BYTES = 64 * 1024 * 1024
"""How many files, and how many of their bytes, are in memory at once."""


@dataclass(frozen=True)
class Found:
    """One file and its first bytes, or why they cannot be had."""

    file: File
    content: bytes | Unreadable
    whole: bool
    """False where the file is longer than what was read."""


def fetch(
    batches: Iterable[Sequence[File]],
    reader: Reader,
    limit: int,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[list[Found]]:
    """Read at most `limit` bytes of each file; give them in order, some at a time."""
    done = 0
    with ThreadPoolExecutor(THREADS) as pool:
        for batch in batches:
            for files in _cut(batch, limit):
                read = list(pool.map(lambda file: _read(reader, file, limit), files))
                done += len(files)
                progress(done)
                yield read


def _cut(files: Sequence[File], limit: int) -> Iterator[list[File]]:
    chunk: list[File] = []
    size = 0
    for file in files:
        length = min(file.size, limit)
        if chunk and (len(chunk) >= CHUNK or size + length > CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(file)
        size += length
    if chunk:
        yield chunk


def _read(reader: Reader, file: File, limit: int) -> Found:
    whole = file.size <= limit
    content: bytes | Unreadable
    try:
        content = reader.read(file.key, 0, min(file.size, limit))
    except Unreadable as reason:
        content = reason
    return Found(file, content, whole)
