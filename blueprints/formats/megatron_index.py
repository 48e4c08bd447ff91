"""The index of a Megatron token file: how long it must be, and how long its tokens must be.

Format of `<name>.idx`: magic, version, type of a token, counts, then per sequence its length and
its place in `<name>.bin`, per document its first sequence, and with images a mode per sequence.
Source: Megatron-LM `core/datasets/indexed_dataset.py`.
"""

import struct
from dataclasses import dataclass
from typing import Final

HEADER: Final = 34
"""Bytes before the lengths of the sequences."""

MAX_LENGTHS = 4 * 1024 * 1024
"""Bytes of lengths that are read to sum them up: a million sequences."""

_MAGIC = b"MMIDIDX\x00\x00"
_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 8, 7: 4, 8: 2}


class NotIndex(ValueError):  # noqa: N818 - it states what the bytes are
    """The bytes are not the start of such an index; the message says why."""


@dataclass(frozen=True)
class Index:
    """What the header says."""

    token: int
    """Bytes of one token."""
    sequences: int
    documents: int

    def sizes(self) -> tuple[int, int]:
        """Bytes of the whole index, without and with modes."""
        size = HEADER + 12 * self.sequences + 8 * self.documents
        return size, size + self.sequences

    def next_read(self) -> tuple[int, int]:
        """(start, length) of what tells the size of the tokens: all lengths, or the last place."""
        if 4 * self.sequences <= MAX_LENGTHS:
            return HEADER, 4 * self.sequences
        return HEADER + 12 * self.sequences - 8, 8

    def tokens(self, read: bytes) -> tuple[int, bool]:
        """(bytes of the token file, exactly?) from what `next_read` asked for; raises NotIndex."""
        if len(read) != self.next_read()[1]:
            raise NotIndex("it ends too early")
        if 4 * self.sequences <= MAX_LENGTHS:
            return sum(struct.unpack(f"<{self.sequences}i", read)) * self.token, True
        return int(struct.unpack("<q", read)[0]), False


def parse_header(start: bytes) -> Index:
    """Return what the first HEADER bytes of an index say; raise NotIndex."""
    if not start.startswith(_MAGIC):
        raise NotIndex("no MMIDIDX magic")
    if len(start) < HEADER:
        raise NotIndex("it ends too early")
    version, code, sequences, documents = struct.unpack_from("<QBQQ", start, len(_MAGIC))
    if version != 1 or code not in _BYTES:
        raise NotIndex("an unknown version or type of token")
    return Index(_BYTES[code], sequences, documents)
